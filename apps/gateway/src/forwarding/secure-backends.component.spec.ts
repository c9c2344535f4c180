/** A whole gateway whose backends speak TLS, as where `system-internal-tls` is on. */
import { request as httpRequest } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createServer, type Server } from '@knative-ts/proxy'
import { eventually, steadyLoad } from '@knative-ts/testing'
import { testAuthority } from '@knative-ts/testing/authority'
import { FakeBackend } from '../testing/fake-backend.ts'
import { FakeController } from '../testing/fake-controller.ts'
import { backendOf, routesOf } from '../testing/routes.ts'
import { RunningGateway } from '../testing/running-gateway.ts'

const authority = testAuthority()

describe('a backend over TLS', () => {
  let controller: FakeController
  let gateway: RunningGateway
  const servers: Server[] = []

  beforeEach(async () => {
    controller = await new FakeController().open()
  })
  afterEach(async () => {
    await gateway.stop()
    for (const server of servers.splice(0)) await server.close()
    await controller.close()
  })

  /** Answers with its name, the version of HTTP and the Host. */
  const serving = async (name: string, serverName: string, by = authority): Promise<string> => {
    const server = createServer({
      handler: (exchange) => void exchange.respond(200, {}, `${name} ${exchange.request.version} ${exchange.request.host}`),
      tls: { ...by.issue([serverName]) }
    })
    servers.push(server)
    const { port } = await server.listen({ port: 0, host: '127.0.0.1' })
    return `${serverName}@127.0.0.1:${port}`
  }
  const leading = async (
    addresses: readonly string[],
    options: { h2c?: boolean; authorities?: string; patience?: string } = {}
  ): Promise<void> => {
    const { h2c = false, authorities = authority.cert, patience = '30000' } = options
    controller.table = { ingresses: [routesOf('a.test')], backends: [backendOf(addresses, { h2c })], trust: { authorities } }
    gateway = await new RunningGateway(controller, { BACKEND_PATIENCE_MS: patience }).start()
  }
  const ask = (method = 'GET'): Promise<{ readonly status: number; readonly body: string }> =>
    new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: gateway.port('public'), method, headers: { host: 'a.test' }, agent: false } as const
      httpRequest(options, (response) => {
        let body = ''
        response.on('data', (bytes: Buffer) => (body += bytes.toString()))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      })
        .on('error', reject)
        .end()
    })

  it.each([
    [false, 'pod 1.1 a.test'],
    [true, 'pod 2 a.test']
  ])('is spoken to as its revision wants it (HTTP/2: %s)', async (h2c, body) => {
    await leading([await serving('pod', 'kn-user-default')], { h2c })
    expect(await ask()).toEqual({ status: 200, body })
  })

  it('that cannot prove who it is gets nothing, and another address does', async () => {
    await leading([await serving('wrong', 'kn-routing', testAuthority('others')), await serving('right', 'kn-routing')])
    for (let round = 0; round < 4; round++) expect(await ask('POST')).toEqual({ status: 200, body: 'right 1.1 a.test' })
    expect(servers[0]?.counts.requests).toBe(0)
  })

  it('is answered for with the reason when nobody can prove it', async () => {
    await leading([await serving('wrong', 'kn-routing', testAuthority('others'))], { patience: '100' })
    expect(await ask()).toEqual({
      status: 502,
      body: 'tls: failed to verify certificate: x509: certificate signed by unknown authority\n'
    })
  })

  it('is waited for until it is known whom to trust', async () => {
    await leading([await serving('pod', 'kn-routing')], { authorities: '' })
    const answer = ask()
    controller.send({ trust: { authorities: authority.cert } })
    expect(await answer).toMatchObject({ status: 200 })
    controller.send({ ingresses: [] })
    expect(await ask()).toMatchObject({ status: 200 })
  })

  it('takes over from a plain one, and gives back, without a request that fails', async () => {
    const plain = await new FakeBackend('plain').open()
    await leading([plain.address])
    const secured = await serving('secured', 'kn-user-default')
    const load = steadyLoad(8, () => ask('POST'))
    const seen = (name: string): number => load.answers.filter(({ body }) => body.startsWith(name)).length
    await eventually(() => seen('plain') > 50)
    controller.send({ backends: [backendOf([secured])] })
    await eventually(() => seen('secured') > 50)
    const before = seen('plain')
    controller.send({ backends: [backendOf([plain.address])] })
    await eventually(() => seen('plain') > before + 50)
    const answers = await load.stop()
    plain.kill()
    expect([...new Set(answers.map(({ status }) => status))]).toEqual([200])
  })
})
