import { describe, expect, it } from '@jest/globals'
import { readFileSync } from 'node:fs'
import type { RecordedCase } from './recorded-case.fixture.ts'
import { replay } from './replay.fixture.ts'
import { differences } from './differences.fixture.ts'

const file = new URL('../admission.recorded.json', import.meta.url)
const all = JSON.parse(readFileSync(file, 'utf8')) as RecordedCase[]
const outcomes = all.map((recorded) => ({ name: recorded.name, outcome: replay(recorded) }))
const judged = outcomes.filter(({ outcome }) => outcome.kind !== 'elsewhere')

describe('admission answers as upstream answered', () => {
  it.each(judged.filter(({ name }) => !differences.has(name)))('$name', ({ outcome }) => {
    expect(outcome).toEqual({ kind: 'same' })
  })

  it.each(judged.filter(({ name }) => differences.has(name)))('$name differs as listed', ({ outcome }) => {
    expect(outcome.kind).toBe('different')
  })

  it('lists no difference that is none', () => {
    const names = new Set(judged.map(({ name }) => name))
    expect([...differences.keys()].filter((name) => !names.has(name))).toEqual([])
  })

  it('judges most cases', () => {
    expect(judged.length).toBeGreaterThanOrEqual(756)
  })
})
