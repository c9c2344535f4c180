import { createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net'
import type { TlsOptions, TLSSocket } from 'node:tls'
import { ServerConnection } from '../http1/server-connection.ts'
import { EarlyBytes } from '../http2/early-bytes.ts'
import type { Http2Door, serveHttp2 } from '../http2/server-session.ts'
import type { DrainOptions, ListenAddress, ListenTarget, Server, ServerCounts, ServerLimits, ServerOptions, ServerTimes } from './server.ts'
import { ServerCore } from './server-core.ts'
import { sweepWhileUsed } from '../sweeper.ts'
import type { serveTrunk, TrunkDoor } from '../trunk/server-trunk.ts'
import { acceptWires, shareReads } from '../wire/accept.ts'
import { keepAlive } from '../wire/keep-alive.ts'
import { SocketWire } from '../wire/socket-wire.ts'
import { inTurn } from '../wire/turn.ts'
import type { Wire } from '../wire/wire.ts'

const defaultLimits: ServerLimits = { headBytes: 64 * 1024, headerCount: 256, connections: 65_536, streams: 250 }
/** 60 s for a head is Knative's ReadHeaderTimeout; the body has no limit of its own there. */
const defaultTimes: ServerTimes = { headMs: 60_000, idleMs: 0, bodyMs: 0, lingerMs: 1000 }

/** A server that does not listen yet. */
export function createServer(options: ServerOptions): Server {
  return new SocketServer(options)
}

class SocketServer implements Server {
  readonly #options: ServerOptions
  readonly #core: ServerCore
  readonly #connections = new Set<ServerConnection>()
  readonly #sessions = new Set<Http2Door>()
  readonly #trunks = new Set<TrunkDoor>()
  /** What is under TLS: a connection whose handshake has not ended is here alone. */
  readonly #underTls = new Set<Socket>()
  readonly #swept
  /** What is shown from the next handshake on. */
  #tls: TlsOptions | undefined
  #net: NetServer | undefined
  #whenEmpty: (() => void)[] = []
  #over = false
  #serveHttp2: typeof serveHttp2 | undefined
  #serveTrunk: typeof serveTrunk | undefined

  constructor(options: ServerOptions) {
    this.#options = options
    this.#tls = options.tls
    const limits = { ...defaultLimits, ...options.limits }
    const times = { ...defaultTimes, ...options.times }
    this.#core = new ServerCore(options.handler, limits, times, options.halfClose === 'serve', options.onFailure)
    const shortest = Math.min(...[times.headMs, times.idleMs, times.bodyMs, times.lingerMs].filter((time) => time > 0))
    this.#swept = sweepWhileUsed<ServerConnection | Http2Door | TrunkDoor>(Math.min(Math.max(shortest / 5, 50), 1000), (connection, now) =>
      connection.sweep(now)
    )
  }

  get counts(): ServerCounts {
    const { active, tunnels, requests, refused } = this.#core
    return { connections: this.#connections.size + this.#sessions.size + this.#trunks.size, active, tunnels, requests, refused }
  }

  async listen(target: ListenTarget): Promise<ListenAddress> {
    if (this.#net !== undefined) throw new Error('the server listens already')
    const net = this.#tls === undefined ? this.#plain() : await this.#secure()
    this.#net = net
    await new Promise<void>((resolve, reject) => {
      net.once('error', reject)
      net.listen('fd' in target ? target : { backlog: 4096, ...target }, () => {
        net.off('error', reject)
        resolve()
      })
    })
    // Accept errors (no file descriptors left) come here later: the next accept may succeed, the process must live.
    net.on('error', (error) => process.emitWarning(error))
    if (this.#options.tls === undefined && this.#options.sharedReads !== false) void shareReads(net, this.#accept)
    const address = net.address()
    return address === null || typeof address === 'string' ? { address: address ?? '', port: 0 } : address
  }

  #plain(): NetServer {
    const net = createNetServer({ allowHalfOpen: true, noDelay: true, ...keepAlive })
    acceptWires(net, this.#accept)
    return net
  }

  async #secure(): Promise<NetServer> {
    const { createServer: createTlsServer } = await import('node:tls')
    const { headMs } = this.#core.times
    const patience = headMs > 0 ? { handshakeTimeout: headMs } : {}
    const options = { ALPNProtocols: ['h2', 'http/1.1'], allowHalfOpen: true, noDelay: true, ...keepAlive, ...patience, ...this.#tls }
    const net = createTlsServer(options, (socket: TLSSocket) => this.#accept(new SocketWire(socket, false)))
    // Who has not finished a handshake has a connection, too.
    net.maxConnections = this.#core.limits.connections
    net.on('connection', (socket: Socket) => {
      this.#underTls.add(socket)
      socket.once('close', () => this.#underTls.delete(socket))
    })
    // Node leaves it open: it would stay for ever.
    net.on('tlsClientError', (_error, socket) => socket.destroy())
    return net
  }

  readonly #accept = (wire: SocketWire): void => this.#take(wire, this.#options.trunks === true && this.#options.tls === undefined)

  #take(wire: Wire, trunks: boolean): void {
    // A handshake may end after the server has.
    if (this.#over || this.counts.connections >= this.#core.limits.connections) {
      wire.destroy()
      return
    }
    const connection = new ServerConnection(wire, this.#core, this, trunks)
    this.#connections.add(connection)
    this.#swept.add(connection)
  }

  speaksHttp2(connection: ServerConnection, bytes: Buffer): void {
    const { wire } = connection
    if (this.#serveHttp2 === undefined) void this.#loadHttp2(connection, new EarlyBytes(wire, bytes))
    else this.#beginHttp2(connection, wire, bytes, this.#serveHttp2)
  }

  /** HTTP/2 is loaded when somebody speaks it: who needs none starts faster. */
  async #loadHttp2(connection: ServerConnection, early: EarlyBytes): Promise<void> {
    const { serveHttp2 } = await import('../http2/server-session.ts')
    this.#serveHttp2 = serveHttp2
    if (early.isClosed) this.closed(connection)
    else inTurn(() => this.#beginHttp2(connection, connection.wire, early.take(), serveHttp2))
  }

  #beginHttp2(connection: ServerConnection, wire: Wire, read: Buffer, serve: typeof serveHttp2): void {
    const session = serve(wire, read, this.#core, () => {
      this.#sessions.delete(session)
      this.#swept.remove(session)
      this.#noteEmpty()
    })
    this.#sessions.add(session)
    this.#swept.add(session)
    this.closed(connection)
    if (this.#core.draining) session.drain()
  }

  speaksTrunk(connection: ServerConnection, bytes: Buffer): void {
    const { wire } = connection
    if (this.#serveTrunk === undefined) void this.#loadTrunk(connection, new EarlyBytes(wire, bytes))
    else this.#beginTrunk(connection, wire, bytes, this.#serveTrunk)
  }

  async #loadTrunk(connection: ServerConnection, early: EarlyBytes): Promise<void> {
    const { serveTrunk } = await import('../trunk/server-trunk.ts')
    this.#serveTrunk = serveTrunk
    if (early.isClosed) this.closed(connection)
    else inTurn(() => this.#beginTrunk(connection, connection.wire, early.take(), serveTrunk))
  }

  #beginTrunk(connection: ServerConnection, wire: Wire, read: Buffer, serve: typeof serveTrunk): void {
    const { headMs, lingerMs } = this.#core.times
    const accept = (one: Wire): void => this.#take(one, false)
    const closed = (): void => {
      this.#trunks.delete(trunk)
      this.#swept.remove(trunk)
      this.#noteEmpty()
    }
    const trunk = serve(wire, read, { accept, closed, idleMs: headMs, lingerMs })
    this.#trunks.add(trunk)
    this.#swept.add(trunk)
    this.closed(connection)
    if (this.#core.draining) trunk.drain()
  }

  closed(connection: ServerConnection): void {
    this.#connections.delete(connection)
    this.#swept.remove(connection)
    this.#noteEmpty()
  }

  leave(): void {
    this.#core.leaving = true
    for (const session of this.#sessions) session.drain()
    for (const trunk of this.#trunks) trunk.drain()
  }

  async drain({ deadlineMs, idleMs = 500 }: DrainOptions): Promise<{ cut: number }> {
    this.#core.draining = true
    this.#net?.close()
    this.leave()
    const idleFrom = performance.now() + Math.min(idleMs, deadlineMs)
    const reaper = setInterval(
      () => {
        if (performance.now() < idleFrom) return
        for (const connection of this.#connections) if (connection.idle) connection.linger()
      },
      Math.max(10, Math.min(100, idleMs))
    )
    let cut = 0
    const deadline = setTimeout(() => {
      cut = this.#connections.size + this.#sessions.size
      this.#breakAll()
    }, deadlineMs)
    await this.#empty()
    this.#over = true
    clearInterval(reaper)
    clearTimeout(deadline)
    this.#endHandshakes()
    return { cut }
  }

  async close(): Promise<void> {
    this.#core.draining = this.#core.leaving = true
    this.#over = true
    this.#net?.close()
    this.#breakAll()
    this.#endHandshakes()
    await this.#empty()
  }

  #endHandshakes(): void {
    for (const socket of this.#underTls) socket.destroy()
  }

  replaceCertificates(options: TlsOptions): void {
    if (this.#tls === undefined) throw new Error('the server does not serve TLS')
    this.#tls = { ...this.#tls, ...options }
    const net = this.#net as { setSecureContext?: (options: TlsOptions) => void } | undefined
    net?.setSecureContext?.(options)
  }

  #breakAll(): void {
    for (const connection of this.#connections) connection.abort('server-closed')
    for (const session of this.#sessions) session.destroy()
    for (const trunk of this.#trunks) trunk.destroy()
  }

  #empty(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenEmpty.push(resolve)
      this.#noteEmpty()
    })
  }

  #noteEmpty(): void {
    if (this.#connections.size > 0 || this.#sessions.size > 0 || this.#trunks.size > 0) return
    for (const resolve of this.#whenEmpty.splice(0)) resolve()
  }
}
