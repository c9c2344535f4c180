import type { OutgoingRequest } from '../http1/upstream-connection.ts'
import { UpstreamError } from '../upstream/outcome.ts'
import { sweepWhileUsed } from '../sweeper.ts'
import type { Http2Upstreams } from '../upstream/upstream-pool.ts'
import type { UpstreamListener, UpstreamStream } from '../upstream/upstream-stream.ts'
import type { ConnectTimes } from '../upstream/upstreams.ts'
import { inTurn } from '../wire/turn.ts'
import type { Wire } from '../wire/wire.ts'
import { ClientSession } from './client-session.ts'
import { idleUpstreamMs, lingerMs } from './limits.ts'

export interface Http2UpstreamOptions {
  /** Opens a connection; rejects with an UpstreamError. */
  readonly dial: (address: string, times: ConnectTimes) => Promise<Wire>
  /** Bytes of a response head, decoded (default 64 KiB). */
  readonly headBytes?: number
  /** A connection without streams is closed after this many milliseconds. */
  readonly idleMs?: number
}

/** The connections to one address, and the one that is being opened. */
interface Upstream {
  readonly sessions: ClientSession[]
  dialling: Promise<ClientSession> | undefined
  /** A connection of an earlier era is not kept: its address has been dropped since. */
  era: number
}

/** Connections with prior knowledge: one per address, and another when its stream limit is reached. */
export function openHttp2Upstreams({ dial, headBytes = 64 * 1024, idleMs = idleUpstreamMs }: Http2UpstreamOptions): Http2Upstreams {
  const upstreams = new Map<string, Upstream>()
  const swept = sweepWhileUsed<ClientSession>(Math.min(Math.max(idleMs / 5, 50), 1000), (session, now) => {
    session.sweep(now, idleMs, lingerMs)
    if (session.wire.destroyed) swept.remove(session)
  })

  /** A session that takes no more streams stays swept until it has closed. */
  const gone = (session: ClientSession): void => {
    const upstream = upstreams.get(session.address)
    const index = upstream?.sessions.indexOf(session) ?? -1
    if (upstream === undefined || index < 0) return
    upstream.sessions.splice(index, 1)
    if (upstream.sessions.length === 0 && upstream.dialling === undefined) upstreams.delete(session.address)
  }

  const available = (upstream: Upstream): ClientSession | undefined => {
    for (const session of upstream.sessions) if (session.available) return session
    return undefined
  }

  const openOne = async (upstream: Upstream, address: string, times: ConnectTimes): Promise<ClientSession> => {
    const { era } = upstream
    try {
      const wire = await dial(address, times)
      if (wire.destroyed) throw new UpstreamError('closed', address, 'EOF', true)
      let session: ClientSession | undefined
      inTurn(() => (session = new ClientSession(wire, address, headBytes, gone)))
      upstreams.set(address, upstream)
      upstream.sessions.push(session as unknown as ClientSession)
      swept.add(session as unknown as ClientSession)
      // Those for whom it was dialled ask by it first.
      if (upstream.era !== era) setImmediate(() => session?.leave())
      return session as unknown as ClientSession
    } finally {
      upstream.dialling = undefined
      if (upstream.sessions.length === 0) upstreams.delete(address)
    }
  }

  /** Simultaneous first requests share one dial; those that find no room on what it brought share the next. */
  const sendLater = async (
    upstream: Upstream,
    address: string,
    request: OutgoingRequest,
    listener: UpstreamListener,
    times: ConnectTimes
  ): Promise<UpstreamStream> => {
    for (let dials = 0; dials < 64; dials++) {
      upstream.dialling ??= openOne(upstream, address, times)
      await upstream.dialling
      if (request.givenUp) throw new UpstreamError('closed', address, 'context canceled', true)
      const session = available(upstream)
      if (session === undefined) continue
      let stream: UpstreamStream | undefined
      inTurn(() => (stream = session.request(request, listener)))
      return stream as unknown as UpstreamStream
    }
    throw new UpstreamError('closed', address, 'http2: no stream could be opened', true)
  }

  const leave = (upstream: Upstream): void => {
    upstream.era++
    for (const session of upstream.sessions.slice()) session.leave()
  }

  return {
    send(address, request, listener, times) {
      let upstream = upstreams.get(address)
      if (upstream === undefined) {
        upstream = { sessions: [], dialling: undefined, era: 0 }
        upstreams.set(address, upstream)
      }
      const session = available(upstream)
      return session === undefined ? sendLater(upstream, address, request, listener, times) : session.request(request, listener)
    },
    drop(address) {
      const upstream = upstreams.get(address)
      if (upstream !== undefined) leave(upstream)
    },
    close() {
      for (const upstream of upstreams.values()) leave(upstream)
    },
    get open() {
      let open = 0
      for (const { sessions } of upstreams.values()) open += sessions.length
      return open
    }
  }
}
