import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import { requestRules } from './corpus/index.ts'
import { type MemoryOutcome, MemoryServer, type Pace } from './memory-run.ts'
import { message } from './mutation.ts'
import { outcomeOf, expected } from './outcome.ts'
import { numberFrom, Seeded } from './seeded.ts'

/** `SPLIT_CASES=10000000 SPLIT_SEED=7` for more, or for the same again. */
const cases = numberFrom('SPLIT_CASES', 100_000)
const seed = numberFrom('SPLIT_SEED', Date.now() % 1_000_000)

const paces: readonly Pace[] = ['at once', 'later']
const servers = { 'at once': new MemoryServer('at once'), later: new MemoryServer('later') }
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const all = [0, ...places, bytes.length]
  return all.slice(1).map((place, index) => bytes.subarray(all[index], place))
}

/** Byte by byte, at a line end, or anywhere. */
function places(bytes: Buffer, random: Seeded): number[] {
  if (random.below(10) === 0) return Array.from({ length: bytes.length - 1 }, (_, index) => index + 1)
  const lineEnd = random.below(2) === 0 ? bytes.indexOf(random.of(['\r', '\n']), random.below(bytes.length)) : -1
  const cuts = Array.from({ length: 1 + random.below(8) }, () => (lineEnd > 0 ? lineEnd + random.below(3) : random.below(bytes.length + 1)))
  return [...new Set(cuts)].filter((place) => place > 0 && place < bytes.length).sort((a, b) => a - b)
}

describe('a stream of bytes has one meaning', () => {
  it.each(paces)('which is that of the corpus, when handlers answer %s', async (pace) => {
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
