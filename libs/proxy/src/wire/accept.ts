/**
 * The one place that uses what Node does not document: an accepted connection's handle can be given to a socket with the `onread` option, which spares
 * a buffer and an event a read. It is tried on a connection of our own first; where that fails, and until it has succeeded, `data` events do.
 */
import { connect, createServer, type Server, Socket } from 'node:net'
import { sharedRead } from './buffers.ts'
import { keepAlive } from './keep-alive.ts'
import { SocketWire } from './socket-wire.ts'

/** Longer than a busy machine keeps a process waiting: what is found out holds for good. */
const probeMs = 5000

interface Handle {
  onconnection?: (this: Handle, status: number, accepted: object | undefined) => void
}

/** Hands each accepted connection of a plain server to `accept`, which must set its owner before it returns. */
export function acceptWires(server: Server, accept: (wire: SocketWire) => void): void {
  server.on('connection', (socket: Socket) => accept(new SocketWire(socket, false)))
}

/** From now on reads of newly accepted connections use shared buffers, if this Node can; false when it cannot. */
export async function shareReads(server: Server, accept: (wire: SocketWire) => void): Promise<boolean> {
  canShareReads ??= probe()
  return (await canShareReads) && server.listening && takeHandles(server, accept)
}

let canShareReads: Promise<boolean> | undefined

function takeHandles(server: Server, accept: (wire: SocketWire) => void): boolean {
  const handle = (server as Server & { readonly _handle?: Handle | null })._handle
  if (!handle || typeof handle.onconnection !== 'function') return false
  const before = handle.onconnection
  handle.onconnection = function onConnection(status, accepted) {
    // Errors are the documented way's to deal with.
    if (status !== 0 || accepted === undefined) {
      before.call(this, status, accepted)
      return
    }
    const wire = wireOf(accepted)
    accept(wire)
    wire.socket.read(0)
  }
  return true
}

function wireOf(handle: object): SocketWire {
  let wire: SocketWire | undefined
  const onread = {
    buffer: () => wire?.readBuffer() ?? sharedRead,
    callback: (size: number, bytes: Uint8Array) => wire?.onRead(size, bytes) ?? true
  }
  const options = { handle, onread, allowHalfOpen: true, readable: true, writable: true }
  const socket = new Socket(options as ConstructorParameters<typeof Socket>[0])
  socket.setNoDelay(true)
  socket.setKeepAlive(true, keepAlive.keepAliveInitialDelay)
  wire = new SocketWire(socket, true)
  return wire
}

/** Whether a byte sent to a connection accepted this way arrives in the shared buffer, and another one comes back. */
function probe(): Promise<boolean> {
  return new Promise((resolve) => {
    const path = `\0shared-reads-${process.pid}-${Math.random()}`
    const server = createServer({ allowHalfOpen: true })
    let client: Socket | undefined
    const settle = (works: boolean): void => {
      clearTimeout(timer)
      client?.destroy()
      server.close()
      resolve(works)
    }
    const timer = setTimeout(() => settle(false), probeMs)
    // A machine that has no such addresses has the documented way.
    server.once('error', () => settle(false))
    server.listen({ path }, () => {
      const taken = takeHandles(server, (wire) => {
        wire.owner = {
          received: (bytes, from, to) => {
            if (bytes === sharedRead && to - from === 1) wire.write(bytes, from, to)
            wire.end()
          },
          inputEnded: () => wire.destroy(),
          drained: () => {},
          closed: () => {}
        }
      })
      client = connect({ path }, () => client?.write('x'))
      client.on('data', (bytes) => settle(taken && bytes.toString() === 'x'))
      client.on('error', () => settle(false))
      client.on('end', () => settle(false))
    })
  })
}
