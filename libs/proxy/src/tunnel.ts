import type { Duplex } from 'node:stream'

/** One end of a tunnel, and what had been read from it before. */
export interface TunnelEnd {
  readonly socket: Duplex
  readonly head: Buffer
}

/**
 * Carries bytes both ways with back-pressure until both ends have closed. The end of one side's input becomes the end of the other's output (half-close);
 * a broken side breaks the other. `toClient` is told the size of each piece towards the client.
 */
export function tunnel(client: TunnelEnd, upstream: TunnelEnd, toClient: (bytes: number) => void): Promise<void> {
  carry(client, upstream.socket, () => {})
  carry(upstream, client.socket, toClient)
  return Promise.all([closing(client.socket, upstream.socket), closing(upstream.socket, client.socket)]).then(() => {})
}

function carry(from: TunnelEnd, to: Duplex, seen: (bytes: number) => void): void {
  const { socket, head } = from
  const forward = (bytes: Buffer): void => {
    seen(bytes.length)
    if (!to.write(bytes)) socket.pause()
  }
  if (head.length > 0) forward(head)
  socket.on('data', forward)
  socket.on('end', () => to.end())
  to.on('drain', () => socket.resume())
  socket.resume()
  // Its end may have been read before the tunnel was laid.
  if (socket.readableEnded) to.end()
}

function closing(socket: Duplex, other: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const closed = (): void => {
      // After an orderly end of both directions the other side closes by itself once its output is flushed.
      if (!socket.readableEnded || socket.errored !== null) other.destroy()
      resolve()
    }
    if (socket.destroyed) closed()
    else socket.once('close', closed)
  })
}
