/** A revision that speaks HTTP/2 with prior knowledge: probed and served on the queue-proxy's other port. */
import { once } from 'node:events'
import { connect, createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { Rig } from './testing/rig.ts'

let rig: Rig
let pod: Http2Server
const probes: string[] = []

beforeEach(async () => {
  rig = await Rig.start({ containers: [{ name: 'user-container', ports: [{ name: 'h2c', containerPort: 8080 }] }] } as never)
  pod = createServer()
  pod.on('stream', (stream: ServerHttp2Stream, headers) => {
    if (String(headers['user-agent']).startsWith('Knative-Activator-Probe')) {
      probes.push(String(headers[':path']))
      stream.respond({ ':status': 200 })
      stream.end('queue')
      return
    }
    stream.respond({ ':status': 200, 'x-host': headers['k-original-host'] }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.pipe(stream)
  })
})
afterEach(async () => {
  pod.close()
  await rig.close()
})

it('is held for, and gets streams with trailers', async () => {
  const session = connect(`http://127.0.0.1:${rig.port}`)
  const stream = session.request({
    ':method': 'POST',
    ':authority': 'hello.default.localhost',
    'knative-serving-namespace': 'default',
    'knative-serving-revision': 'hello-00001'
  })
  const response = once(stream, 'response')
  const trailers = once(stream, 'trailers')
  stream.end('echo')
  await eventually(() => rig.throttler.waiting === 1)
  const silent = rig.silentPod('hello-1')
  pod.listen(8013, silent.ip)
  rig.cluster.put(silent.object(false))
  expect((await response)[0]).toMatchObject({ ':status': 200, 'x-host': 'hello.default.localhost' })
  let body = ''
  for await (const chunk of stream) body += String(chunk)
  expect(body).toBe('echo')
  expect((await trailers)[0]).toMatchObject({ 'grpc-status': '0' })
  expect(probes).toContain('/healthz')
  session.close()
})
