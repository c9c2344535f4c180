/** HTTP/2 with prior knowledge at the gateway, to apps of both protocols. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2'
import { imageOf } from '../rig/installation.ts'
import { onePodBehindActivator } from '../rig/one-pod.ts'
import { usePlatform } from '../rig/platform.ts'

const platform = usePlatform('http2')
let hosts: Readonly<Record<string, string>>

beforeAll(async () => {
  const annotations = onePodBehindActivator
  const h2c = { ports: [{ name: 'h2c', containerPort: 8080 }] }
  hosts = await platform.user.deployAll([
    { name: 'one', image: imageOf('echo'), annotations },
    { name: 'two', image: imageOf('echo-h2c'), annotations, container: h2c }
  ])
}, 270_000)

describe('HTTP/2 with prior knowledge', () => {
  let session: ClientHttp2Session

  beforeAll(() => {
    session = connect(`http://${platform.authority}`)
  })

  afterAll(() => session.close())

  interface Answer {
    readonly head: IncomingHttpHeaders
    readonly trailers: IncomingHttpHeaders
    readonly body: Buffer
  }

  function ask(service: string, path: string, body?: Buffer, sentTrailers?: Record<string, string>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const method = body === undefined ? 'GET' : 'POST'
      const head = { ':method': method, ':path': path, ':authority': hosts[service], te: 'trailers', 'x-own': 'a' }
      const stream = session.request(head, { endStream: body === undefined, waitForTrailers: sentTrailers !== undefined })
      let answered: IncomingHttpHeaders = {}
      let trailers: IncomingHttpHeaders = {}
      const chunks: Buffer[] = []
      stream.on('response', (fields) => (answered = fields))
      stream.on('trailers', (fields) => (trailers = fields))
      stream.on('wantTrailers', () => stream.sendTrailers(sentTrailers ?? {}))
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('error', reject)
      stream.on('close', () => resolve({ head: answered, trailers, body: Buffer.concat(chunks) }))
      if (body !== undefined) stream.end(body)
    })
  }

  it('reaches an HTTP/1.1 app as HTTP/1.1', async () => {
    const { head, body } = await ask('one', '/a?b=1', Buffer.alloc(1024 * 1024, 'x'))
    const told = JSON.parse(body.toString()) as { method: string; url: string; length: number; rawHeaders: string[] }
    expect([head[':status'], told.method, told.url, told.length]).toEqual([200, 'POST', '/a?b=1', 1024 * 1024])
    const fields = told.rawHeaders.map((field) => field.toLowerCase())
    expect(fields[fields.indexOf('host') + 1]).toBe(hosts.one)
    expect(fields).toContain('x-own')
  })

  it('reaches an app with port name h2c as HTTP/2, with trailers both ways', async () => {
    const { head, body, trailers } = await ask('two', '/a?b=1', Buffer.from('12345'), { 'x-check': '7' })
    expect(head[':status']).toBe(200)
    expect(JSON.parse(body.toString())).toMatchObject({
      version: '2',
      method: 'POST',
      path: '/a?b=1',
      authority: hosts.two,
      length: 5,
      trailers: { 'x-check': '7' }
    })
    expect(trailers['x-sum']).toBe('5')
  })

  it('answers 100 streams of one connection at once', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => ask(n % 2 === 0 ? 'one' : 'two', `/${n}`)))
    expect(answers.map(({ head }) => head[':status'])).toEqual(Array.from({ length: 100 }, () => 200))
  })

  it('an unknown host is 404', async () => {
    const stream = session.request({ ':path': '/', ':authority': 'nobody.default.localhost' })
    const code = await new Promise((resolve, reject) => {
      stream.on('response', (head) => resolve(head[':status']))
      stream.on('error', reject)
    })
    stream.close()
    expect(code).toBe(404)
  })
})
