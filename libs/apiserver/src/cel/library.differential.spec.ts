/**
 * What Kubernetes 1.34's own CEL answers (`k8s.io/apiserver/pkg/cel/environment`, compatibility version 1.33, as for new objects), expression
 * by expression: the value, the words of the error, or that it does not compile.
 */
import { expect, it } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { UnsignedInt } from '@marcbachmann/cel-js/evaluator'
import { celEnvironment } from './environment.ts'
import { checkedExpression, compileExpression } from './expression.ts'
import { timestampText } from './format-text.ts'

interface Recorded {
  readonly text: string
  readonly value?: unknown
  readonly error?: string
  readonly refused?: true
  readonly accepted?: true
}

const recorded = JSON.parse(readFileSync(new URL('library.recorded.json', import.meta.url), 'utf8')) as Recorded[]

/** The value as JSON. */
function shown(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (Array.isArray(value)) return value.map(shown)
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), shown(item)]))
  if (value instanceof Date) return timestampText(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof UnsignedInt) return Number(value.valueOf())
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shown(item)]))
    : value
}

function outcomeOf(text: string): Omit<Recorded, 'text'> {
  const environment = celEnvironment()
  if (checkedExpression(environment, text).problem !== undefined) return { refused: true }
  try {
    return { value: shown(compileExpression(environment, text).evaluate({}, 0)) }
  } catch (error) {
    return { error: (error as Error).message }
  }
}

it('has recorded answers', () => {
  expect(recorded.length).toBeGreaterThan(500)
})

it.each(recorded.map(({ text, ...answer }) => [text, answer] as const))('%j', (text, answer) => {
  const outcome = outcomeOf(text)
  if (answer.accepted === true) expect(outcome).toHaveProperty('value')
  else expect(outcome).toEqual(answer)
})
