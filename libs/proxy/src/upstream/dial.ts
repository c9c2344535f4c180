import { connect } from 'node:net'
import { certificateNameOf, splitAddress } from './address.ts'
import { connectError, timedOut } from './connect-error.ts'
import { UpstreamError } from './outcome.ts'
import type { Secure } from './handshake.ts'
import type { ConnectTimes } from './upstreams.ts'
import { sharedRead } from '../wire/buffers.ts'
import { keepAlive } from '../wire/keep-alive.ts'
import { SocketWire } from '../wire/socket-wire.ts'

/**
 * Opens a connection, whose owner must be set in the same turn in which this resolves; a timeout is tried again with a longer one, any other failure is
 * final. Rejects with an UpstreamError.
 *
 * @param secure how TLS is spoken with an address that names a certificate
 */
export async function dial(address: string, times: ConnectTimes, secure: Secure): Promise<SocketWire> {
  const name = certificateNameOf(address)
  // Loaded with the first such address: who speaks no TLS starts faster.
  const tls = name === undefined ? undefined : await import('./handshake.ts')
  let timeoutMs = times.timeoutMs
  for (let attempt = 1; ; attempt++) {
    try {
      return await (tls === undefined ? dialOnce(address, timeoutMs) : tls.dialSecurely(address, timeoutMs, secure))
    } catch (error) {
      if (!(error instanceof UpstreamError) || error.code !== 'connect-timeout' || attempt >= times.attempts) throw error
      timeoutMs *= times.factor
    }
  }
}

function dialOnce(address: string, timeoutMs: number): Promise<SocketWire> {
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
    const timer = setTimeout(() => settle(timedOut(address)), timeoutMs)
    socket.on('connect', connected)
    socket.on('error', failed)
  })
}

/** Late errors of a socket that was given up have nobody to tell. */
function ignore(): void {
  // see above
}
