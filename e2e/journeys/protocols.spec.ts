/** HTTP/1.1 through the whole chain (gateway, activator, queue-proxy, app) over real sockets: what a client sends and what the app answers arrive unchanged. */
import { createHash } from 'node:crypto'
import { Agent } from 'node:http'
import { isIP } from 'node:net'
import { beforeAll, describe, expect, it } from '@jest/globals'
import type { GatewayAddress } from '../rig/gateway-address.ts'
import { imageOf } from '../rig/installation.ts'
import { onePodBehindActivator } from '../rig/one-pod.ts'
import { usePlatform } from '../rig/platform.ts'
import { exchangeRaw, rawConnection } from '../rig/raw-connection.ts'
import { sendRequest, type Received, type Sending } from '../rig/send-request.ts'

/** What the app says that it got. */
interface Echoed {
  readonly method: string
  readonly url: string
  readonly rawHeaders: readonly string[]
  readonly length: number
  readonly sha256: string
  readonly rawTrailers: readonly string[]
}

const platform = usePlatform('protocols')
let host: string
let gateway: GatewayAddress

beforeAll(async () => {
  gateway = platform.gateway
  host = (await platform.user.deploy({ name: 'echo', image: imageOf('echo'), annotations: onePodBehindActivator })).host
}, 270_000)

const send = (sending: Omit<Sending, 'address' | 'port' | 'host'>): Promise<Received> => sendRequest({ ...gateway, host, ...sending })
const echoed = ({ body }: Received): Echoed => JSON.parse(body.toString()) as Echoed
const valuesOf = (fields: readonly string[], name: string): string[] =>
  fields.filter((_, at) => at % 2 === 1 && fields[at - 1]?.toLowerCase() === name)

it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY'])('%s reaches the app with its target', async (method) => {
  const body = method === 'GET' ? undefined : Buffer.from('body')
  const answer = await send({
    method,
    path: '/a%20b/../c;d?x=1&x=%2F&y',
    ...(body === undefined ? {} : { body, headers: { 'content-length': '4' } })
  })
  expect(answer.status).toBe(200)
  expect(echoed(answer)).toMatchObject({ method, url: '/a%20b/../c;d?x=1&x=%2F&y', length: body?.length ?? 0 })
})

it('HEAD is answered with the length and without the body, and the connection goes on', async () => {
  const connection = await rawConnection(gateway)
  connection.send(`HEAD /fields HTTP/1.1\r\nHost: ${host}\r\n\r\nGET /fields HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  const text = await connection.end()
  const [head = '', ...rest] = text.split('\r\n\r\n')
  expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  expect(head).toContain('Content-Length: 2')
  expect(rest[0]).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  expect(rest[1]).toBe('ok')
})

describe('request headers (runtime contract 8.2)', () => {
  it('keep their spelling, order and repeats, with Host as sent', async () => {
    const sent = [
      'Host',
      host,
      'X-Mixed-CASE',
      'a  b',
      'x-repeat',
      '1',
      'X-Other',
      '',
      'X-Repeat',
      '2',
      'Cookie',
      'a=1; b=2',
      'traceparent',
      '00-1-2-01'
    ]
    const { rawHeaders } = echoed(await send({ headers: sent }))
    const own = new Set(['host', 'x-mixed-case', 'x-repeat', 'x-other', 'cookie', 'traceparent'])
    expect(rawHeaders.filter((_, at) => own.has((rawHeaders[at - (at % 2)] ?? '').toLowerCase()))).toEqual(sent)
  })

  it.each([
    ['with a port', (name: string) => `${name.split(':')[0]}:1234`],
    ['in capitals', (name: string) => name.toUpperCase()]
  ])('Host %s is the one that the client sent', async (_, spell) => {
    expect(valuesOf(echoed(await send({ headers: ['Host', spell(host)] })).rawHeaders, 'host')).toEqual([spell(host)])
  })

  it('Forwarded and X-Forwarded-* tell the client, the host and the protocol', async () => {
    const { rawHeaders } = echoed(
      await send({ headers: { 'x-forwarded-for': '198.51.100.7', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil' } })
    )
    expect(valuesOf(rawHeaders, 'x-forwarded-proto')).toEqual(['http'])
    expect(valuesOf(rawHeaders, 'x-forwarded-host')).toEqual([host])
    const [hops = ''] = valuesOf(rawHeaders, 'x-forwarded-for')
    // The client's word, the client, and each hop before the app's own.
    const [told, client = ''] = hops.split(', ')
    expect(told).toBe('198.51.100.7')
    // A cluster's load balancer or node may stand in front of the gateway.
    if (platform.standalone === undefined) expect(isIP(client)).not.toBe(0)
    else expect(client).toBe('127.0.0.1')
    expect(valuesOf(rawHeaders, 'forwarded')).toEqual([
      expect.stringMatching(new RegExp(`^for=198\\.51\\.100\\.7;host=${host};proto=http, for=`))
    ])
  })

  it('of the platform are not taken from clients, and do not reach the app', async () => {
    const spoofed = {
      'k-original-host': 'evil.example.com',
      'k-proxy-request': 'activator-of-mine',
      'k-network-hash': 'h',
      'k-network-probe': 'queue',
      'k-kubelet-probe': 'x',
      'k-passthrough-lb': 'true',
      'knative-direct-lb': 'true',
      'knative-serving-revision': 'other-00001',
      'knative-serving-namespace': 'kube-system'
    }
    const answer = await send({ headers: spoofed })
    expect(answer.status).toBe(200)
    const { rawHeaders } = echoed(answer)
    expect(valuesOf(rawHeaders, 'host')).toEqual([host])
    const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase())
    // Upstream leaves the activator's own mark on the request (reference 5.2.9).
    expect(names.filter((name) => name.startsWith('k-') || name.startsWith('knative-'))).toEqual(['k-proxy-request'])
    expect(valuesOf(rawHeaders, 'k-proxy-request')).toEqual(['activator'])
  })

  it('a user agent of the kubelet does not make a client the kubelet', async () => {
    const answer = await send({ headers: { 'user-agent': 'kube-probe/1.34' } })
    expect([answer.status, echoed(answer).method]).toEqual([200, 'GET'])
  })

  it('that belong to the connection stay with it', async () => {
    const { rawHeaders } = echoed(
      await send({ headers: { connection: 'close, x-mine', 'x-mine': '1', te: 'trailers', 'proxy-authorization': 'x', 'keep-alive': '5' } })
    )
    for (const name of ['x-mine', 'proxy-authorization', 'keep-alive']) expect(valuesOf(rawHeaders, name)).toEqual([])
  })
})

it('response headers keep their spelling, order and repeats, and gain no name of the platform', async () => {
  const { rawHeaders } = await send({ path: '/fields' })
  expect(rawHeaders.filter((_, at) => rawHeaders[at - (at % 2)] !== 'Connection')).toEqual([
    'X-First',
    '1',
    'x-repeat',
    'a',
    'X-REPEAT',
    'b',
    'Set-Cookie',
    'a=1',
    'Set-Cookie',
    'b=2',
    'Content-Length',
    '2'
  ])
})

it.each([204, 304, 404, 418, 503])('status %i passes as the app said it', async (code) => {
  const answer = await send({ path: `/status?code=${code}` })
  expect([answer.status, answer.headers['x-of'], answer.body.length]).toEqual([code, 'app', 0])
})

it('204 and 304 have no body and leave the connection in step', async () => {
  const ask = (path: string, close = ''): string => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${close}\r\n`
  const text = await exchangeRaw(gateway, ask('/status?code=204') + ask('/status?code=304') + ask('/fields', 'Connection: close\r\n'))
  expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 204', 'HTTP/1.1 304', 'HTTP/1.1 200'])
})

describe('bodies', () => {
  const mebibyte = 1024 * 1024
  const bytesOf = (size: number): Buffer => Buffer.alloc(size, 'a body of some length, ')
  const sum = (body: Buffer): string => createHash('sha256').update(body).digest('hex')
  const pieces = function* (body: Buffer): Iterable<Buffer> {
    for (let at = 0; at < body.length; at += 50_021) yield body.subarray(at, at + 50_021)
  }

  it.each([1, 20])('an upload of %i MiB arrives by length and chunked', async (size) => {
    const body = bytesOf(size * mebibyte)
    const expected = { length: body.length, sha256: sum(body) }
    const byLength = await send({ method: 'POST', body, headers: { 'content-length': String(body.length) } })
    expect(echoed(byLength)).toMatchObject(expected)
    expect(valuesOf(echoed(byLength).rawHeaders, 'content-length')).toEqual([String(body.length)])
    const chunked = await send({ method: 'POST', body: pieces(body), headers: { 'transfer-encoding': 'chunked' } })
    expect(echoed(chunked)).toMatchObject(expected)
    expect(valuesOf(echoed(chunked).rawHeaders, 'content-length')).toEqual([])
  })

  it.each([1, 20])('a download of %i MiB arrives by length and chunked', async (size) => {
    const bytes = size * mebibyte
    const byLength = await send({ path: `/download?bytes=${bytes}&length=1` })
    expect([byLength.body.length, byLength.headers['content-length'], byLength.headers['transfer-encoding']]).toEqual([
      bytes,
      String(bytes),
      undefined
    ])
    const chunked = await send({ path: `/download?bytes=${bytes}` })
    expect([chunked.body.length, chunked.headers['content-length'], chunked.headers['transfer-encoding']]).toEqual([
      bytes,
      undefined,
      'chunked'
    ])
    expect(sum(chunked.body)).toBe(sum(byLength.body))
  })

  it('trailers pass in both directions', async () => {
    const answer = await send({ path: '/trailers', headers: { te: 'trailers' } })
    expect([answer.body.toString(), answer.trailers, answer.headers.trailer]).toEqual([
      'body',
      { 'x-sum': '42', 'x-late': 'yes' },
      'X-Sum, X-Late'
    ])
    const text = await exchangeRaw(
      gateway,
      `POST / HTTP/1.1\r\nHost: ${host}\r\nTrailer: X-Check\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\nX-Check: 7\r\n\r\n`
    )
    expect(text).toContain('"rawTrailers":["X-Check","7"]')
  })
})

describe('Expect: 100-continue', () => {
  const head = (path: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n`

  it('brings the app word to the client before the body', async () => {
    const connection = await rawConnection(gateway)
    connection.send(head('/'))
    await connection.sees('HTTP/1.1 100 Continue\r\n\r\n')
    connection.send('body')
    expect(await connection.end()).toMatch(/HTTP\/1\.1 200 OK[^]*"length":4/)
  })

  it('lets the app refuse without the body', async () => {
    const text = await exchangeRaw(gateway, head('/refuse'))
    expect(text).toMatch(/^HTTP\/1\.1 417 /)
  })
})

it('103 Early Hints reach the client before the answer', async () => {
  expect(await exchangeRaw(gateway, `GET /hints HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 103 Early Hints\r\n(?:.*\r\n)*\r\nHTTP\/1\.1 200 OK/i
  )
})

it('pipelined requests are answered in their order, on one connection', async () => {
  const ask = (n: number): string => `GET /n${n} HTTP/1.1\r\nHost: ${host}\r\n${n === 9 ? 'Connection: close\r\n' : ''}\r\n`
  const text = await exchangeRaw(gateway, Array.from({ length: 10 }, (_, n) => ask(n)).join(''))
  expect(text.match(/"url":"[^"]+"/g)).toEqual(Array.from({ length: 10 }, (_, n) => `"url":"/n${n}"`))
})

it('connections are kept at every hop: 100 requests in turn use one to the app', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const connections = async (): Promise<number> =>
    (JSON.parse((await send({ path: '/seen', agent })).body.toString()) as { connections: number }).connections
  const before = await connections()
  for (let n = 0; n < 100; n++) expect((await send({ path: '/fields', agent })).status).toBe(200)
  expect((await connections()) - before).toBeLessThanOrEqual(1)
  agent.destroy()
})

it.each([
  ['length and chunked', 'Content-Length: 3\r\nTransfer-Encoding: chunked', '0\r\n\r\n'],
  ['two lengths', 'Content-Length: 3\r\nContent-Length: 4', 'abcd'],
  ['a list of lengths', 'Content-Length: 3, 4', 'abcd'],
  ['a signed length', 'Content-Length: +3', 'abc'],
  ['an unknown transfer coding', 'Transfer-Encoding: xchunked', '0\r\n\r\n'],
  ['chunked twice', 'Transfer-Encoding: chunked, chunked', '0\r\n\r\n'],
  ['a space before the colon', 'Transfer-Encoding : chunked', '0\r\n\r\n'],
  ['a folded field', 'X-A: b\r\n Transfer-Encoding: chunked', '0\r\n\r\n'],
  ['a bare line feed', 'X-A: b\nTransfer-Encoding: chunked', '0\r\n\r\n'],
  ['two hosts', 'Host: other', ''],
  ['NUL in a value', 'X-A: a\0b', ''],
  ['a chunk size that is none', 'Transfer-Encoding: chunked', '0x3\r\nabc\r\n0\r\n\r\n']
])('a request with %s is refused with 400 and the connection closed', async (_, fields, body) => {
  const smuggled = `GET /smuggled HTTP/1.1\r\nHost: ${host}\r\n\r\n`
  const text = await exchangeRaw(gateway, `POST / HTTP/1.1\r\nHost: ${host}\r\n${fields}\r\n\r\n${body}${smuggled}`)
  expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400'])
  expect(text).not.toContain('smuggled')
})
