import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { answerIn } from '../../libs/proxy/src/strictness/memory-upstream.ts'
import { mutation } from '../../libs/proxy/src/strictness/mutation.ts'
import { responseRules } from '../../libs/proxy/src/strictness/responses/index.ts'
import { numberFrom, Seeded } from '../../libs/proxy/src/testing/seeded.ts'
import { answerDisagreement, type GivenAnswer, type ReadAnswer } from './answer.ts'
import { buildGoJudge, readByGo } from './go-judge.ts'
import { readByNode } from './node-client-judge.ts'

/** `STRICT_ANSWERS=1000000 STRICT_SEED=7` for more, or for the same again. */
const cases = numberFrom('STRICT_ANSWERS', 10_000)
const seed = numberFrom('STRICT_SEED', 1)

/** Answers that are compared, and forgotten, at once. */
const portion = 10_000

const rows: readonly GivenAnswer[] = responseRules
  .flatMap(({ rows }) => rows)
  .map(({ bytes, method, hangsUp }) => ({ bytes: Buffer.from(bytes, 'latin1'), isHead: method === 'HEAD', hangsUp }))
const shortRows = rows.filter(({ bytes }) => bytes.length > 0 && bytes.length < 2000)

/** The one thing in which we are more lenient than Node: a tab behind `chunked` is white space around a value (RFC 9110 5.5). */
function isTabBehindChunked({ bytes }: GivenAnswer): boolean {
  return /transfer-encoding:[ \t]*chunked *\t[ \t]*\r\n/i.test(bytes.toString('latin1'))
}

describe('an answer that we take for whole, Node and Go take for whole, and see the same in it', () => {
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

  /** Answers in which we are more lenient, or see something else, and how many were whole. */
  async function compare(answers: readonly GivenAnswer[]): Promise<{ differences: object[]; whole: number }> {
    const byGo = await readByGo(program, answers, stopping.signal)
    const differences: object[] = []
    let whole = 0
    for (const [index, given] of answers.entries()) {
      const asked = { method: given.isHead ? ('HEAD' as const) : ('GET' as const), upgrade: undefined }
      const own = await answerIn([given.bytes], asked, given.hangsUp, false)
      if (own.ends.includes('whole')) whole++
      const judges = { node: await readByNode(given), go: byGo[index] as ReadAnswer }
      for (const [judge, read] of Object.entries(judges)) {
        const what = answerDisagreement(own, read)
        if (what === undefined || (judge === 'node' && isTabBehindChunked(given))) continue
        differences.push({ judge, what, bytes: given.bytes.toString('latin1'), hangsUp: given.hangsUp, isHead: given.isHead })
      }
    }
    return { differences, whole }
  }

  it('in every row of the corpus', async () => {
    const { differences, whole } = await compare(rows)
    expect(differences).toEqual([])
    expect(whole).toBeGreaterThan(50)
  }, 180_000)

  it(`in ${cases} generated answers (STRICT_SEED=${seed})`, async () => {
    const random = new Seeded(seed)
    let wholes = 0
    for (let left = cases; left > 0; left -= portion) {
      const answers = Array.from({ length: Math.min(left, portion) }, () => ({
        bytes: Buffer.from(mutation(random.of(shortRows).bytes.toString('latin1'), random), 'latin1'),
        isHead: random.below(6) === 0,
        hangsUp: random.below(2) === 0
      }))
      const { differences, whole } = await compare(answers)
      expect(differences).toEqual([])
      wholes += whole
    }
    expect(wholes).toBeGreaterThan(cases / 20)
  }, 86_400_000)
})
