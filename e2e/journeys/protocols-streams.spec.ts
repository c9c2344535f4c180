/** What lives longer than a request and its answer: events, tunnels, stalled readers and writers, clients and apps that go away in the middle. */
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { knativeServices } from '@knative-ts/api'
import { pods, type Pod } from '@knative-ts/api/kubernetes'
import { WebSocket } from 'ws'
import { type GatewayAddress, thisMachine } from '../rig/gateway-address.ts'
import { imageOf } from '../rig/installation.ts'
import { onePodBehindActivator } from '../rig/one-pod.ts'
import { usePlatform } from '../rig/platform.ts'
import { exchangeRaw, rawConnection } from '../rig/raw-connection.ts'
import { residentMiB } from '../rig/resident.ts'
import { sendRequest } from '../rig/send-request.ts'
import { until } from '../rig/until.ts'

const platform = usePlatform('streams')
let host: string
let leaving: string
let gateway: GatewayAddress

beforeAll(async () => {
  const image = imageOf('echo')
  gateway = platform.gateway
  const hosts = await platform.user.deployAll([
    { name: 'echo', image, annotations: onePodBehindActivator },
    { name: 'leaving', image, annotations: { 'autoscaling.knative.dev/window': '6s' } }
  ])
  host = hosts.echo ?? ''
  leaving = hosts.leaving ?? ''
}, 270_000)

const ask = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`

interface Seen {
  readonly opened: number
  readonly aborted: number
  readonly written: number
}

async function seen(): Promise<Seen> {
  const { body } = await sendRequest({ ...gateway, host, path: '/seen' })
  return JSON.parse(body.toString()) as Seen
}

it('each server-sent event arrives when it is sent', async () => {
  const connection = await rawConnection(gateway)
  connection.send(ask('/events'))
  await connection.sees('data: open\n\n')
  for (const text of ['one', 'two', 'three']) {
    await sendRequest({ ...gateway, host, path: `/push?text=${text}` })
    await connection.sees(`data: ${text}\n\n`)
  }
  await sendRequest({ ...gateway, host, path: '/push?text=bye&last=1' })
  expect(await connection.sees('0\r\n\r\n')).toContain('data: bye\n\n')
  connection.close()
})

describe('a client that goes away', () => {
  it('before the answer is known to the app within seconds', async () => {
    const before = await seen()
    const connection = await rawConnection(gateway)
    connection.send(ask('/hold'))
    await until('the app has the request', async () => (await seen()).opened > before.opened)
    const began = performance.now()
    connection.close()
    await until('the app knows', async () => (await seen()).aborted > before.aborted)
    expect(performance.now() - began).toBeLessThan(5_000)
  })

  it('in the middle of an upload is known to the app within seconds', async () => {
    const before = await seen()
    const connection = await rawConnection(gateway)
    connection.send(`POST /hold HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000\r\n\r\nsome`)
    await until('the app has the request', async () => (await seen()).opened > before.opened)
    const began = performance.now()
    connection.close()
    await until('the app knows', async () => (await seen()).aborted > before.aborted)
    expect(performance.now() - began).toBeLessThan(5_000)
  })
})

describe('an app that goes away in the middle of a response', () => {
  it.each([
    ['chunked', '/die', (text: string) => !text.includes('\r\n0\r\n\r\n')],
    ['with a length', '/die?length=1', (text: string) => !text.endsWith('half of it'.repeat(100))]
  ])('%s breaks it visibly', async (_, path, isCut) => {
    const text = await exchangeRaw(gateway, ask(path))
    expect(text).toMatch(/^HTTP\/1\.1 200 [^]*half of it/)
    expect(isCut(text)).toBe(true)
    await expect(sendRequest({ ...gateway, host, path })).rejects.toThrow(/aborted|ECONNRESET|socket hang up/)
  })

  it('with its process breaks it visibly, and the next request is answered', async () => {
    const text = await exchangeRaw(gateway, ask('/exit'))
    expect(text).toContain('half of it')
    expect(text).not.toContain('\r\n0\r\n\r\n')
    await until('the app is there again', async () => (await sendRequest({ ...gateway, host, path: '/fields' })).status === 200)
  })
})

describe('back-pressure', () => {
  const mebibyte = 1024 * 1024
  const total = 400 * mebibyte

  /** Of a standalone; a cluster's processes run elsewhere. */
  const resident = (): Map<string, number> => (platform.standalone === undefined ? new Map() : residentMiB(platform.standalone))

  /** Waits until a count stands still for half a second. */
  async function still(what: string, count: () => Promise<number>): Promise<number> {
    let last = -1
    let since = performance.now()
    return until(what, async () => {
      const now = await count()
      if (now !== last) [last, since] = [now, performance.now()]
      return now > 0 && performance.now() - since > 500 && now
    })
  }

  /** MiB by which a process has grown, of those that grew by more than garbage of the way there explains. */
  function tooLarge(before: ReadonlyMap<string, number>): Record<string, number> {
    const grown = [...resident()].map(([role, mib]) => [role, Math.round(mib - (before.get(role) ?? mib))] as const)
    return Object.fromEntries(grown.filter(([, mib]) => mib > 48))
  }

  const client = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port: gateway.port, host: gateway.address ?? thisMachine }, () => resolve(socket))
      socket.once('error', reject)
    })

  it('a client that does not read stops the app, and no process keeps what it has not read', async () => {
    const before = resident()
    const socket = await client()
    socket.pause()
    socket.write(ask(`/download?bytes=${total}`))
    const written = await still('the app stops', async () => (await seen()).written)
    // Buffers of the kernel's sockets at four hops.
    expect(written).toBeLessThan(100 * mebibyte)
    expect(tooLarge(before)).toEqual({})
    let received = 0
    socket.on('data', (bytes) => {
      received += bytes.length
      if (received > 2 * written) socket.destroy()
    })
    socket.resume()
    await once(socket, 'close')
    expect(received).toBeGreaterThan(2 * written)
  })

  it('an app that does not read stops the client, and no process keeps what it has not read', async () => {
    const before = resident()
    const socket = await client()
    let sent = 0
    const block = Buffer.alloc(mebibyte)
    socket.write(`POST /unread HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${total}\r\n\r\n`)
    const pump = (): void => {
      while (sent < total) {
        sent += block.length
        if (!socket.write(block)) return
      }
    }
    socket.on('drain', pump)
    pump()
    expect(await still('the client stops', async () => sent)).toBeLessThan(100 * mebibyte)
    expect(tooLarge(before)).toEqual({})
    socket.destroy()
  })
})

describe('WebSocket', () => {
  async function open(at: string): Promise<{ readonly socket: WebSocket; next(): Promise<string> }> {
    const socket = new WebSocket(`ws://${platform.authority}/chat?room=1`, { headers: { host: at } })
    const messages: string[] = []
    socket.on('message', (data: Buffer) => messages.push(data.toString()))
    await once(socket, 'open')
    return { socket, next: () => until('a message comes', async () => messages.shift(), 30_000) }
  }

  it('carries text, binary of 1 MiB and the close to both sides', async () => {
    const { socket, next } = await open(host)
    expect(JSON.parse(await next())).toEqual({ url: '/chat?room=1', host })
    socket.send('hello')
    expect(await next()).toBe('hello')
    const large = Buffer.alloc(1024 * 1024, 'x')
    socket.send(large)
    expect((await next()).length).toBe(large.length)
    const before = await seen()
    socket.close(4000, 'enough')
    const [code] = (await once(socket, 'close')) as [number]
    expect(code).toBe(4000)
    await until('the app knows', async () => (await seen()).aborted > before.aborted)
  })

  it('goes on while its pod is being stopped, until the client is done', async () => {
    const { socket, next } = await open(leaving)
    await next()
    const { items } = await platform.client.list<Pod>(pods, {
      namespace: platform.namespace,
      labelSelector: 'serving.knative.dev/service=leaving'
    })
    const name = items[0]?.metadata.name ?? ''
    await platform.client.delete(knativeServices, { namespace: platform.namespace, name: 'leaving' })
    await until(
      'the pod is told to stop',
      async () => (await platform.client.get<Pod>(pods, { namespace: platform.namespace, name })).metadata.deletionTimestamp
    )
    for (let n = 0; n < 20; n++) {
      socket.send(`message ${n}`)
      expect(await next()).toBe(`message ${n}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    socket.close()
    await once(socket, 'close')
  }, 180_000)
})
