/** The report card is that of today's rules, and nobody names a rule that is none. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { root } from '../../rig/root.ts'
import { beginningOf, cardOf } from './card.ts'
import { idsIn, judge, newestOutcomes, outcomesIn, pointed } from './outcome.ts'
import { eventingRulesOf, recordedCases, recordedEventingCases, recordedRules, rulesOf } from './recorded-cases.ts'
import { references } from './references.ts'
import { allRules, idText, type Rule } from './rule.ts'
import { suitesBeside } from './suites.ts'

const rules = allRules()
const ids = new Set(rules.map(({ id }) => id))
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')

describe('the rules', () => {
  it('are there for every section, each once', () => {
    expect(ids.size).toBe(rules.length)
    expect(new Set(rules.map(({ section }) => section))).toEqual(
      new Set(references.flatMap(({ mark, titles }) => Object.keys(titles).map((number) => `${mark}${number}`)))
    )
  })

  it('point to suites that there are', () => {
    const files = new Set(rules.flatMap(({ by }) => by.map((pointer) => pointed(pointer).file)))
    const missing = [...files].filter((file) => globSync(file, { cwd: root }).length === 0)
    expect(missing).toEqual([])
  })

  it('are known wherever one is named', () => {
    const sources = [...globSync('e2e/conformance/{*,alone/*,long/*,kn/*,cases/*}.{ts,yaml}', { cwd: root }), ...suitesBeside(rules)]
    const unknown = sources.flatMap((path) => idsIn(textOf(path)).filter((id) => !ids.has(id)))
    expect(unknown).toEqual([])
  })

  it('have recorded cases where the list of those says so', () => {
    const shown = new Set([
      ...recordedCases().flatMap(({ name }) => rulesOf(name)),
      ...recordedEventingCases().flatMap(({ name }) => eventingRulesOf(name))
    ])
    expect(recordedRules().filter((rule) => !shown.has(rule))).toEqual([])
  })
})

describe('docs/conformance.md', () => {
  it('has a row for every rule, in today’s words, and no other: npm run conformance writes it', () => {
    const rows = textOf('docs/conformance.md').split('\n')
    const beginnings = rows
      .filter((row) => RegExp(`^\\| ${idText} \\|`).test(row))
      .map((row) => row.replace(/ (held|not held|not tested) \|[^|]*\|$/, ''))
    expect(beginnings).toEqual(rules.map(beginningOf))
  })
})

describe('a card', () => {
  const rule = (name: string, by: readonly string[] = []): Rule => ({
    id: `2.4 route/${name}`,
    section: '2.4',
    text: name,
    by,
    instead: undefined
  })
  const result = (fullName: string, status = 'passed') => ({ fullName, status })
  const report = (...assertionResults: ReturnType<typeof result>[]) => ({
    testResults: [{ name: join(root, 'e2e/x.spec.ts'), message: '', assertionResults }]
  })
  const states = (given: readonly Rule[], ...results: ReturnType<typeof result>[]) =>
    judge(given, outcomesIn(report(...results))).map(({ state }) => state)

  it('says held of a rule whose tests all passed, and not held of one with a failure', () => {
    expect(states([rule('a'), rule('b')], result('2.4 route/a x'), result('2.4 route/a 2.4 route/b y', 'failed'))).toEqual([
      'not held',
      'not held'
    ])
    expect(states([rule('a')], result('2.4 route/a x'), result('2.4 route/a y'))).toEqual(['held'])
  })

  it('says not tested of one without a test, or with tests that did not run', () => {
    expect(states([rule('a'), rule('ab')], result('2.4 route/ab x'), result('2.4 route/a y', 'pending'))).toEqual(['not tested', 'held'])
  })

  it('takes tests that a rule points to', () => {
    const pointing = [rule('a', ['e2e/x.spec.ts › the third']), rule('b', ['e2e/y.spec.ts › the third'])]
    expect(states(pointing, result('it is the third of all'))).toEqual(['held', 'not tested'])
  })

  it('takes a suite that could not run for a failure of its own', () => {
    expect(outcomesIn(report())).toEqual([{ file: 'e2e/x.spec.ts', title: '', passed: false }])
  })

  it('takes of a suite that ran twice what it told last', () => {
    const other = { testResults: [{ name: join(root, 'e2e/y.spec.ts'), message: '', assertionResults: [result('z')] }] }
    const told = newestOutcomes([report(result('a', 'failed'), result('b')), other, report(result('a'))])
    expect(told.map(({ file, title, passed }) => [file, title, passed])).toEqual([
      ['e2e/x.spec.ts', 'a', true],
      ['e2e/y.spec.ts', 'z', true]
    ])
  })

  it('tells rules of one reference from those of another by the mark before the section', () => {
    expect(idsIn('2.1 a/b E2.1 broker/ready E10.2 c/d x2.1 e/f')).toEqual(['2.1 a/b', 'E2.1 broker/ready', 'E10.2 c/d'])
  })

  it('refuses a test that names no rule', () => {
    expect(() => states([rule('a')], result('2.4 route/z x'))).toThrow('2.4 route/z')
  })

  it('counts by section and for all', () => {
    const card = cardOf(judge([rule('a'), rule('b')], outcomesIn(report(result('2.4 route/a x')))), 'nothing')
    expect(card).toContain('| 2.4 Route | 2 | 1 | 0 | 1 |')
    expect(card).toContain('| all | 2 | 1 | 0 | 1 |')
    expect(card).toContain('| 2.4 route/a | a | held | `e2e/x` |')
  })
})
