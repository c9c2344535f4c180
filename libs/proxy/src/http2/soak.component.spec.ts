/** Thousands of streams with bodies of all sizes, some given up at any moment, through two of our proxies: nothing is mixed up and nothing stays. */
import { connect, constants, createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { startProxy, type TestProxy } from '../testing/proxy.ts'
import { until } from '../testing/until.ts'

let backend: Http2Server
let proxies: TestProxy[]

beforeEach(async () => {
  backend = createServer()
  backend.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => {})
    stream.respond({ ':status': 200, 'x-id': headers['x-id'] }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-end': String(headers['x-id']) }))
    stream.pipe(stream)
  })
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
  const forward = { protocol: 'h2c' } as const
  const near = await startProxy(`127.0.0.1:${(backend.address() as { port: number }).port}`, { forward })
  proxies = [near, await startProxy(`127.0.0.1:${near.port}`, { forward })]
})
afterEach(async () => {
  for (const proxy of proxies.toReversed()) await proxy.close()
  await new Promise<void>((resolve) => backend.close(() => resolve()))
})

/** Pseudo-random numbers below 1, the same each time. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return state / 0x80000000
  }
}

it('keeps streams apart, whatever becomes of their neighbours', async () => {
  const random = numbers(7)
  const sessions = [0, 1, 2].map(() => connect(`http://127.0.0.1:${proxies[1]?.port ?? 0}`))
  for (const session of sessions) session.on('error', () => {})
  let whole = 0
  let givenUp = 0
  const wrong: string[] = []
  const call = (id: number): Promise<void> =>
    new Promise((resolve) => {
      const body = Buffer.alloc(Math.floor(random() ** 4 * 300_000), id & 0xff)
      const session = sessions[id % sessions.length] as (typeof sessions)[number]
      const stream = session.request({ ':method': 'POST', ':path': `/${id}`, 'x-id': String(id) })
      const leaves = random() < 0.2
      let got = 0
      let trailer: unknown
      stream.on('error', () => {})
      stream.on('response', (fields) => {
        if (fields['x-id'] !== String(id)) wrong.push(`${id}: head of ${String(fields['x-id'])}`)
        if (leaves && random() < 0.5) stream.close(constants.NGHTTP2_CANCEL)
      })
      stream.on('data', (bytes: Buffer) => {
        got += bytes.length
        if (!bytes.equals(body.subarray(0, bytes.length))) wrong.push(`${id}: bytes of another`)
      })
      stream.on('trailers', (fields) => (trailer = fields['x-end']))
      stream.on('close', () => {
        if (leaves) givenUp++
        else if (got === body.length && trailer === String(id) && stream.rstCode === 0) whole++
        else wrong.push(`${id}: ${got} of ${body.length} bytes, trailer ${String(trailer)}, code ${String(stream.rstCode)}`)
        resolve()
      })
      stream.end(body)
      if (leaves) setImmediate(() => stream.close(constants.NGHTTP2_CANCEL))
    })
  const total = 1500
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < total) await call(next++)
  }
  await Promise.all(Array.from({ length: 48 }, worker))
  expect(wrong).toEqual([])
  expect([whole + givenUp, givenUp > total / 10]).toEqual([total, true])
  for (const session of sessions) session.close()
  for (const { server } of proxies) {
    await until(
      () => server.counts.active === 0,
      () => `no exchange to be left: ${JSON.stringify(server.counts)}`
    )
  }
  await until(() => proxies[1]?.server.counts.connections === 0, 'the connections to close')
})
