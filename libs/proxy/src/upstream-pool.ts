import { channels } from './diagnostics.ts'
import { dial } from './dial.ts'
import type { Exchange } from './exchange.ts'
import { type Attempt, Forwarding } from './forwarding.ts'
import { type OutgoingRequest, UpstreamConnection, type UpstreamOwner } from './http1/upstream-connection.ts'
import { type Outcome, UpstreamError } from './outcome.ts'
import { sendOwnRequest } from './own-request.ts'
import { ServerExchange } from './server-exchange.ts'
import { sweepWhileUsed } from './sweeper.ts'
import type { ConnectTimes, ForwardOptions, OwnRequest, OwnResponse, PoolCounts, PoolOptions, UpstreamPool } from './upstreams.ts'
import type { UpstreamListener, UpstreamStream } from './upstream-stream.ts'

const defaultConnect: ConnectTimes = { timeoutMs: 30_000, attempts: 1, factor: 1 }
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/** A pool without connections. */
export function createUpstreamPool(options: PoolOptions = {}): UpstreamPool {
  return new SocketPool(options)
}

/** What the pool needs of its HTTP/2 half, which is loaded when first used. */
export interface Http2Upstreams {
  send(address: string, request: OutgoingRequest, listener: UpstreamListener, connect: ConnectTimes): Promise<UpstreamStream>
  drop(address: string): void
  close(): void
  readonly open: number
}

class SocketPool implements UpstreamPool, UpstreamOwner {
  readonly #options: Required<PoolOptions>
  readonly #idle = new Map<string, UpstreamConnection[]>()
  readonly #busy = new Set<UpstreamConnection>()
  /** Connections that were busy when their address was dropped. */
  readonly #unwanted = new WeakSet<UpstreamConnection>()
  readonly #sweeper
  #idleCount = 0
  #opened = 0
  #closed = false
  #http2: Promise<Http2Upstreams> | undefined

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

  send(exchange: Exchange, address: string, options: ForwardOptions, settled: (outcome: Outcome, exchange: Exchange) => void): void {
    const held = exchange as ServerExchange
    held.hold()
    void this.forward(exchange, address, options)
      .then((outcome) => settled(outcome, exchange))
      .finally(() => held.release())
  }

  async forward(exchange: Exchange, address: string, options: ForwardOptions = {}): Promise<Outcome> {
    if (!(exchange instanceof ServerExchange)) throw new TypeError('forward: the exchange is not one of a server of this library')
    const mayRepeat = options.retry === 'unsent-or-idempotent' && idempotent.has(exchange.request.method)
    let fresh = false
    for (;;) {
      if (exchange.aborted !== undefined) return { kind: exchange.aborted === 'expired' ? 'expired' : 'client-gone' }
      const { attempt, stale } = await this.#attempt(exchange, address, options, fresh)
      if (attempt.kind !== 'failed') return attempt
      const { phase, error } = attempt
      const whole = !exchange.request.body.touched
      if (stale && whole && mayRepeat && !fresh) {
        fresh = true
        continue
      }
      if (channels.upstreamFailed.hasSubscribers) channels.upstreamFailed.publish({ address, phase, error })
      const retriable = whole && (phase === 'connect' || (phase === 'before-head' && mayRepeat))
      return { kind: 'upstream-failed', phase, error, retriable }
    }
  }

  /** `stale`: the attempt failed on a kept connection without a byte of response, as when the upstream closed it in the meantime. */
  async #attempt(
    exchange: ServerExchange,
    address: string,
    options: ForwardOptions,
    fresh: boolean
  ): Promise<{ attempt: Attempt; stale: boolean }> {
    const { request } = exchange
    const forwarding = new Forwarding(exchange, options.onResponse)
    const outgoing: OutgoingRequest = {
      method: request.method,
      target: request.target,
      host: options.host ?? request.host,
      headers: request.headers,
      edits: options.edits,
      chunked: request.body.length < 0,
      hasBody: request.body.length !== 0,
      upgrade: request.upgrade
    }
    const connect = options.connect ?? this.#options.connect
    let connection: UpstreamConnection | undefined
    try {
      if (options.protocol === 'h2c') {
        await this.#sendHttp2(address, outgoing, forwarding, connect)
      } else {
        connection = (fresh ? undefined : this.#take(address)) ?? (await this.#openFor(forwarding, address, connect))
        connection?.send(outgoing, forwarding)
        if (connection !== undefined) forwarding.begin(connection, this.#options.expectMs)
      }
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error
      return { attempt: { kind: 'failed', phase: 'connect', error }, stale: false }
    }
    const attempt = await forwarding.result
    const stale =
      connection !== undefined &&
      connection.uses > 0 &&
      !connection.received &&
      attempt.kind === 'failed' &&
      attempt.phase === 'before-head'
    return { attempt, stale }
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
    void this.#http2?.then((http2) => http2.drop(address))
  }

  close(): void {
    this.#closed = true
    for (const address of this.#idle.keys()) this.drop(address)
    void this.#http2?.then((http2) => http2.close())
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

  /** A new connection for an exchange that may be aborted while it is dialled: then there is none, and what comes of it is kept for others. */
  async #openFor(forwarding: Forwarding, address: string, times: ConnectTimes): Promise<UpstreamConnection | undefined> {
    const opening = this.#open(address, times)
    const first = await Promise.race([opening, forwarding.result])
    if (first instanceof UpstreamConnection) return first
    // A dial that fails after its exchange has gone concerns nobody.
    opening.then(
      (connection) => this.#keep(connection),
      () => {}
    )
    return undefined
  }

  async #sendHttp2(address: string, outgoing: OutgoingRequest, forwarding: Forwarding, times: ConnectTimes): Promise<void> {
    const http2 = await this.#loadHttp2()
    const sending = http2.send(address, outgoing, forwarding, times)
    const first = await Promise.race([sending, forwarding.result])
    if ('kind' in first) {
      // The exchange was aborted, or the upstream failed at once: a stream that still opens has nobody.
      sending.then(
        (stream) => stream.abort(),
        () => {}
      )
    } else forwarding.begin(first, this.#options.expectMs)
  }

  async #open(address: string, times: ConnectTimes): Promise<UpstreamConnection> {
    const socket = await dial(address, times)
    const connection = new UpstreamConnection(address, socket, this.#options.headBytes, this)
    this.#opened++
    this.#busy.add(connection)
    return connection
  }

  #loadHttp2(): Promise<Http2Upstreams> {
    this.#http2 ??= import('./http2/upstream-sessions.ts').then(({ openHttp2Upstreams }) => openHttp2Upstreams())
    return this.#http2
  }
}
