import { isDeepStrictEqual } from 'node:util'
import { expect, it } from '@jest/globals'
import { answerIn, type Asked } from './memory-upstream.ts'
import { mutation } from './mutation.ts'
import { responseRules } from './responses/index.ts'
import { numberFrom, Seeded } from '../testing/seeded.ts'
import { cut, places } from './split.ts'

/** `SPLIT_RESPONSES=10000000 SPLIT_SEED=7` for more, or for the same again. */
const cases = numberFrom('SPLIT_RESPONSES', 50_000)
const seed = numberFrom('SPLIT_SEED', 1)

const answers = [
  ...responseRules.flatMap(({ rows }) => rows.map(({ bytes }) => bytes)).filter(({ length }) => length > 0 && length < 2000),
  // What follows a switch is the other protocol's.
  ...Array.from(
    { length: 10 },
    (_, index) => `HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: a\r\n\r\n${'early'.repeat(index)}`
  )
]
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
    const answer = random.of(answers)
    const bytes = Buffer.from(random.below(3) === 0 ? answer : mutation(answer, random), 'latin1')
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
