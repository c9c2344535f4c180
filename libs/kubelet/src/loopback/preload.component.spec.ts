/** The hook in a process of its own, where low ports cannot be opened: as for a user who is not root, whoever runs this. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { freePort } from '@knative-ts/testing'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DnsServer } from '../dns/dns-server.ts'
import { preloadSource } from './preload.ts'

/** Addresses of ClusterIPs and of pods in loopback mode, that no agent gives. */
const SERVICE = '127.103.255.7'
const POD = '127.88.255.8'

let directory: string
let dns: DnsServer
let dnsAt: string
let port: number
const servers: Server[] = []

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'preload-'))
  writeFileSync(join(directory, 'hook.mjs'), preloadSource())
  port = await freePort(SERVICE)
  for (const address of [SERVICE, POD]) {
    const server = createServer((request, response) => response.end(`${address} heard ${request.headers.host}`))
    await once(server.listen(port, address), 'listening')
    servers.push(server)
  }
  const service = (spec: k8s.ServiceSpec): k8s.Service => ({ apiVersion: 'v1', kind: 'Service', metadata: {}, spec })
  const services: Readonly<Record<string, k8s.Service>> = {
    'default/hello': service({ clusterIP: SERVICE }),
    'default/alias': service({ type: 'ExternalName', externalName: 'hello.default.svc.cluster.local' }),
    'default/pods': service({ clusterIP: 'None' })
  }
  const slice: k8s.EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {},
    addressType: 'IPv4',
    endpoints: [{ addresses: [POD], conditions: { ready: true } }]
  }
  const at = { address: '127.0.0.1', port: await freePort('127.0.0.1') }
  dns = new DnsServer(at, { service: (namespace, name) => services[`${namespace}/${name}`], slices: () => [slice] }, [])
  await dns.start()
  dnsAt = `${at.address}:${at.port}`
})
afterAll(async () => {
  await dns?.close()
  for (const server of servers) server.close()
  rmSync(directory, { recursive: true })
})

/** Runs a program in a pod whose Services' port 80 is served at `port`; gives its output. */
async function inPod(program: string): Promise<string> {
  const env = { KNATIVE_TS_POD_ADDRESS: '127.88.255.9', KNATIVE_TS_LOW_PORT_OFFSET: String(port - 80), KNATIVE_TS_DNS: dnsAt }
  const hook = `--import=file://${join(directory, 'hook.mjs')}`
  const { stdout } = await promisify(execFile)(process.execPath, [hook, '--input-type=module', '-e', program], { env, timeout: 20_000 })
  return stdout.trim()
}

it.each([['hello'], ['hello.default'], ['hello.default.svc'], ['hello.default.svc.cluster.local'], ['alias'], [SERVICE]])(
  'fetch reaches port 80 of a Service as http://%s/',
  async (host) => {
    expect(await inPod(`console.log(await (await fetch('http://${host}/')).text())`)).toBe(`${SERVICE} heard ${host}`)
  }
)

it.each([
  ['an address and a port in options', "net.connect({ host: 'hello', port: 80 }, opened)"],
  ['a port and a host', "net.connect(80, 'hello', opened)"],
  ['a socket made before', "new net.Socket().connect({ host: 'hello', port: 80 }, opened)"],
  ['a socket made before, by port and host', "new net.Socket().connect(80, 'hello', opened)"]
])('a connection by %s opens once, and sends what was written before', async (_, call) => {
  const program = `
    import net from 'node:net'
    let times = 0
    const opened = () => times++
    const socket = ${call}
    socket.setNoDelay(true).end('GET / HTTP/1.1\\r\\nhost: raw\\r\\nconnection: close\\r\\n\\r\\n')
    let text = ''
    for await (const bytes of socket) text += bytes
    console.log(times, text.split('\\r\\n\\r\\n')[1])
  `
  expect(await inPod(program)).toBe(`1 ${SERVICE} heard raw`)
})

it('a headless name and a high port stay as they are', async () => {
  const ask = (host: string): string => `console.log(await (await fetch('http://${host}:${port}/')).text())`
  expect(await inPod(ask('pods'))).toBe(`${POD} heard pods:${port}`)
  expect(await inPod(ask('hello'))).toBe(`${SERVICE} heard hello:${port}`)
})

it('a name that is none, and a connection that is given up while its name is asked for, fail as they do without the hook', async () => {
  const program = `
    import net from 'node:net'
    const failing = net.connect(80, 'nobody.here.invalid.')
    failing.on('error', ({ code }) => console.log(code))
    const absent = net.connect(80, 'absent')
    absent.on('error', ({ code }) => console.log(code))
    const left = net.connect(80, 'hello', () => console.log('opened all the same'))
    left.on('close', () => console.log('closed'))
    left.destroy()
  `
  const [first, second, third] = (await inPod(program)).split('\n').toSorted()
  for (const code of [first, second]) expect(code).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/)
  expect(third).toBe('closed')
})
