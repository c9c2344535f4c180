/** Blobs over connections that break. */
import { createHash, randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from '@jest/globals'
import { type Answering, clientUnderTest, registryUnderTest, type RegistryUnderTest } from './testing/registry-under-test.ts'

const bytes = randomBytes(3_000_000)
const digestOf = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`
const blob = { digest: digestOf(bytes), size: bytes.length }
const signal = () => AbortSignal.timeout(30_000)

/** Serves ranges, and breaks the connection after `cuts[n]` bytes of answer n. */
const cutting = (cuts: readonly number[], ranges = true): Answering => {
  let turn = 0
  return (request, response) => {
    const from = ranges ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0
    const rest = bytes.subarray(from)
    const cut = cuts[turn++] ?? rest.length
    const head = from === 0 ? {} : { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }
    response.writeHead(from === 0 ? 200 : 206, { 'content-length': rest.length, ...head })
    if (cut >= rest.length) return void response.end(rest)
    // Broken when the bytes have left, not before.
    response.write(rest.subarray(0, cut), () => setImmediate(() => request.socket.destroy()))
  }
}

describe('a blob', () => {
  let registry: RegistryUnderTest | undefined
  let client: ReturnType<typeof clientUnderTest> | undefined
  afterEach(async () => {
    await client?.client.close()
    await registry?.close()
  })
  const read = async (answer: Answering, begun?: Parameters<ReturnType<ReturnType<typeof clientUnderTest>['open']>['blob']>[2]) => {
    registry = await registryUnderTest(answer)
    client = clientUnderTest()
    return buffer(client.open(`${registry.host}/app`).blob(blob, signal(), begun))
  }
  const ranges = (): (string | undefined)[] => registry?.headers.map(({ range }) => range) ?? []

  it('comes whole', async () => {
    expect((await read(cutting([]))).equals(bytes)).toBe(true)
    expect(registry?.asked).toEqual([`GET /v2/app/blobs/${blob.digest}`])
  })

  it('is taken up where the connection broke, also the second time', async () => {
    expect((await read(cutting([1_000_000, 500_000]))).equals(bytes)).toBe(true)
    expect(ranges()).toEqual([undefined, expect.stringMatching(/^bytes=\d+-$/), expect.stringMatching(/^bytes=\d+-$/)])
  })

  it('is read past what is there where the registry knows no ranges', async () => {
    expect((await read(cutting([1_000_000], false))).equals(bytes)).toBe(true)
  })

  it('is begun where somebody else left off', async () => {
    const first = bytes.subarray(0, 2_000_000)
    const rest = await read(cutting([]), { size: first.length, hash: createHash('sha256').update(first) })
    expect(rest.equals(bytes.subarray(2_000_000))).toBe(true)
    expect(ranges()).toEqual(['bytes=2000000-'])
  })

  it('that breaks again and again is given up', async () => {
    await expect(read(cutting(Array.from({ length: 20 }, () => 1)))).rejects.toMatchObject({ problem: 'unreachable' })
    expect(registry?.asked).toHaveLength(4)
  })

  it.each([
    ['is another', (response) => void response.end(randomBytes(bytes.length)), /should be sha256:\w+ and is sha256:\w+: it is damaged/],
    ['is too long', (response) => void response.end(Buffer.concat([bytes, bytes])), /is longer than the 3000000 bytes that it should have/],
    ['is too short', (response) => void response.end(bytes.subarray(0, 10)), /ends after \d+ of 3000000 bytes|asked for blob/],
    [
      'is not there',
      (response) => void response.writeHead(404).end('{"errors":[{"code":"BLOB_UNKNOWN","message":"gone"}]}'),
      /404 Not Found: BLOB_UNKNOWN: gone; blob sha256:\w+ of 127/
    ]
  ] as [string, (response: Parameters<Answering>[1]) => void, RegExp][])('that %s is refused', async (_, answer, message) => {
    await expect(read((__, response) => answer(response))).rejects.toThrow(message)
  })
})
