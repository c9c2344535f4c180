import { dial } from './dial.ts'
import type { Secure } from './handshake.ts'
import type { Exchange } from '../server/exchange.ts'
import type { Forwarding } from './forwarding.ts'
import { type OutgoingRequest, UpstreamConnection, type UpstreamOwner } from '../http1/upstream-connection.ts'
import { Lane } from './lane.ts'
import { type Outcome, UpstreamError } from './outcome.ts'
import { endTrunk, isCarried, trunkOf } from './lane-trunk.ts'
import { sendOwnRequest } from './own-request.ts'
import { Sending } from './sending.ts'
import type { Submission, SubmissionListener, Submitted } from './submission.ts'
import { type SubmissionPool, Submitting } from './submitting.ts'
import { ServerExchange } from '../server/server-exchange.ts'
import type {
  ConnectTimes,
  ForwardOptions,
  IdleLimits,
  OwnRequest,
  OwnResponse,
  PoolCounts,
  PoolOptions,
  Settled,
  UpstreamPool
} from './upstreams.ts'
import type { UpstreamListener, UpstreamStream } from './upstream-stream.ts'
import type { SocketWire } from '../wire/socket-wire.ts'
import { inTurn, turnTime } from '../wire/turn.ts'

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

/** The pool of a role. What it does for one exchange is in sending.ts. Over 300 lines: whatever opens, takes, keeps or closes a connection changes the same counts. */
export class SocketPool implements UpstreamPool, UpstreamOwner, SubmissionPool {
  #options: Required<PoolOptions>
  readonly #lanes = new Map<string, Lane>()
  #idle = 0
  #busy = 0
  #opened = 0
  #secured = 0
  #closed = false
  #sweeping: NodeJS.Timeout | undefined
  #http2: Http2Upstreams | undefined

  constructor(options: PoolOptions) {
    this.#options = {
      idlePerAddress: 100,
      idleTotal: 1000,
      idleMs: 90_000,
      connect: defaultConnect,
      expectMs: 1000,
      headBytes: 64 * 1024,
      trunks: false,
      authorities: () => '',
      ...options
    }
  }

  get counts(): PoolCounts {
    return { idle: this.#idle, busy: this.#busy, opened: this.#opened, secured: this.#secured }
  }

  forward(exchange: Exchange, address: string, options: ForwardOptions = {}): Promise<Outcome> {
    return new Promise((resolve) => this.send(exchange, address, options, resolve))
  }

  send(exchange: Exchange, address: string, options: ForwardOptions, settled: Settled): void {
    if (!(exchange instanceof ServerExchange)) throw new TypeError('send: the exchange is not one of a server of this library')
    if (exchange.request.body.touched) throw new Error('send: the body of the request has been read')
    exchange.hold()
    new Sending(this, exchange, address, options, settled).attempt(false)
  }

  /** Has a request sent on a connection, of which `sending` is told when it is there: at once when one is kept. */
  begin(forwarding: Forwarding, address: string, options: ForwardOptions, fresh: boolean, sending: Sending): void {
    if (options.protocol === 'h2c') {
      const connect = options.connect ?? this.#options.connect
      const stream = this.#http2?.send(address, forwarding, forwarding, connect) ?? this.#sendHttp2First(address, forwarding, connect)
      if (stream instanceof Promise) void this.#awaitStream(stream, forwarding)
      else forwarding.begin(stream, this.#options.expectMs)
      return
    }
    const kept = fresh ? undefined : (this.#takeCarried(address, forwarding) ?? this.#take(address))
    if (kept === undefined) void this.#openFor(forwarding, address, options.connect ?? this.#options.connect, sending)
    else this.#start(kept, forwarding, sending)
  }

  #start(connection: UpstreamConnection, forwarding: Forwarding, sending: Sending): void {
    sending.begun(connection)
    connection.send(forwarding, forwarding)
    forwarding.begin(connection, this.#options.expectMs)
  }

  submit(address: string, submission: Submission, listener: SubmissionListener): Submitted {
    const submitting = new Submitting(this, address, submission, listener)
    this.connect(submitting, submission.stale === 'fresh')
    return submitting
  }

  connect(submitting: Submitting, fresh: boolean): void {
    const kept = fresh ? undefined : this.#take(submitting.address)
    if (kept === undefined) void this.#connectFor(submitting)
    else inTurn(() => submitting.begin(kept))
  }

  async #connectFor(submitting: Submitting): Promise<void> {
    let connection: UpstreamConnection
    try {
      connection = await this.#open(submitting.address, submitting.submission.connect ?? this.#options.connect)
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error
      inTurn(() => submitting.fail(error))
      return
    }
    if (submitting.over) this.reusable(connection)
    else inTurn(() => submitting.begin(connection))
  }

  async request(address: string, request: OwnRequest): Promise<OwnResponse> {
    const connect = { timeoutMs: request.timeoutMs, attempts: 1, factor: 1 }
    return sendOwnRequest(address, request, async (outgoing, listener) => {
      if (request.protocol === 'h2c') return (await this.#loadHttp2()).send(address, outgoing, listener, connect)
      const connection = (request.fresh === true ? undefined : this.#take(address)) ?? (await this.#open(address, connect))
      if (outgoing.givenUp) {
        this.reusable(connection)
        throw new UpstreamError('connect-timeout', address, 'context deadline exceeded')
      }
      if (request.fresh === true) connection.era = -1
      connection.send(outgoing, listener)
      return connection
    })
  }

  drop(address: string): void {
    const lane = this.#lanes.get(address)
    if (lane !== undefined) {
      lane.era++
      for (const connection of [...lane.idle, ...lane.carried]) connection.kill()
      endTrunk(lane)
    }
    this.#http2?.drop(address)
  }

  keepIdle(limits: IdleLimits): void {
    this.#options = { ...this.#options, ...limits }
    for (const { idle } of this.#lanes.values()) {
      for (const connection of idle.slice(0, Math.max(0, idle.length - limits.idlePerAddress))) connection.kill()
    }
    const idle = [...this.#lanes.values()].flatMap((lane) => lane.idle).sort((one, other) => one.idleSince - other.idleSince)
    for (const connection of idle.slice(0, Math.max(0, idle.length - limits.idleTotal))) connection.kill()
  }

  close(): void {
    this.#closed = true
    for (const address of this.#lanes.keys()) this.drop(address)
    this.#http2?.close()
  }

  // ---- connections

  reusable(connection: UpstreamConnection): void {
    const { lane } = connection
    const { idlePerAddress, idleTotal } = this.#options
    if (
      this.#closed ||
      connection.era !== lane.era ||
      lane.idle.length + lane.carried.length >= idlePerAddress ||
      this.#idle >= idleTotal
    ) {
      connection.kill()
      return
    }
    lane.busy--
    this.#busy--
    connection.idleSince = turnTime()
    ;(connection.carried ? lane.carried : lane.idle).push(connection)
    this.#idle++
    this.#sweeping ??= setInterval(() => this.#sweep(), Math.min(Math.max(this.#options.idleMs / 5, 10), 5000)).unref()
  }

  gone(connection: UpstreamConnection): void {
    const { lane } = connection
    const idle = connection.carried ? lane.carried : lane.idle
    const index = connection.idleSince > 0 ? idle.lastIndexOf(connection) : -1
    if (index >= 0) {
      idle.splice(index, 1)
      this.#idle--
    } else {
      lane.busy--
      this.#busy--
    }
    if (!lane.isEmpty) return
    this.#lanes.delete(lane.address)
    endTrunk(lane)
  }

  #take(address: string): UpstreamConnection | undefined {
    const lane = this.#lanes.get(address)
    const connection = lane?.idle.pop()
    if (lane === undefined || connection === undefined) return undefined
    this.#taken(lane, connection)
    return connection
  }

  #taken(lane: Lane, connection: UpstreamConnection): void {
    connection.idleSince = 0
    connection.wasKept = true
    lane.busy++
    this.#busy++
    this.#idle--
  }

  /** A connection of the address' trunk, where it takes the request. */
  #takeCarried(address: string, forwarding: Forwarding): UpstreamConnection | undefined {
    if (!this.#options.trunks) return undefined
    const lane = this.#lanes.get(address)
    if (lane === undefined || !lane.takesTrunks || !isCarried(forwarding.exchange.request)) return undefined
    const trunk = trunkOf(lane, this.#dialTrunk)
    if (trunk === undefined) return undefined
    const kept = lane.carried.pop()
    if (kept !== undefined) {
      this.#taken(lane, kept)
      return kept
    }
    const wire = trunk.open()
    if (wire === undefined) return undefined
    lane.busy++
    this.#busy++
    return new UpstreamConnection(lane, wire, this.#options.headBytes, this, true)
  }

  readonly #dialTrunk = ({ address }: Lane): Promise<SocketWire> => this.#dial(address, this.#options.connect, 'http/1.1')

  /** Closes what has been idle for too long. Runs only while something is idle. */
  #sweep(): void {
    const oldest = performance.now() - this.#options.idleMs
    for (const idle of [...this.#lanes.values()].flatMap((lane) => [lane.idle, lane.carried])) {
      let old = 0
      while (old < idle.length && (idle[old] as UpstreamConnection).idleSince <= oldest) old++
      for (const connection of idle.slice(0, old)) connection.kill()
    }
    if (this.#idle > 0) return
    clearInterval(this.#sweeping)
    this.#sweeping = undefined
  }

  /** A new connection for an exchange that may be aborted while it is dialled: then it is kept for others. */
  async #openFor(forwarding: Forwarding, address: string, times: ConnectTimes, sending: Sending): Promise<void> {
    let connection: UpstreamConnection
    try {
      connection = await this.#open(address, times)
    } catch (error) {
      this.#unsent(forwarding, error)
      return
    }
    if (forwarding.givenUp) this.reusable(connection)
    else inTurn(() => this.#start(connection, forwarding, sending))
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
      if (forwarding.givenUp) stream.abort()
      else forwarding.begin(stream, this.#options.expectMs)
    })
  }

  #unsent(forwarding: Forwarding, error: unknown): void {
    inTurn(() => {
      if (error instanceof UpstreamError) forwarding.unsent(error)
      // A bug, or an address that is none: the answer ends the attempt.
      else forwarding.exchange.core?.failed(forwarding.exchange, error)
    })
  }

  async #open(address: string, times: ConnectTimes): Promise<UpstreamConnection> {
    const wire = await this.#dial(address, times, 'http/1.1')
    if (wire.destroyed) throw new UpstreamError('closed', address, 'EOF')
    let lane = this.#lanes.get(address)
    if (lane === undefined) this.#lanes.set(address, (lane = new Lane(address)))
    lane.busy++
    this.#busy++
    this.#opened++
    const connection = new UpstreamConnection(lane, wire, this.#options.headBytes, this)
    return connection
  }

  async #dial(address: string, times: ConnectTimes, protocol: Secure['protocol']): Promise<SocketWire> {
    const wire = await dial(address, times, { authorities: this.#options.authorities, protocol })
    if (wire.secure) this.#secured++
    return wire
  }

  /** HTTP/2 is loaded when first used: who needs none starts faster. */
  async #loadHttp2(): Promise<Http2Upstreams> {
    const { openHttp2Upstreams } = await import('../http2/upstream-sessions.ts')
    const { headBytes, idleMs } = this.#options
    this.#http2 ??= openHttp2Upstreams({ dial: (address, times) => this.#dial(address, times, 'h2'), headBytes, idleMs })
    return this.#http2
  }
}
