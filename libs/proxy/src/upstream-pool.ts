import { dial } from './dial.ts'
import type { Exchange } from './exchange.ts'
import type { Forwarding } from './forwarding.ts'
import { type OutgoingRequest, UpstreamConnection, type UpstreamOwner } from './http1/upstream-connection.ts'
import { type Outcome, UpstreamError } from './outcome.ts'
import { sendOwnRequest } from './own-request.ts'
import { Sending } from './sending.ts'
import { ServerExchange } from './server-exchange.ts'
import { sweepWhileUsed } from './sweeper.ts'
import type { ConnectTimes, ForwardOptions, OwnRequest, OwnResponse, PoolCounts, PoolOptions, UpstreamPool } from './upstreams.ts'
import type { UpstreamListener, UpstreamStream } from './upstream-stream.ts'
import { inTurn } from './wire/turn.ts'

const defaultConnect: ConnectTimes = { timeoutMs: 30_000, attempts: 1, factor: 1 }

/** A pool without connections. */
export function createUpstreamPool(options: PoolOptions = {}): UpstreamPool {
  return new SocketPool(options)
}

/** What the pool needs of its HTTP/2 half, which is loaded when first used. */
export interface Http2Upstreams {
  /** Gives the stream at once when a connection has room for it; else rejects with an UpstreamError when none can be opened. */
  send(
    address: string,
    request: OutgoingRequest,
    listener: UpstreamListener,
    connect: ConnectTimes
  ): UpstreamStream | Promise<UpstreamStream>
  drop(address: string): void
  close(): void
  readonly open: number
}

/** The pool of a role. What it does for one exchange is in sending.ts. */
export class SocketPool implements UpstreamPool, UpstreamOwner {
  readonly #options: Required<PoolOptions>
  readonly #idle = new Map<string, UpstreamConnection[]>()
  readonly #busy = new Set<UpstreamConnection>()
  /** Connections that were busy when their address was dropped. */
  readonly #unwanted = new WeakSet<UpstreamConnection>()
  readonly #sweeper
  #idleCount = 0
  #opened = 0
  #closed = false
  #http2: Http2Upstreams | undefined

  constructor(options: PoolOptions) {
    this.#options = {
      idlePerAddress: 100,
      idleTotal: 1000,
      idleMs: 90_000,
      connect: defaultConnect,
      expectMs: 1000,
      headBytes: 64 * 1024,
      ...options
    }
    const { idleMs } = this.#options
    this.#sweeper = sweepWhileUsed<UpstreamConnection>(Math.min(Math.max(idleMs / 5, 10), 5000), (connection, now) => {
      if (now - connection.idleSince >= idleMs) connection.kill()
    })
  }

  get counts(): PoolCounts {
    return { idle: this.#idleCount, busy: this.#busy.size, opened: this.#opened }
  }

  forward(exchange: Exchange, address: string, options: ForwardOptions = {}): Promise<Outcome> {
    return new Promise((resolve) => this.send(exchange, address, options, resolve))
  }

  send(exchange: Exchange, address: string, options: ForwardOptions, settled: (outcome: Outcome, exchange: Exchange) => void): void {
    if (!(exchange instanceof ServerExchange)) throw new TypeError('send: the exchange is not one of a server of this library')
    exchange.hold()
    new Sending(this, exchange, address, options, settled).attempt(false)
  }

  /** Has a request sent on a connection, of which `begun` is told when it is there: at once when one is kept. */
  begin(
    forwarding: Forwarding,
    address: string,
    options: ForwardOptions,
    fresh: boolean,
    begun: (connection: UpstreamConnection) => void
  ): void {
    if (options.protocol === 'h2c') {
      const connect = options.connect ?? this.#options.connect
      const stream = this.#http2?.send(address, forwarding, forwarding, connect) ?? this.#sendHttp2First(address, forwarding, connect)
      if (stream instanceof Promise) void this.#awaitStream(stream, forwarding)
      else forwarding.begin(stream, this.#options.expectMs)
      return
    }
    const kept = fresh ? undefined : this.#take(address)
    if (kept === undefined) void this.#openFor(forwarding, address, options.connect ?? this.#options.connect, begun)
    else this.#start(kept, forwarding, begun)
  }

  #start(connection: UpstreamConnection, forwarding: Forwarding, begun: (connection: UpstreamConnection) => void): void {
    begun(connection)
    connection.send(forwarding, forwarding)
    forwarding.begin(connection, this.#options.expectMs)
  }

  async request(address: string, request: OwnRequest): Promise<OwnResponse> {
    const connect = { timeoutMs: request.timeoutMs, attempts: 1, factor: 1 }
    return sendOwnRequest(address, request, async (outgoing, listener) => {
      if (request.protocol === 'h2c') return (await this.#loadHttp2()).send(address, outgoing, listener, connect)
      const connection = (request.fresh === true ? undefined : this.#take(address)) ?? (await this.#open(address, connect))
      if (request.fresh === true) this.#unwanted.add(connection)
      connection.send(outgoing, listener)
      return connection
    })
  }

  drop(address: string): void {
    for (const connection of this.#idle.get(address)?.slice() ?? []) connection.kill()
    for (const connection of this.#busy) if (connection.address === address) this.#unwanted.add(connection)
    this.#http2?.drop(address)
  }

  close(): void {
    this.#closed = true
    for (const address of this.#idle.keys()) this.drop(address)
    this.#http2?.close()
  }

  // ---- connections

  reusable(connection: UpstreamConnection): void {
    this.#busy.delete(connection)
    this.#keep(connection)
  }

  #keep(connection: UpstreamConnection): void {
    this.#busy.delete(connection)
    const { address } = connection
    const kept = this.#idle.get(address)
    const { idlePerAddress, idleTotal } = this.#options
    if (this.#closed || this.#unwanted.has(connection) || (kept?.length ?? 0) >= idlePerAddress || this.#idleCount >= idleTotal) {
      connection.kill()
      return
    }
    connection.idleSince = performance.now()
    if (kept === undefined) this.#idle.set(address, [connection])
    else kept.push(connection)
    this.#idleCount++
    this.#sweeper.add(connection)
  }

  gone(connection: UpstreamConnection): void {
    this.#busy.delete(connection)
    const kept = this.#idle.get(connection.address)
    const index = kept?.indexOf(connection) ?? -1
    if (kept === undefined || index < 0) return
    kept.splice(index, 1)
    this.#removed(connection, kept)
  }

  /** The connection used last: its buffers and its upstream's are warm, and the others can grow old and go. */
  #take(address: string): UpstreamConnection | undefined {
    const kept = this.#idle.get(address)
    const connection = kept?.pop()
    if (kept === undefined || connection === undefined) return undefined
    this.#removed(connection, kept)
    this.#busy.add(connection)
    return connection
  }

  #removed(connection: UpstreamConnection, kept: UpstreamConnection[]): void {
    this.#idleCount--
    this.#sweeper.remove(connection)
    if (kept.length === 0) this.#idle.delete(connection.address)
  }

  /** A new connection for an exchange that may be aborted while it is dialled: then it is kept for others. */
  async #openFor(
    forwarding: Forwarding,
    address: string,
    times: ConnectTimes,
    begun: (connection: UpstreamConnection) => void
  ): Promise<void> {
    let connection: UpstreamConnection
    try {
      connection = await this.#open(address, times)
    } catch (error) {
      this.#unsent(forwarding, error)
      return
    }
    if (forwarding.settled) this.#keep(connection)
    else inTurn(() => this.#start(connection, forwarding, begun))
  }

  async #sendHttp2First(address: string, forwarding: Forwarding, times: ConnectTimes): Promise<UpstreamStream> {
    const http2 = await this.#loadHttp2()
    return http2.send(address, forwarding, forwarding, times)
  }

  async #awaitStream(opening: Promise<UpstreamStream>, forwarding: Forwarding): Promise<void> {
    let stream: UpstreamStream
    try {
      stream = await opening
    } catch (error) {
      this.#unsent(forwarding, error)
      return
    }
    inTurn(() => {
      // Aborted, or failed at once: a stream that still opens has nobody.
      if (forwarding.settled) stream.abort()
      else forwarding.begin(stream, this.#options.expectMs)
    })
  }

  #unsent(forwarding: Forwarding, error: unknown): void {
    if (error instanceof UpstreamError) inTurn(() => forwarding.unsent(error))
    else forwarding.exchange.core?.failed(forwarding.exchange, error)
  }

  async #open(address: string, times: ConnectTimes): Promise<UpstreamConnection> {
    const wire = await dial(address, times)
    const connection = new UpstreamConnection(address, wire, this.#options.headBytes, this)
    this.#opened++
    if (wire.destroyed) throw new UpstreamError('closed', address, 'EOF')
    this.#busy.add(connection)
    return connection
  }

  /** HTTP/2 is loaded when first used: who needs none starts faster. */
  async #loadHttp2(): Promise<Http2Upstreams> {
    const { openHttp2Upstreams } = await import('./http2/upstream-sessions.ts')
    const { headBytes, idleMs } = this.#options
    this.#http2 ??= openHttp2Upstreams({ dial, headBytes, idleMs })
    return this.#http2
  }
}
