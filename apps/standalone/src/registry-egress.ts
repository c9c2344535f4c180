/**
 * The controller's way to registries. Pods in network namespaces have none to the world, and the controller is one of them; yet it has to ask the same registries as
 * the node agent, which is a part of this process. So this process opens tunnels for it (HTTP CONNECT), for whoever has the password: the controller alone.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { dirname } from 'node:path'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { proxyFor, type Proxies } from '@knative-ts/registry'

/** What it is opened with. */
export interface RegistryEgressOptions {
  /** Of the node as pods reach it. */
  readonly address: string
  /** Preferred, so that the controller's Deployment is the same at the next start; another one where it is taken. */
  readonly port?: number
  /** The password's file, made when there is none. */
  readonly file: string
  /** How this machine itself gets out. */
  readonly proxies: Proxies
}

export interface RegistryEgress {
  /** Address of the proxy, with name and password. */
  readonly url: string
  close(): Promise<void>
}

const usualPort = 3128
const name = 'controller'
const connectMs = 10_000
/** A proxy's answer to CONNECT is a few lines. */
const longestHead = 16 << 10

/** Why a tunnel cannot be made, in statuses that libs/registry puts into words. */
const statuses: Readonly<Record<string, string>> = {
  ECONNREFUSED: '521 Connection Refused',
  ETIMEDOUT: '522 Connection Timed Out',
  ENOTFOUND: '530 No Such Host',
  EAI_AGAIN: '530 No Such Host'
}

export async function openRegistryEgress({ address, port = usualPort, file, proxies }: RegistryEgressOptions): Promise<RegistryEgress> {
  const password = await passwordIn(file)
  const expected = Buffer.from(`Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`)
  const open = new Set<Duplex>()
  const server = createServer((_, response) => response.writeHead(405).end())
  server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    keep(open, client)
    const given = Buffer.from(request.headers['proxy-authorization'] ?? '')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      return void client.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="registries"\r\n\r\n')
    }
    const target = request.url ?? ''
    reach(target, proxies, open).then(
      (remote) => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n')
        if (head.length > 0) remote.write(head)
        client.pipe(remote).pipe(client)
        client.on('close', () => remote.destroy())
        remote.on('close', () => client.destroy())
      },
      (error: NodeJS.ErrnoException) => client.end(`HTTP/1.1 ${statuses[error.code ?? ''] ?? '502 Bad Gateway'}\r\n\r\n`)
    )
  })
  const listening = await listen(server, address, port)
  return {
    url: `http://${name}:${password}@${address}:${listening}`,
    close() {
      for (const each of open) each.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    }
  }
}

async function passwordIn(file: string): Promise<string> {
  const known = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  if (known !== '') return known
  const made = randomBytes(24).toString('hex')
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, made, { mode: 0o600 })
  return made
}

function listen(server: Server, address: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' && port !== 0 ? resolve(listen(server, address, 0)) : reject(error)
    )
    server.listen(port, address, () => {
      const bound = server.address()
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port)
    })
  })
}

/** A socket that ends with the others; what it says of its own end is of no use to anybody. */
function keep<T extends Duplex>(open: Set<Duplex>, socket: T): T {
  open.add(socket)
  socket.on('close', () => open.delete(socket))
  socket.on('error', () => socket.destroy())
  return socket
}

/** A connection to `host:port`, by way of this machine's own proxy where it has one. Rejects when there is none. */
async function reach(target: string, proxies: Proxies, open: Set<Duplex>): Promise<Socket> {
  const secure = !target.endsWith(':80')
  const url = new URL(`${secure ? 'https' : 'http'}://${target}`)
  const proxy = proxyFor(url, proxies)?.url
  if (proxy === undefined) return connected(() => connect({ host: hostOf(url), port: Number(url.port || (secure ? 443 : 80)) }), open)
  const { protocol, username, password } = proxy
  const place = { host: hostOf(proxy), port: Number(proxy.port || (protocol === 'https:' ? 443 : 80)) }
  const socket = await connected(() => (protocol === 'https:' ? connectTls({ ...place, servername: place.host }) : connect(place)), open)
  const who = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  const authorization = username === '' ? '' : `proxy-authorization: Basic ${who}\r\n`
  socket.write(`CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n${authorization}\r\n`)
  const head = await headOf(socket)
  if (!/^HTTP\/1\.[01] 200 /.test(head)) throw new Error(`the proxy ${proxy.host} refuses: ${head.split('\r\n')[0]}`)
  return socket
}

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1')

function connected<T extends Socket>(make: () => T, open: Set<Duplex>): Promise<T> {
  return new Promise((resolve, reject) => {
    const socket = keep(open, make())
    const late = setTimeout(() => socket.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' })), connectMs)
    socket.once('error', reject)
    socket.once('close', () => clearTimeout(late))
    socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => {
      clearTimeout(late)
      resolve(socket)
    })
  })
}

/** The head of an answer; what follows it stays in the socket. */
function headOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = Buffer.alloc(0)
    const end = (): void => reject(new Error('the proxy has closed the connection'))
    const read = (): void => {
      for (let part = socket.read() as Buffer | null; part !== null; part = socket.read() as Buffer | null) got = Buffer.concat([got, part])
      const at = got.indexOf('\r\n\r\n')
      if (at < 0 && got.length < longestHead) return
      socket.off('readable', read)
      socket.off('close', end)
      if (at < 0) return reject(new Error('the proxy answers without end'))
      const rest = got.subarray(at + 4)
      if (rest.length > 0) socket.unshift(rest)
      resolve(got.subarray(0, at).toString('latin1'))
    }
    socket.on('readable', read)
    socket.once('close', end)
  })
}
