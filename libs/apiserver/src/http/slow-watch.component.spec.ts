/** Watchers that read slowly, or not at all: they are dropped, nobody else notices, and what they missed is there when they come back. */
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { eventsUntil, startTestServer, type TestServer, type WatchLine } from '../test-server.ts'
import type { WatchDropped, WatchLimits } from './watch-stream.ts'

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps'
const WATCH = `${CONFIG_MAPS}?watch=true&timeoutSeconds=300`
const CHANNEL = 'knative.apiserver.watch-dropped'
const VALUE_BYTES = 400 * 1024
const BACKLOG_BYTES = 1024 * 1024
/** The kernel takes some 10 MB before the server keeps anything: on a busy machine that lasts. */
const LONG_MS = 60_000

let server: TestServer
let token: string
let dropped: WatchDropped[]
let sockets: TLSSocket[]
const note = (message: unknown) => void dropped.push(message as WatchDropped)

beforeEach(() => {
  dropped = []
  sockets = []
  subscribe(CHANNEL, note)
})
afterEach(async () => {
  unsubscribe(CHANNEL, note)
  for (const socket of sockets) socket.destroy()
  await server.close()
})

async function start(limits: Partial<WatchLimits>): Promise<void> {
  server = await startTestServer({ watchLimits: { backlogBytes: BACKLOG_BYTES, stallMs: 60_000, ...limits } })
  const { api } = server
  await server.ask('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'slow' } })
  await server.ask('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    metadata: { name: 'slow' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'ServiceAccount', name: 'slow', namespace: 'default' }]
  })
  token = (await api.issueToken({ namespace: 'default', name: 'slow' })).token
}

/** A connection that sends requests and does not read. */
async function silent(...paths: readonly string[]): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port: server.api.port, ca: server.api.caPem })
  sockets.push(socket)
  await once(socket, 'secureConnect')
  for (const path of paths) socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`)
  return socket
}

const nameOf = ({ object }: WatchLine) => String(object.metadata.name)
const write = (name: string) =>
  server.ask('POST', CONFIG_MAPS, { metadata: { name, labels: { size: 'large' } }, data: { text: 'x'.repeat(VALUE_BYTES) } })

/** Writes until somebody is dropped: what the kernel takes comes before what the server keeps. */
async function writeUntilDropped(): Promise<string[]> {
  const names: string[] = []
  while (dropped.length === 0) {
    const name = `large-${String(names.length).padStart(3, '0')}`
    expect((await write(name)).status).toBe(201)
    names.push(name)
    expect(names.length).toBeLessThan(200)
  }
  return names
}

/** The whole events that had come through before the connection was closed. */
async function lastWords(socket: TLSSocket): Promise<WatchLine[]> {
  let text = ''
  for await (const chunk of socket.setEncoding('utf8')) text += String(chunk)
  return text
    .split('\n')
    .filter((line) => line.startsWith('{"type"'))
    .flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as WatchLine] : []))
}

it(
  'drops a watcher that does not read, and it alone; from its last version it hears the rest',
  async () => {
    await start({})
    const select = '&labelSelector=size%3Dlarge'
    const quick = eventsUntil(await server.open(`${WATCH}${select}`), (events) => events.some((event) => nameOf(event) === 'last'))
    const slow = await silent(`${WATCH}${select}`)
    const names = [...(await writeUntilDropped()), 'last']
    await write('last')
    expect((await quick).map(nameOf)).toEqual(names)

    expect(dropped).toEqual([{ url: `${WATCH}${select}`, why: 'backlog', backlogBytes: expect.any(Number) }])
    // It is dropped by the very event that is too much, which is in the account.
    expect(dropped[0]?.backlogBytes).toBeGreaterThan(BACKLOG_BYTES)
    expect(dropped[0]?.backlogBytes).toBeLessThan(BACKLOG_BYTES + VALUE_BYTES * 1.1)

    const heard = await lastWords(slow)
    expect(heard.map(nameOf)).toEqual(names.slice(0, heard.length))
    expect(heard.length).toBeLessThan(names.length)
    const from = heard.at(-1)?.object.metadata.resourceVersion ?? '1'
    const again = eventsUntil(await server.open(`${WATCH}${select}&resourceVersion=${from}`), (events) =>
      events.map(nameOf).includes('last')
    )
    expect((await again).map(nameOf)).toEqual(names.slice(heard.length))
  },
  LONG_MS
)

it(
  'drops a watcher that waits behind an answer which nobody reads',
  async () => {
    await start({})
    // More than the kernel takes.
    for (let count = 0; count < 40; count++) await write(`before-${count}`)
    const slow = await silent(CONFIG_MAPS, `${CONFIG_MAPS}?watch=true&resourceVersion=${server.api.store.revision()}`)
    await writeUntilDropped()
    expect(dropped[0]).toMatchObject({ why: 'backlog' })
    // The first event is what this watch began with.
    expect(dropped[0]?.backlogBytes).toBeLessThan(BACKLOG_BYTES + 2 * VALUE_BYTES * 1.1)
    expect(await lastWords(slow)).toEqual([])
  },
  LONG_MS
)

it(
  'drops a watcher that takes nothing, though nothing new happens',
  async () => {
    await start({ stallMs: 200 })
    for (let count = 0; count < 40; count++) await write(`before-${count}`)
    const told = new Promise<void>((resolve) => subscribe(CHANNEL, () => resolve()))
    const closed = once(await silent(WATCH), 'close')
    await told
    expect(dropped).toMatchObject([{ url: WATCH, why: 'stalled' }])
    sockets[0]?.resume()
    await closed
  },
  LONG_MS
)

it(
  'gives a watcher whose beginning is larger than any backlog all of it, while others write',
  async () => {
    await start({})
    const names = Array.from({ length: 40 }, (_, index) => `before-${index}`)
    for (const name of names) await write(name)
    const stream = await server.open(`${WATCH}&labelSelector=size%3Dlarge`)
    const seen = eventsUntil(stream, (events) => events.map(nameOf).includes('last'))
    await write('last')
    expect((await seen).map(nameOf)).toEqual([...names].sort().concat('last'))
    expect(dropped).toEqual([])
  },
  LONG_MS
)

it(
  'tells a watcher that waited for its turn on the connection what happened meanwhile, and ends it in order',
  async () => {
    await start({})
    for (let count = 0; count < 30; count++) await write(`before-${count}`)
    const from = server.api.store.revision()
    const path = `${CONFIG_MAPS}?watch=true&labelSelector=size%3Dlarge&resourceVersion=${from}&timeoutSeconds=`
    const slow = await silent(CONFIG_MAPS, `${path}1`, '/version')
    await write('during')
    const chunks: string[] = []
    for await (const chunk of slow.setEncoding('utf8')) {
      chunks.push(String(chunk))
      if (chunks.slice(-2).join('').includes('gitVersion')) break
    }
    const [, , events = '', version] = chunks.join('').split('HTTP/1.1 200 OK')
    expect(events).toMatch(/\r\n\r\n[0-9a-f]+\r\n\{"type":"ADDED".*"during".*\n\r\n0\r\n\r\n$/s)
    expect(version).toContain('gitVersion')
  },
  LONG_MS
)
