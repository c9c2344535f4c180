import { describe, expect, it } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { admitCesql } from './admit-cesql.ts'

interface Filter {
  readonly cesql?: unknown
}
interface RecordedCase {
  readonly area: string
  readonly steps: readonly { readonly verb: string; readonly object?: { readonly spec: { readonly filters?: readonly Filter[] } } }[]
  readonly answers: readonly ({ readonly status: number; readonly message?: string } | null)[]
}

const file = join(import.meta.dirname, '../../../../libs/api/src/eventing-admission.recorded.json')
const cases = (JSON.parse(readFileSync(file, 'utf8')) as RecordedCase[]).filter(({ area }) => area === 'cesql')
const rows = cases.flatMap(({ steps: [step], answers: [answer] }) => {
  const [filter, ...more] = step?.object?.spec.filters ?? []
  const expression = filter?.cesql
  if (typeof expression !== 'string' || more.length > 0 || answer === null || answer === undefined) return []
  const [, details = ''] = /cesql(?:\n([\s\S]*))?$/.exec(answer.message ?? '') ?? []
  return [{ expression, isGood: answer.status === 201, details }]
})

function refusalOf(expression: string): string | undefined {
  try {
    admitCesql(expression)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** Better on purpose: upstream stores it, and its filter crashes on the first event. */
const neverBoolean = ['1']

describe('a CESQL filter is admitted as upstream admits it', () => {
  it('has cases', () => expect(rows.length).toBeGreaterThan(20))

  it.each(rows)('$expression', ({ expression, isGood, details }) => {
    const refusal = refusalOf(expression)
    if (neverBoolean.includes(expression)) {
      expect([isGood, refusal]).toEqual([true, 'a filter has to be true or false, and this is always of type integer'])
      return
    }
    expect(refusal === undefined).toBe(isGood)
    // Where upstream says nothing, for its parser panicked, ours says what is wrong.
    if (!isGood && details !== '') expect(refusal).toBe(details)
    if (!isGood && details === '') expect(refusal?.length).toBeGreaterThan(20)
  })

  it.each(["'a'", '1 + 2', 'LENGTH(type)'])('%s can never be true or false', (expression) => {
    expect(refusalOf(expression)).toContain('has to be true or false')
  })

  it.each(['type', 'EXISTS x', 'TRUE', "CONCAT(a, b) = 'x'"])('%s may be', (expression) => expect(refusalOf(expression)).toBeUndefined())
})
