import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2'
import { dial } from '../dial.ts'
import type { OutgoingRequest } from '../http1/upstream-connection.ts'
import { UpstreamError } from '../outcome.ts'
import type { Http2Upstreams } from '../upstream-pool.ts'
import type { ConnectTimes } from '../upstreams.ts'
import { http2Fields } from './fields.ts'
import { Http2UpstreamStream } from './upstream-stream.ts'

/** Sessions with prior knowledge: one per address, and another when its stream limit is reached. */
export function openHttp2Upstreams(): Http2Upstreams {
  const sessions = new Map<string, Set<ClientHttp2Session>>()
  const dialling = new Map<string, Promise<ClientHttp2Session>>()

  const streamsOf = new WeakMap<ClientHttp2Session, number>()

  const usable = (address: string): ClientHttp2Session | undefined => {
    for (const session of sessions.get(address) ?? []) {
      const most = session.remoteSettings.maxConcurrentStreams ?? 100
      if (!session.closed && !session.destroyed && (streamsOf.get(session) ?? 0) < most) return session
    }
    return undefined
  }

  const open = async (address: string, times: ConnectTimes): Promise<ClientHttp2Session> => {
    const socket = await dial(address, times)
    const session = connect(`http://${address}`, {
      createConnection: () => socket.socket,
      settings: { enablePush: false, initialWindowSize: 1024 * 1024 },
      maxSessionMemory: 64
    })
    session.on('connect', () => session.setLocalWindowSize(4 * 1024 * 1024))
    const known = sessions.get(address) ?? new Set()
    sessions.set(address, known.add(session))
    // Streams tell their own failure; a session without streams has nobody to tell.
    session.on('error', () => {})
    session.on('close', () => {
      known.delete(session)
      if (known.size === 0) sessions.delete(address)
    })
    return session
  }

  /** Simultaneous first requests share one dial. */
  const sessionFor = (address: string, times: ConnectTimes): Promise<ClientHttp2Session> => {
    const present = usable(address)
    if (present !== undefined) return Promise.resolve(present)
    let opening = dialling.get(address)
    if (opening === undefined) {
      opening = open(address, times).finally(() => dialling.delete(address))
      dialling.set(address, opening)
    }
    return opening
  }

  return {
    async send(address, request, listener, times) {
      const session = await sessionFor(address, times)
      let stream: ClientHttp2Stream
      try {
        stream = session.request(fieldsOf(request), { endStream: !request.hasBody, waitForTrailers: request.hasBody && request.chunked })
      } catch (error) {
        // The session closed between the choice and the request: nothing was sent.
        throw new UpstreamError('closed', address, (error as Error).message)
      }
      streamsOf.set(session, (streamsOf.get(session) ?? 0) + 1)
      stream.on('close', () => streamsOf.set(session, (streamsOf.get(session) ?? 1) - 1))
      return new Http2UpstreamStream(stream, address, listener)
    },
    drop(address) {
      for (const session of sessions.get(address) ?? []) session.close()
    },
    close() {
      for (const known of sessions.values()) for (const session of known) session.close()
    },
    get open() {
      return sessions.size
    }
  }
}

function fieldsOf(request: OutgoingRequest): Record<string, string | string[]> {
  const { edits } = request
  const fields = http2Fields(request.headers) as Record<string, string | string[]>
  for (const name of edits?.remove ?? []) delete fields[name]
  for (const [, lower, value] of edits?.set ?? []) fields[lower] = value
  if (request.headers.hasToken('TE', 'trailers')) fields['te'] = 'trailers'
  return { ':method': request.method, ':path': request.target, ':authority': request.host, ':scheme': 'http', ...fields }
}
