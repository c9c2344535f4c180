/** The bundled gateway as a process of its own, on a socket that outlives it. */
import { Agent, request as httpRequest } from 'node:http'
import net from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type BundledRole, bundleRole, eventually, freePort, RoleProcess, steadyLoad } from '@knative-ts/testing'
import { FakeBackend } from './testing/fake-backend.ts'
import { FakeController } from './testing/fake-controller.ts'
import { backendOf, routesOf } from './testing/routes.ts'

interface BoundHandle {
  readonly fd: number
  close(): void
  getsockname(address: { port?: number }): number
}

/** A socket that is bound and neither listens nor accepts here, as the node agent makes it. */
function bind(): { handle: BoundHandle; port: number } {
  const create = (net as unknown as { _createServerHandle: (host: string, port: number, family: 4) => BoundHandle })._createServerHandle
  const handle = create('127.0.0.1', 0, 4)
  const address: { port?: number } = {}
  handle.getsockname(address)
  return { handle, port: address.port ?? 0 }
}

describe('a gateway process', () => {
  let bundle: BundledRole
  let controller: FakeController
  let backend: FakeBackend
  let socket: ReturnType<typeof bind>
  const running: RoleProcess[] = []

  beforeAll(async () => {
    bundle = await bundleRole(fileURLToPath(new URL('./main.ts', import.meta.url)))
  })
  afterAll(() => bundle.remove())
  beforeEach(async () => {
    controller = await new FakeController().open()
    backend = await new FakeBackend('pod').open()
    controller.table = { ingresses: [routesOf('a.test')], backends: [backendOf([backend.address])] }
    socket = bind()
  })
  afterEach(async () => {
    for (const role of running.splice(0)) {
      role.kill('SIGKILL')
      await role.ended
    }
    socket.handle.close()
    backend.kill()
    await controller.close()
  })

  const start = async (more: Record<string, string> = {}): Promise<RoleProcess> => {
    const env = {
      POD_NAME: 'gateway-1',
      POD_IP: '127.0.0.1',
      LISTEN_HOST: '127.0.0.1',
      PUBLIC_PORT: '0',
      INTERNAL_PORT: '0',
      HTTPS_PORT: '0',
      INTERNAL_HTTPS_PORT: '0',
      ROUTING_ADDRESS: controller.address,
      LISTEN_FDS: '1',
      ...more
    }
    const role = await RoleProcess.start(bundle, { env, inherit: socket.handle.fd })
    running.push(role)
    return role.ready()
  }
  /** One request, on a connection of its own unless `agent` has one. */
  const ask = (port: number, path = '/', agent: Agent | false = false): Promise<string> =>
    new Promise((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port, path, headers: { Host: 'a.test' }, agent }, (response) => {
        let text = String(response.statusCode)
        response.on('data', (chunk) => (text += ` ${String(chunk)}`))
        response.on('end', () => resolve(text))
        response.on('error', reject)
      })
      request.on('error', reject)
      request.end()
    })

  it('ends on SIGTERM under load and is followed by another without one refused connection or lost request', async () => {
    const first = await start()
    const load = steadyLoad(50, () => ask(socket.port))
    await eventually(() => load.answers.length > 200)
    first.kill('SIGTERM')
    expect(await first.ended).toBe(0)
    expect(first.output).toContain('"cut":0')
    await start()
    const then = load.answers.length
    await eventually(() => load.answers.length > then + 200)
    expect([...new Set(await load.stop())]).toEqual(['200 pod'])
  })

  it('goes on accepting while a long request runs, because nobody else would', async () => {
    backend.answer = (request, response) => void (request.url === '/long' ? held.push(() => response.end('done')) : response.end('pod'))
    const held: (() => void)[] = []
    const role = await start()
    const long = ask(socket.port, '/long')
    await eventually(() => held.length === 1)
    const old = performance.now() + 1_100
    await eventually(() => performance.now() > old)
    role.kill('SIGTERM')
    await eventually(async () => (await role.probe()) === 503)
    expect(await ask(socket.port)).toBe('200 pod')
    held[0]?.()
    expect(await long).toBe('200 done')
    expect(await role.ended).toBe(0)
  })

  it('goes on accepting on a socket of its own until nobody comes any more', async () => {
    const port = await freePort()
    const role = await start({ LISTEN_FDS: '0', PUBLIC_PORT: String(port), DRAIN_LEAST_MS: '0' })
    const load = steadyLoad(10, () => ask(port))
    await eventually(() => load.answers.length > 100)
    role.kill('SIGTERM')
    const then = load.answers.length
    await eventually(() => load.answers.length > then + 100)
    expect([...new Set(await load.stop())]).toEqual(['200 pod'])
    expect(await role.ended).toBe(0)
  })

  it('takes who comes late on a socket of its own, and lets go of connections that are kept', async () => {
    const port = await freePort()
    const role = await start({ LISTEN_FDS: '0', PUBLIC_PORT: String(port), DRAIN_LEAST_MS: '4000' })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    expect(await ask(port, '/', agent)).toBe('200 pod')
    role.kill('SIGTERM')
    const told = performance.now()
    await eventually(async () => (await role.probe()) === 503)
    // Longer than a silence that would say something if many came.
    await eventually(() => performance.now() > told + 700)
    expect(await ask(port)).toBe('200 pod')
    expect([await ask(port, '/', agent), Object.keys(agent.freeSockets)]).toEqual(['200 pod', []])
    expect(await role.ended).toBe(0)
  })
})
