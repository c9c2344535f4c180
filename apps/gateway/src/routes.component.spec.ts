/** What the KIngress contract promises (reference 2.4.9, 2.10, 2.12 and 8.1), through a whole gateway. */
import { once } from 'node:events'
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:http2'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { eventually, steadyLoad } from '@knative-ts/testing'
import type { routing } from '@knative-ts/wire'
import { FakeBackend } from './testing/fake-backend.ts'
import { FakeController } from './testing/fake-controller.ts'
import { backendOf, routesOf } from './testing/routes.ts'
import { RunningGateway } from './testing/running-gateway.ts'

interface Answer {
  readonly status: number
  readonly body: string
}

describe('a gateway routes', () => {
  let controller: FakeController
  let gateway: RunningGateway
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const backends: FakeBackend[] = []

  beforeEach(async () => {
    controller = await new FakeController().open()
  })
  afterEach(async () => {
    agent.destroy()
    await gateway.stop()
    for (const backend of backends.splice(0)) backend.kill()
    await controller.close()
  })

  const backend = async (name: string, h2c = false): Promise<FakeBackend> => {
    const one = await new FakeBackend(name, h2c).open()
    backends.push(one)
    return one
  }
  const start = async (ingresses: readonly routing.IngressRoutes[], at: readonly routing.Backend[]): Promise<void> => {
    controller.table = { ingresses: [...ingresses], backends: [...at] }
    gateway = await new RunningGateway(controller).start()
  }
  const ask = (host: string, headers: Readonly<Record<string, string>> = {}, listener: 'public' | 'internal' = 'public'): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: gateway.port(listener), headers: { Host: host, ...headers }, agent }
      const request = httpRequest(options, (response) => {
        let body = ''
        response.on('data', (chunk) => (body += String(chunk)))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      })
      request.on('error', reject)
      request.end()
    })
  const halves = [
    { backend: 'default/one:80', percent: 50 },
    { backend: 'default/two:80', percent: 50 }
  ]
  const pair = async (): Promise<routing.Backend[]> => {
    const [one, two] = [await backend('one'), await backend('two')]
    return [backendOf([one.address], { key: 'default/one:80' }), backendOf([two.address], { key: 'default/two:80' })]
  }
  /** Of 200 even throws the odds of fewer than 50 on one side are below one in 10^12. */
  const expectEven = (bodies: readonly string[]): void => {
    const ones = bodies.filter((body) => body === 'one').length
    expect(bodies.filter((body) => body === 'one' || body === 'two')).toHaveLength(200)
    expect(ones).toBeGreaterThanOrEqual(50)
    expect(ones).toBeLessThanOrEqual(150)
  }

  it('each request of one connection anew', async () => {
    await start([routesOf('a.test', { paths: [{ splits: halves }] })], await pair())
    const bodies: string[] = []
    while (bodies.length < 200) bodies.push((await ask('a.test')).body)
    expectEven(bodies)
  })

  it('each stream of one HTTP/2 connection anew', async () => {
    await start([routesOf('a.test', { paths: [{ splits: halves }] })], await pair())
    const session = connect(`http://127.0.0.1:${gateway.port('public')}`)
    const bodies = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const stream = session.request({ ':authority': 'a.test' })
        let body = ''
        stream.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
        await once(stream, 'end')
        return body
      })
    )
    session.destroy()
    expectEven(bodies)
  })

  it('by tag header, and says to the revision which way a request came', async () => {
    const at = await pair()
    const [one, two] = backends
    const paths = [
      { matchHeaders: { 'Knative-Serving-Tag': 'blue' }, splits: [{ backend: 'default/two:80' }] },
      { appendHeaders: { 'Knative-Serving-Default-Route': 'true' }, splits: [{ backend: 'default/one:80' }] }
    ]
    const tagged = [{ appendHeaders: { 'Knative-Serving-Tag': 'blue' }, splits: [{ backend: 'default/two:80' }] }]
    await start([routesOf('a.test', { paths }), routesOf('blue-a.test', { key: 'default/blue', paths: tagged })], at)
    const by = [
      await ask('a.test'),
      await ask('a.test', { 'Knative-Serving-Tag': 'blue' }),
      await ask('a.test', { 'Knative-Serving-Tag': 'no' })
    ]
    expect([...by, await ask('blue-a.test')].map(({ body }) => body)).toEqual(['one', 'two', 'one', 'two'])
    const seen = (headers: IncomingHttpHeaders | undefined) => [
      headers?.['knative-serving-tag'],
      headers?.['knative-serving-default-route']
    ]
    expect(one?.seen.map(({ headers }) => seen(headers))).toEqual([
      [undefined, 'true'],
      ['no', 'true']
    ])
    expect(two?.seen.map(({ headers }) => seen(headers))).toEqual([
      ['blue', undefined],
      ['blue', undefined]
    ])
  })

  it('a mapped domain over its own internal listener, and tells the app of the first host and scheme', async () => {
    const app = await backend('app')
    const inner = routesOf('hello.default.svc.cluster.local', { key: 'default/hello', clusterLocal: true })
    const outer = routesOf('www.test', {
      key: 'default/www',
      paths: [
        {
          rewriteHost: 'hello.default.svc.cluster.local',
          splits: [{ backend: 'default/outer:80', appendHeaders: { 'K-Original-Host': 'www.test' } }]
        }
      ]
    })
    await start([inner, outer], [backendOf([app.address])])
    const sequence = controller.send({ backends: [backendOf([`127.0.0.1:${gateway.port('internal')}`], { key: 'default/outer:80' })] })
    await eventually(() => controller.reports.at(-1)?.appliedSequence === sequence)
    expect(await ask('www.test', { 'K-Original-Host': 'forged.test' })).toEqual({ status: 200, body: 'app' })
    expect(app.seen[0]?.headers).toMatchObject({
      host: 'hello.default.svc.cluster.local',
      'k-original-host': 'www.test',
      'x-forwarded-for': '127.0.0.1, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'www.test'
    })
  })

  it('public hosts on the public listener alone, cluster-local ones on the internal one alone', async () => {
    const app = await backend('app')
    const [outside] = routesOf('hello.default.example.com').rules
    const [inside] = routesOf('hello.default', { clusterLocal: true }).rules
    const rules = [outside, { ...inside, hosts: ['hello.default', 'hello.default.svc', 'hello.default.svc.cluster.local'] }]
    await start([{ ...routesOf(''), rules: rules as routing.Rule[] }], [backendOf([app.address])])
    const statuses = async (host: string): Promise<number[]> => [(await ask(host)).status, (await ask(host, {}, 'internal')).status]
    expect(await statuses('hello.default.example.com')).toEqual([200, 404])
    for (const host of ['hello.default', 'hello.default.svc', 'hello.default.svc.cluster.local'])
      expect(await statuses(host)).toEqual([404, 200])
  })

  it('HTTP/2 to a backend that speaks it, and an upgrade to it as HTTP/1.1', async () => {
    const app = await backend('app', true)
    await start([routesOf('a.test')], [backendOf([app.address], { h2c: true })])
    expect((await ask('a.test')).body).toBe('app')
    expect(app.seen[0]?.httpVersion).toBe('2.0')
    const switching = await backend('switching')
    switching.onUpgrade((request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
      socket.end(`${request.httpVersion} ${request.headers['x-forwarded-host']}`)
    })
    const sequence = controller.send({ backends: [backendOf([switching.address], { h2c: true })] })
    await eventually(() => controller.reports.at(-1)?.appliedSequence === sequence)
    const headers = { Host: 'a.test', Connection: 'Upgrade', Upgrade: 'echo' }
    const request = httpRequest({ host: '127.0.0.1', port: gateway.port('public'), headers, agent: false })
    request.end()
    const [response, socket, head] = (await once(request, 'upgrade')) as [{ readonly statusCode: number }, NodeJS.ReadableStream, Buffer]
    let said = String(head)
    socket.on('data', (chunk) => (said += String(chunk)))
    await once(socket, 'end')
    expect([response.statusCode, said]).toEqual([101, '1.1 a.test'])
  })

  it('on while routes change under load: every request is answered by the version before or the one after', async () => {
    const at = await pair()
    const to = (name: string, version: number) =>
      routesOf('a.test', { version: `v${version}`, paths: [{ splits: [{ backend: `default/${name}:80` }] }] })
    await start([to('one', 0)], at)
    const agents = new Agent({ keepAlive: true, maxSockets: 20 })
    const load = steadyLoad(20, () => {
      const options = { host: '127.0.0.1', port: gateway.port('public'), headers: { Host: 'a.test' }, agent: agents }
      return new Promise<string>((resolve, reject) => {
        const request = httpRequest(options, (response) => {
          let text = `${response.statusCode}`
          response.on('data', (chunk) => (text += ` ${String(chunk)}`))
          response.on('end', () => resolve(text))
        })
        request.on('error', reject)
        request.end()
      })
    })
    for (let version = 1; version <= 100; version++) {
      const name = version % 2 === 0 ? 'one' : 'two'
      const gone = version % 2 === 0 ? 'two' : 'one'
      const present = at.filter(({ key }) => key === `default/${name}:80`)
      // The old backend leaves with the route, as it does at the end of a rollout.
      const sequence = controller.send({ ingresses: [to(name, version)], backends: present, removedBackends: [`default/${gone}:80`] })
      await eventually(() => controller.reports.at(-1)?.appliedSequence === sequence)
    }
    const then = load.answers.length
    await eventually(() => load.answers.length > then + 100)
    const answers = new Set(await load.stop())
    agents.destroy()
    expect([...answers].toSorted()).toEqual(['200 one', '200 two'])
  })
})
