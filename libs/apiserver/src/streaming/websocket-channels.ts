/** Channels in a WebSocket: the first byte of a binary message is its channel's number; the base64 forms use a digit and text. */
import { WebSocket, WebSocketServer } from 'ws'

/** A client that does not read holds up what it watches, not this server's memory. */
const backlogBytes = 1024 * 1024

const longestMessageBytes = 16 * 1024 * 1024

/** Takes over upgraded connections in the first of the subprotocols that the client offers too. */
export const channelServer = (protocols: readonly string[]): WebSocketServer =>
  new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: longestMessageBytes,
    handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false
  })

/** How messages of one subprotocol are written. */
export interface ChannelCoding {
  encode(channel: number, bytes: Uint8Array): Buffer | string
  /** Undefined for an empty message, which names no channel. */
  decode(data: Buffer): { readonly channel: number; readonly bytes: Uint8Array } | undefined
}

const binary: ChannelCoding = {
  encode(channel, bytes) {
    const message = Buffer.allocUnsafe(bytes.length + 1)
    message[0] = channel
    message.set(bytes, 1)
    return message
  },
  decode: (data) => (data.length === 0 ? undefined : { channel: data[0] as number, bytes: data.subarray(1) })
}

const base64: ChannelCoding = {
  encode: (channel, bytes) => String.fromCharCode(48 + channel) + Buffer.from(bytes).toString('base64'),
  decode: (data) =>
    data.length === 0 ? undefined : { channel: (data[0] as number) - 48, bytes: Buffer.from(data.toString('latin1', 1), 'base64') }
}

/** The coding of a subprotocol. */
export const codingOf = (protocol: string): ChannelCoding => (protocol.includes('base64') ? base64 : binary)

/** Sends on a channel; resolves when more is welcome, or the client is gone. */
export async function deliver(client: WebSocket, coding: ChannelCoding, channel: number, bytes: Uint8Array): Promise<void> {
  if (client.readyState !== WebSocket.OPEN) return
  await new Promise<void>((resolve) => {
    client.send(coding.encode(channel, bytes), () => resolve())
    if (client.bufferedAmount < backlogBytes) resolve()
  })
}
