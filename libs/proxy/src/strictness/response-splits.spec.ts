import { isDeepStrictEqual } from 'node:util'
import { expect, it } from '@jest/globals'
import { answerIn, type Asked } from './memory-upstream.ts'
import { mutation } from './mutation.ts'
import { responseRules } from './responses/index.ts'
import { numberFrom, Seeded } from './seeded.ts'
import { cut, places } from './split.ts'

/** `SPLIT_RESPONSES=10000000 SPLIT_SEED=7` for more, or for the same again. */
const cases = numberFrom('SPLIT_RESPONSES', 50_000)
const seed = numberFrom('SPLIT_SEED', Date.now() % 1_000_000)

const rows = responseRules.flatMap(({ rows }) => rows).filter(({ bytes }) => bytes.length > 0 && bytes.length < 2000)
const asked: readonly Asked[] = [
  { method: 'GET', upgrade: undefined },
  { method: 'GET', upgrade: undefined },
  { method: 'HEAD', upgrade: undefined },
  { method: 'GET', upgrade: 'a, websocket' }
]

it(`an upstream's answer has one meaning, whatever its pieces and its reader's pace: ${cases} cases (SPLIT_SEED=${seed})`, async () => {
  const random = new Seeded(seed)
  const differing: object[] = []
  for (let index = 0; index < cases && differing.length < 3; index++) {
    const row = random.of(rows)
    const bytes = Buffer.from(random.below(3) === 0 ? row.bytes : mutation(row.bytes, random), 'latin1')
    if (bytes.length === 0) continue
    const request = random.of(asked)
    const hangsUp = random.below(2) === 0
    const slow = random.below(4) === 0
    const at = places(bytes, random)
    const whole = await answerIn([bytes], request, hangsUp, false)
    const pieces = await answerIn(cut(bytes, at), request, hangsUp, slow)
    if (!isDeepStrictEqual(whole, pieces)) differing.push({ bytes: bytes.toString('latin1'), at, request, hangsUp, slow, whole, pieces })
  }
  expect(differing).toEqual([])
}, 86_400_000)
