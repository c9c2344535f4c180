/** One TCP connection that sends exactly the bytes it is told and keeps all that comes back: for what no HTTP client would send or show. */
import { connect, type Socket } from 'node:net'
import { type GatewayAddress, thisMachine } from './gateway-address.ts'
import { until } from './until.ts'

export interface RawConnection {
  readonly socket: Socket
  /** Everything that came, as latin1. */
  readonly received: () => string
  readonly ended: () => boolean
  send(text: string | Uint8Array): void
  /** Waits for a text or pattern in what came, and gives all of it. */
  sees(what: string | RegExp, withinMs?: number): Promise<string>
  /** Waits until the other side ends, and gives all that came. */
  end(withinMs?: number): Promise<string>
  close(): void
}

/** Connects to a gateway, or to a port of this machine. */
export async function rawConnection(to: number | GatewayAddress): Promise<RawConnection> {
  const { address = thisMachine, port } = typeof to === 'number' ? { port: to } : to
  const socket = connect({ port, host: address, noDelay: true })
  let text = ''
  let ended = false
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => (text += chunk))
  for (const event of ['end', 'error', 'close']) socket.on(event, () => (ended = true))
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  const waitFor = (what: string, holds: () => boolean, withinMs: number): Promise<string> =>
    until(what, async () => holds(), withinMs).then(
      () => text,
      (error: Error) => {
        throw new Error(`${error.message}; it saw ${JSON.stringify(text.slice(0, 600))}`, { cause: error })
      }
    )
  return {
    socket,
    received: () => text,
    ended: () => ended,
    send: (bytes) => void (typeof bytes === 'string' ? socket.write(bytes, 'latin1') : socket.write(bytes)),
    sees: (what, withinMs = 30_000) =>
      waitFor(`the client sees ${String(what)}`, () => (typeof what === 'string' ? text.includes(what) : what.test(text)), withinMs),
    end: (withinMs = 30_000) => waitFor('the other side ends', () => ended, withinMs),
    close: () => void socket.destroy()
  }
}

/** Sends `text` on a connection of its own and gives all that came until the other side ended. */
export async function exchangeRaw(to: number | GatewayAddress, text: string): Promise<string> {
  const connection = await rawConnection(to)
  connection.send(text)
  try {
    return await connection.end()
  } finally {
    connection.close()
  }
}
