import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import { requestRules } from './corpus/index.ts'
import { type MemoryOutcome, MemoryServer, type Pace } from './memory-run.ts'
import { message, sequence } from './mutation.ts'
import { outcomeOf, expected } from './outcome.ts'
import { numberFrom, Seeded } from '../testing/seeded.ts'
import { cut, places } from './split.ts'

/** `SPLIT_CASES=10000000 SPLIT_SEED=7` for more, or for the same again. */
const cases = numberFrom('SPLIT_CASES', 100_000)
const seed = numberFrom('SPLIT_SEED', 1)

const readingPaces: readonly Pace[] = ['at once', 'later']
const paces: readonly Pace[] = [...readingPaces, 'before the body']
const servers = {
  'at once': new MemoryServer('at once'),
  later: new MemoryServer('later'),
  'before the body': new MemoryServer('before the body')
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a stream of bytes has one meaning', () => {
  it.each(readingPaces)('which is that of the corpus, when handlers answer %s', async (pace) => {
    const wrong: object[] = []
    for (const { name, rows } of requestRules) {
      for (const row of rows) {
        const { sees, output, connection } = await servers[pace].run([Buffer.from(row.bytes, 'latin1')])
        const must = expected(row, false)
        const did = row.ends === 'http2' ? must : outcomeOf(sees, output)
        const end = row.ends === 'http2' ? 'http2' : must.last ? 'ended' : 'open'
        if (!isDeepStrictEqual([did, connection], [must, end])) wrong.push({ name, why: row.why, did, must, connection, end })
      }
    }
    expect(wrong).toEqual([])
  })

  it('in which a body that nobody reads ends where it ends, and is no request', async () => {
    const wrong: object[] = []
    for (const { name, rows } of requestRules) {
      // Who waits for 100 and gets an answer may send the body or not: the connection ends there.
      for (const row of rows.filter(({ ends, bytes }) => ends === 'open' && !/expect:/i.test(bytes))) {
        const { sees, connection } = await servers['before the body'].run([Buffer.from(row.bytes, 'latin1')])
        const headsOf = (list: typeof sees): string[] => list.map(({ method, target, host }) => `${method} ${target} ${host}`)
        if (connection !== 'open' || !isDeepStrictEqual(headsOf(sees), headsOf(row.sees)))
          wrong.push({ name, why: row.why, sees, connection })
      }
    }
    expect(wrong).toEqual([])
  })

  it.each(readingPaces)('also when far more is sent ahead than is kept, and handlers answer %s', async (pace) => {
    const random = new Seeded(1)
    const bytes = Buffer.from(Array.from({ length: 1500 }, () => sequence(random)).join(''), 'latin1')
    const server = servers[pace]
    const whole = await server.run([bytes])
    expect(whole.connection).toBe('open')
    expect(whole.sees.length).toBeGreaterThan(4000)
    for (let times = 0; times < 5; times++) expect(await server.run(cut(bytes, places(bytes, random)), turn)).toEqual(whole)
  })

  it(`whatever its pieces: ${cases} cases (SPLIT_SEED=${seed})`, async () => {
    const random = new Seeded(seed)
    const differing: { message: string; places: number[]; pace: Pace; waits: boolean; whole: MemoryOutcome; pieces: MemoryOutcome }[] = []
    for (let index = 0; index < cases && differing.length < 3; index++) {
      const text = message(random)
      const bytes = Buffer.from(text, 'latin1')
      if (bytes.length === 0) continue
      const pace = random.of(paces)
      const waits = random.below(8) === 0
      const at = places(bytes, random)
      const server = servers[pace]
      const whole = await server.run([bytes])
      const pieces = await server.run(cut(bytes, at), waits ? turn : undefined)
      if (!isDeepStrictEqual(whole, pieces)) differing.push({ message: text, places: at, pace, waits, whole, pieces })
    }
    expect(differing).toEqual([])
  }, 86_400_000)
})
