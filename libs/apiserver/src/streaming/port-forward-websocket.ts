/** Port-forward over WebSocket channels, as the kubelet offers it to browsers: a data and an error channel for each port of the query. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorText } from '@knative-ts/kube'
import { type WebSocket } from 'ws'
import type { PortStream } from '../requests/pod-streams.ts'
import { Intake } from './intake.ts'
import type { PortForward } from './port-forward-spdy.ts'
import { type ChannelCoding, channelServer, codingOf, deliver } from './websocket-channels.ts'

const server = channelServer(['v4.channel.k8s.io', 'v4.base64.channel.k8s.io'])

/** The ports that a query names, or the sentence that refuses it. */
export function portsOf(query: URLSearchParams): readonly number[] | string {
  const texts = query.getAll('ports')
  if (texts.length === 0) return 'query parameter "port" is required'
  const ports: number[] = []
  for (const text of texts) {
    if (text === '') return 'query parameter "port" cannot be empty'
    for (const each of text.split(',')) {
      if (!/^\d{1,5}$/.test(each) || Number(each) > 65_535) return `unable to parse ${JSON.stringify(text)} as a port: invalid syntax`
      if (Number(each) < 1) return `port ${JSON.stringify(text)} must be > 0`
      ports.push(Number(each))
    }
  }
  return ports
}

/** Upgrades and forwards each port until the connections or the client end. */
export function servePortForwardWebSocket(
  forward: PortForward,
  ports: readonly number[],
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer
): void {
  server.handleUpgrade(request, socket, head, (client) => {
    const coding = codingOf(client.protocol)
    const inputs = ports.map(() => new Intake(client))
    client.on('error', () => client.terminate())
    client.on('message', (data: Buffer) => {
      const message = coding.decode(data)
      // Error channels, the odd ones, are the server's alone.
      if (message !== undefined && message.channel % 2 === 0) inputs[message.channel / 2]?.push(message.bytes)
    })
    client.on('close', () => {
      for (const input of inputs) input.end()
    })
    const carried = ports.map((port, index) => carry(forward, port, index, inputs[index] as Intake, client, coding))
    void Promise.all(carried).then(() => client.close(1000))
  })
}

/** One port. Never rejects. */
async function carry(
  { streams, pod }: PortForward,
  port: number,
  index: number,
  input: Intake,
  client: WebSocket,
  coding: ChannelCoding
): Promise<void> {
  const data = (bytes: Uint8Array): Promise<void> => deliver(client, coding, index * 2, bytes)
  const error = (bytes: Uint8Array): Promise<void> => deliver(client, coding, index * 2 + 1, bytes)
  const name = Buffer.from([port & 255, port >> 8])
  await data(name)
  await error(name)
  let stream: PortStream | undefined
  try {
    stream = await streams.portForward(pod, port)
    const sent = send(input, stream)
    for await (const bytes of stream.output) await data(bytes)
    input.end()
    await sent
  } catch (failure) {
    stream?.destroy()
    await error(Buffer.from(errorText(failure)))
  }
}

async function send(input: Intake, to: PortStream): Promise<void> {
  for await (const bytes of input) await to.write(bytes)
  to.end()
}
