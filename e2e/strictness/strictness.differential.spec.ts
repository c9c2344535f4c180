import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { requestRules } from '../../libs/proxy/src/strictness/corpus/index.ts'
import { message } from '../../libs/proxy/src/strictness/mutation.ts'
import { numberFrom, Seeded } from '../../libs/proxy/src/testing/seeded.ts'
import { exceptions } from './exceptions.ts'
import { buildGoJudge } from './go-judge.ts'
import { compare, type Difference } from './judges.ts'

/** `STRICT_CASES=1000000 STRICT_SEED=7` for more, or for the same again. */
const cases = numberFrom('STRICT_CASES', 10_000)
const seed = numberFrom('STRICT_SEED', 1)
/** Messages that are compared, and forgotten, at once. */
const portion = 10_000

describe('what we accept, Node and Go accept, and see the same in it', () => {
  const stopping = new AbortController()
  let directory: string
  let program: string

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'strictness-'))
    program = await buildGoJudge(directory)
  }, 360_000)
  afterAll(async () => {
    stopping.abort()
    await rm(directory, { recursive: true, force: true })
  })

  it('in every row of the corpus, but for exceptions that are each still needed', async () => {
    const rows = requestRules.flatMap((rule) => rule.rows)
    const http1 = rows.filter(({ ends }) => ends !== 'http2').map(({ bytes }) => bytes)
    const differences = await compare(program, http1, stopping.signal)
    expect(differences.filter(({ exception }) => exception === undefined)).toEqual([])
    const needed = new Set(differences.map(({ exception }) => exception))
    expect(exceptions.filter((exception) => !needed.has(exception)).map(({ what }) => what)).toEqual([])
  }, 180_000)

  it(`in ${cases} generated messages (STRICT_SEED=${seed})`, async () => {
    const random = new Seeded(seed)
    const found: Difference[] = []
    for (let left = cases; left > 0 && found.length === 0; left -= portion) {
      const messages = Array.from({ length: Math.min(left, portion) }, () => message(random))
      found.push(...(await compare(program, messages, stopping.signal)).filter(({ exception }) => exception === undefined))
    }
    expect(found).toEqual([])
  }, 86_400_000)
})
