import { METHODS } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { requestRules } from '../../libs/proxy/src/strictness/corpus/index.ts'
import { message } from '../../libs/proxy/src/strictness/mutation.ts'
import type { Seen } from '../../libs/proxy/src/strictness/rule.ts'
import { numberFrom, Seeded } from '../../libs/proxy/src/testing/seeded.ts'
import { forwardedSeen } from './forwarded-meaning.ts'
import { ForwardingProxy } from './forwarding-proxy.ts'
import { buildGoJudge, judgeByGo } from './go-judge.ts'
import { inBatches } from './judges.ts'
import { meaningOf, meaningOfSeen } from './judgement.ts'
import { NodeJudge } from './node-judge.ts'
import { OwnJudge } from './own-judge.ts'

/** `STRICT_FORWARDED=100000 STRICT_SEED=7` for more, or for the same again. */
const cases = numberFrom('STRICT_FORWARDED', 2000)
const seed = numberFrom('STRICT_SEED', 1)

/** Messages that are sent, and forgotten, at once. */
const portion = 2000

/** Stands behind a forwarded request: were its end in dispute, somebody would not see this. */
const next = 'GET /next HTTP/1.1\r\nHost: next\r\n\r\n'
const nextSeen: Seen = { method: 'GET', target: '/next', host: 'next', version: '1.1', fields: [], body: '', trailers: [] }

interface Sent {
  readonly message: string
  readonly forwarded: string
  /** What the upstream must see in it. */
  readonly want: Seen
}

describe('what the proxy forwards is one message, and the one that it accepted', () => {
  const stopping = new AbortController()
  // Each has one message under way.
  const proxies = Array.from({ length: 8 }, () => new ForwardingProxy())
  const own = new OwnJudge()
  const node = new NodeJudge()
  let directory: string
  let program: string

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'strictness-'))
    program = await buildGoJudge(directory)
    for (const proxy of proxies) await proxy.start()
    await own.start()
  }, 360_000)
  afterAll(async () => {
    stopping.abort()
    node.close()
    await own.close()
    for (const proxy of proxies) await proxy.close()
    await rm(directory, { recursive: true, force: true })
  })

  /** Messages of which something else was forwarded than the whole requests that were accepted. */
  async function send(messages: readonly { readonly bytes: string; readonly sees: readonly Seen[] }[], sent: Sent[]): Promise<object[]> {
    const wrong: object[] = []
    const left = messages.values()
    const work = async (proxy: ForwardingProxy): Promise<void> => {
      for (const { bytes, sees } of left) {
        const { requests, surplus } = await proxy.of(bytes, sees.length)
        if (requests.length !== sees.length || surplus !== '') wrong.push({ bytes, sees, requests, surplus })
        else {
          for (const [index, seen] of sees.entries()) {
            sent.push({ message: bytes, forwarded: requests[index] as string, want: forwardedSeen(seen, proxy.address) })
          }
        }
      }
    }
    await Promise.all(proxies.map(work))
    return wrong
  }

  /** Requests that Go, Node or we read otherwise than as the one that was accepted. */
  async function misread(sent: readonly Sent[]): Promise<object[]> {
    // Node reads nothing behind an offer to switch protocols.
    const texts = sent.map(({ forwarded, want }) => Buffer.from(want.upgrade === undefined ? forwarded + next : forwarded, 'latin1'))
    const byGo = await judgeByGo(program, texts, stopping.signal)
    const byUs = await inBatches(texts, (text) => own.of(text))
    const byNode = await inBatches(texts, (text) => node.of(text))
    return sent.flatMap(({ message, forwarded, want }, index) => {
      const must = JSON.stringify([meaningOfSeen(want), ...(want.upgrade === undefined ? [meaningOfSeen(nextSeen)] : [])])
      const read = {
        go: byGo[index]?.requests.map(meaningOf),
        own: byUs[index]?.sees.map(meaningOfSeen),
        // Node knows the methods of its list only.
        ...(METHODS.includes(want.method) ? { node: byNode[index]?.requests.map(meaningOf) } : {})
      }
      return Object.entries(read).flatMap(([judge, meaning]) =>
        JSON.stringify(meaning) === must ? [] : [{ judge, message, forwarded, must, meaning }]
      )
    })
  }

  it('for every row of the corpus', async () => {
    // Go takes no trailers of this size (exceptions.ts).
    const rows = requestRules.flatMap(({ rows }) => rows).filter(({ ends, bytes }) => ends !== 'http2' && bytes.length < 60_000)
    const sent: Sent[] = []
    expect(await send(rows, sent)).toEqual([])
    expect(sent.length).toBeGreaterThan(200)
    expect(await misread(sent)).toEqual([])
  }, 180_000)

  it(`for ${cases} generated messages (STRICT_SEED=${seed})`, async () => {
    const random = new Seeded(seed)
    for (let left = cases; left > 0; left -= portion) {
      const texts = Array.from({ length: Math.min(left, portion) }, () => Buffer.from(message(random), 'latin1'))
      const read = await inBatches(texts, (text) => own.of(text))
      const messages = texts.map((text, index) => ({ bytes: text.toString('latin1'), sees: read[index]?.sees ?? [] }))
      const sent: Sent[] = []
      expect(await send(messages, sent)).toEqual([])
      expect(await misread(sent)).toEqual([])
    }
  }, 86_400_000)
})
