import { connect } from 'node:net'
import { UpstreamError, type UpstreamErrorCode } from './outcome.ts'
import type { ConnectTimes } from './upstreams.ts'
import { sharedRead } from '../wire/buffers.ts'
import { keepAlive } from '../wire/keep-alive.ts'
import { SocketWire } from '../wire/socket-wire.ts'

/** Host and port of `ip:port`, `name:port` or `[v6]:port`. Throws a TypeError on anything else. */
export function splitAddress(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':')
  const port = Number(address.slice(colon + 1))
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
  if (colon < 1 || !Number.isInteger(port) || port < 1 || port > 65_535) throw new TypeError(`upstream address ${address}: want host:port`)
  return { host, port }
}

/** Opens a connection, whose owner must be set in the same turn in which this resolves; a timeout is tried again with a longer one, any other failure is final. Rejects with an UpstreamError. */
export async function dial(address: string, times: ConnectTimes, signal?: AbortSignal): Promise<SocketWire> {
  let timeoutMs = times.timeoutMs
  for (let attempt = 1; ; attempt++) {
    try {
      return await dialOnce(address, timeoutMs, signal)
    } catch (error) {
      if (!(error instanceof UpstreamError) || error.code !== 'connect-timeout' || attempt >= times.attempts) throw error
      timeoutMs *= times.factor
    }
  }
}

function dialOnce(address: string, timeoutMs: number, signal: AbortSignal | undefined): Promise<SocketWire> {
  return new Promise((resolve, reject) => {
    const { host, port } = splitAddress(address)
    let wire: SocketWire | undefined
    // Half-open: an upstream that ends its side after an early answer must not end ours with the request body under way.
    const onread = {
      buffer: () => wire?.readBuffer() ?? sharedRead,
      callback: (size: number, bytes: Uint8Array) => wire?.onRead(size, bytes) ?? true
    }
    const socket = connect({ host, port, noDelay: true, ...keepAlive, allowHalfOpen: true, onread })
    const settle = (error: UpstreamError | undefined): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', gaveUp)
      socket.off('connect', connected)
      socket.off('error', failed)
      if (error === undefined) resolve((wire = new SocketWire(socket, true)))
      else {
        socket.on('error', ignore)
        socket.destroy()
        reject(error)
      }
    }
    const connected = (): void => settle(undefined)
    const failed = (error: NodeJS.ErrnoException): void => settle(connectError(address, error))
    const gaveUp = (): void => settle(new UpstreamError('pool-closed', address, 'context canceled'))
    const timer = setTimeout(() => settle(new UpstreamError('connect-timeout', address, `dial tcp ${address}: i/o timeout`)), timeoutMs)
    socket.on('connect', connected)
    socket.on('error', failed)
    signal?.addEventListener('abort', gaveUp)
    if (signal?.aborted === true) gaveUp()
  })
}

/** Late errors of a socket that was given up have nobody to tell. */
function ignore(): void {
  // see above
}

const connectCodes: Readonly<Record<string, readonly [code: UpstreamErrorCode, text: string]>> = {
  ECONNREFUSED: ['refused', 'connect: connection refused'],
  ECONNRESET: ['reset', 'connect: connection reset by peer'],
  EHOSTUNREACH: ['unreachable', 'connect: no route to host'],
  ENETUNREACH: ['unreachable', 'connect: network is unreachable'],
  ETIMEDOUT: ['connect-timeout', 'connect: connection timed out'],
  ENOTFOUND: ['unreachable', 'no such host']
}

function connectError(address: string, error: NodeJS.ErrnoException): UpstreamError {
  const [code, text] = connectCodes[error.code ?? ''] ?? ['unreachable', error.message]
  return new UpstreamError(code, address, `dial tcp ${address}: ${text}`)
}
