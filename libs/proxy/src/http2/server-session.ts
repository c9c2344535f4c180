import { constants, type IncomingHttpHeaders, performServerHandshake, type ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import { channels } from '../diagnostics.ts'
import type { InboundRequest } from '../exchange.ts'
import { isHost } from '../http1/request-framing.ts'
import { reduceTarget } from '../http1/target.ts'
import { plainAddress } from '../plain-address.ts'
import type { ServerCore } from '../server-core.ts'
import { Http2Exchange } from './exchange.ts'
import { listOf } from './fields.ts'
import { Http2Body } from './request-body.ts'

/** Serves HTTP/2 on a socket of which `bytes`, beginning with the preface, have been read. `closed` is called once. */
export function serveHttp2(socket: Socket, bytes: Buffer, core: ServerCore, closed: () => void): { drain(): void; destroy(): void } {
  socket.unshift(bytes)
  const session = performServerHandshake(socket, {
    settings: {
      maxConcurrentStreams: core.limits.streams,
      maxHeaderListSize: core.limits.headBytes,
      initialWindowSize: 1024 * 1024,
      enablePush: false
    },
    maxHeaderListPairs: core.limits.headerCount,
    maxSessionMemory: 64
  })
  session.setLocalWindowSize(4 * 1024 * 1024)
  session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number, raw: string[]) => {
    serveStream(stream, headers, flags, raw, socket, core)
  })
  // The session's end is told by `close`; its error is the client's fault or its leaving.
  session.on('error', () => {})
  session.on('close', closed)
  return {
    drain: () => session.close(),
    destroy: () => session.destroy()
  }
}

function serveStream(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  flags: number,
  raw: readonly string[],
  socket: Socket,
  core: ServerCore
): void {
  // Resets by the client arrive here and as `close`, which does the work.
  stream.on('error', () => {})
  const ended = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0
  const length = ended ? 0 : lengthOf(headers['content-length'])
  const body = new Http2Body(stream, length)
  const request = requestOf(headers, raw, body, socket)
  if (request === undefined) {
    core.refused++
    if (channels.refused.hasSubscribers) channels.refused.publish({ code: 'bad-target', remoteAddress: plainAddress(socket.remoteAddress) })
    stream.respond({ ':status': 400 }, { endStream: true })
    return
  }
  const exchange = new Http2Exchange(stream, request)
  stream.on('close', () => {
    body.fail(new Error('the client reset the stream'))
    exchange.abort('client-gone')
  })
  core.serve(exchange)
}

function lengthOf(value: string | undefined): number {
  return value !== undefined && /^[0-9]{1,15}$/.test(value) ? Number(value) : -1
}

/** The request of a stream, or undefined when its authority or path could be read in two ways. */
function requestOf(headers: IncomingHttpHeaders, raw: readonly string[], body: Http2Body, socket: Socket): InboundRequest | undefined {
  const method = headers[':method'] ?? ''
  const list = listOf(raw)
  const authority = headers[':authority'] ?? list.get('Host') ?? ''
  const target = reduceTarget(method, headers[':path'] ?? '', authority)
  // oxlint-disable-next-line no-control-regex
  if (typeof target === 'string' || /[^\x21-\x7e]|#/.test(target.target) || !isHost(authority)) return undefined
  if (list.getAll('Host').some((host) => host.toLowerCase() !== authority.toLowerCase())) return undefined
  list.remove('Host')
  list.append('Host', authority)
  return {
    version: '2',
    method,
    target: target.target,
    get host() {
      return list.get('Host') ?? ''
    },
    set host(value) {
      list.set('Host', value)
    },
    headers: list,
    body,
    upgrade: undefined,
    remoteAddress: plainAddress(socket.remoteAddress),
    remotePort: socket.remotePort ?? 0,
    localAddress: plainAddress(socket.localAddress),
    localPort: socket.localPort ?? 0,
    secure: 'encrypted' in socket
  }
}
