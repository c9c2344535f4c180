import { describe, expect, it } from '@jest/globals'
import { readFileSync } from 'node:fs'
import type { RecordedCase } from '../recorded-case.fixture.ts'
import { differences, type Difference } from './differences.fixture.ts'
import { replayEventing } from './replay.fixture.ts'

const file = new URL('../../eventing-admission.recorded.json', import.meta.url)
const all = (JSON.parse(readFileSync(file, 'utf8')) as RecordedCase[]).filter(({ area }) => area !== 'config')

/** Expressions that upstream's parser refused, with its words: the language itself is the webhook's to hand in, and is asked there. */
const refused: Readonly<Record<string, string>> = {
  ...Object.fromEntries([' ', '(', ')', '=', 'a.b = 1', 'a[0] = 1'].map((text) => [text, 'parse error: syntax error: '])),
  ...Object.fromEntries(['type =', "type = 'a", "type = 'a' garbage", 'EXISTS', 'x = '].map((text) => [text, ''])),
  'type LIKE source': 'parse error: syntax error: |failed to parse LIKE expression: the pattern was not a string literal'
}
const parseCesql = (text: string): string => {
  if (Object.hasOwn(refused, text)) throw new Error(refused[text])
  return text
}

interface Seen {
  readonly status: number
  readonly message: string
  readonly warnings: readonly string[]
}
const outcomes = all.map((recorded) => ({ name: recorded.name, outcome: replayEventing(recorded, parseCesql) }))
const judged = outcomes.filter(({ outcome }) => outcome.kind !== 'elsewhere')
const used = new Set<Difference>()

describe('admission of Eventing answers as upstream answered', () => {
  it.each(judged)('$name', ({ outcome }) => {
    if (outcome.kind !== 'different') return expect(outcome).toEqual({ kind: 'same' })
    for (const { ours, theirs } of outcome.steps as readonly { ours: Seen; theirs: Seen }[]) {
      const found = differences.find((difference) => difference.theirs.test(theirs.message))
      // Shows the answers where nothing explains the difference.
      if (found === undefined) expect(ours).toEqual(theirs)
      else used.add(found)
      expect({ ...ours, message: webhookIn(ours) }).toEqual({ ...theirs, message: webhookIn(theirs) })
    }
    return undefined
  })

  it('lists no difference that is none', () => {
    expect(differences.filter((difference) => !used.has(difference))).toEqual([])
  })

  it('judges most cases', () => {
    expect(judged.length).toBeGreaterThanOrEqual(555)
  })
})

const webhookIn = ({ message }: Seen): string | undefined =>
  /^admission webhook "[^"]+" denied the request: validation failed: /.exec(message)?.[0]
