import { describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { once } from 'node:events'
import { createWebSocketStream, WebSocket } from 'ws'
import { SpdyTestClient } from './spdy-test-client.ts'
import { streamsOfSuite, path } from './streams.fixture.ts'

const suite = streamsOfSuite()

const forward = async (kind: string): Promise<SpdyTestClient> => {
  if (kind === 'spdy') return (await suite.upgrade(`${path}/portforward`, ['portforward.k8s.io'])).client as SpdyTestClient
  // Kubernetes' name of the tunnel is no token of RFC 6455: this client knows it by another.
  const [real, known] = ['SPDY/3.1+portforward.k8s.io', 'SPDY-3.1+portforward.k8s.io']
  const socket = new WebSocket(`wss://127.0.0.1:${suite.api.port}${path}/portforward`, [known], {
    ...suite.credentials,
    finishRequest: (asked) => asked.setHeader('Sec-WebSocket-Protocol', real).end()
  })
  socket.on('upgrade', ({ headers }) => {
    expect(headers['sec-websocket-protocol']).toBe(real)
    headers['sec-websocket-protocol'] = known
  })
  const stream = createWebSocketStream(socket)
  await once(socket, 'open')
  return new SpdyTestClient(stream)
}

describe('forwarded ports of pods', () => {
  it.each(['spdy', 'tunnel'])('forward connections side by side, half-closed and refused (%s)', async (kind) => {
    const client = await forward(kind)
    const open = (port: string, requestid: string) => {
      const error = client.open({ streamtype: 'error', port, requestid })
      const data = client.open({ streamtype: 'data', port, requestid })
      return { error, data }
    }
    const [one, two, refused] = [open('80', '0'), open('80', '1'), open('1', '2')]
    client.send(one.data, 'first')
    client.send(two.data, 'second', true)
    await eventually(() => two.data.ended && two.error.ended)
    expect(two.data.text).toBe('heard second')
    await eventually(() => refused.error.ended)
    expect(refused.error.text).toBe('error forwarding port 1 to pod web: connection refused')
    expect(one.data.ended).toBe(false)
    client.send(one.data, ' of two', true)
    await eventually(() => one.error.ended)
    expect(one.data.text).toBe('heard first of two')
    const bad = client.open({ streamtype: 'data', port: '70000' })
    await eventually(() => bad.reset)
    const broken = open('80', '4')
    client.send(broken.data, 'never ends')
    client.reset(broken.data)
    await eventually(() => broken.error.ended)
    expect(broken.error.text).toBe('')
    client.close()
  })

  it('forward ports named in the query over WebSocket channels', async () => {
    const { socket, channels } = await suite.webSocket(`${path}/portforward?ports=80,1`, 'v4.channel.k8s.io')
    await eventually(() => (channels.get(3)?.length ?? 0) > 2)
    expect(channels.get(3)).toBe('\u0001\0error forwarding port 1 to pod web: connection refused')
    expect(channels.get(0)).toBe('P\0')
    socket.close()
    const refused = new WebSocket(`wss://127.0.0.1:${suite.api.port}${path}/portforward?ports=x`, ['v4.channel.k8s.io'], suite.credentials)
    const [error] = (await once(refused, 'error')) as [Error]
    expect(error.message).toBe('Unexpected server response: 400')
  })
})
