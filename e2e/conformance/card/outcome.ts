/** What a run of tests says about each rule. */
import { relative } from 'node:path'
import { root } from '../../rig/root.ts'
import { eventingRulesOf, rulesOf } from './recorded-cases.ts'
import { idPattern, type Rule } from './rule.ts'

export interface TestOutcome {
  /** Of its suite, from the repository's root. */
  readonly file: string
  readonly title: string
  readonly passed: boolean
}

export interface RuleOutcome {
  readonly rule: Rule
  /** A rule that no test shows counts as not held. */
  readonly state: 'held' | 'not held' | 'not tested'
  /** Suites that it was held to. */
  readonly files: readonly string[]
}

/** The part of jest's report (`--json`) that matters here. */
export interface JestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly message: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

/** Tests that ran; those that a pattern left out did not. A suite that could not run is one failed test without a title. */
export function outcomesIn(report: JestReport): TestOutcome[] {
  return report.testResults.flatMap(({ name, assertionResults }) => {
    const file = relative(root, name)
    if (assertionResults.length === 0) return [{ file, title: '', passed: false }]
    const ran = assertionResults.filter(({ status }) => status === 'passed' || status === 'failed')
    return ran.map(({ fullName, status }) => ({ file, title: fullName, passed: status === 'passed' }))
  })
}

/** Of several runs, the oldest first: what each suite's newest one told. */
export function newestOutcomes(reports: readonly JestReport[]): TestOutcome[] {
  const bySuite = new Map(reports.flatMap(outcomesOfSuites))
  return [...bySuite.values()].flat()
}

const outcomesOfSuites = (report: JestReport): [suite: string, outcomes: TestOutcome[]][] =>
  report.testResults.map((suite) => [suite.name, outcomesIn({ testResults: [suite] })])

interface Replay {
  readonly suite: RegExp
  /** What stands before the name of a case in a title. */
  readonly prefix: RegExp
  readonly rulesOf: (name: string) => string[]
}

/** Recorded cases that are replayed carry no rule in their titles: they are known by the end of those. */
const replays: readonly Replay[] = [
  {
    suite: /^libs\/api\/src\/(admission\/admission|config\/config)\.differential\.spec\.ts$/,
    prefix: /^(admission answers|ConfigMaps are judged) as upstream (answered|judged them) /,
    rulesOf
  },
  {
    suite: /^libs\/api\/src\/(admission\/eventing\/admission|config\/eventing\/eventing-config)\.differential\.spec\.ts$/,
    prefix: /^(admission of Eventing answers|ConfigMaps of Eventing are judged) as upstream (answered|judged them) /,
    rulesOf: eventingRulesOf
  },
  {
    suite: /^e2e\/conformance\/alone\/recorded-eventing-admission\.spec\.ts$/,
    prefix: /^(settings \d+|ConfigMaps) /,
    rulesOf: eventingRulesOf
  }
]

/** Ids of the rules that a test shows by its title. */
const shownBy = ({ file, title }: TestOutcome): string[] => [
  ...new Set([
    ...idsIn(title),
    ...replays.filter(({ suite }) => suite.test(file)).flatMap((replay) => replay.rulesOf(title.replace(replay.prefix, '')))
  ])
]

/** Each rule with what its tests showed. Throws when a title names a rule that is none. */
export function judge(rules: readonly Rule[], tests: readonly TestOutcome[]): RuleOutcome[] {
  const known = new Set(rules.map(({ id }) => id))
  const named = Map.groupBy(
    tests.flatMap((test) => shownBy(test).map((id) => ({ id, test }))),
    ({ id }) => id
  )
  const unknown = [...named.keys()].filter((id) => !known.has(id))
  if (unknown.length > 0) throw new Error(`tests name rules that e2e/conformance/rules does not have: ${unknown.join(', ')}`)
  return rules.map((rule) => {
    const own = (named.get(rule.id) ?? []).map(({ test }) => test)
    const shown = [...own, ...rule.by.flatMap((pointer) => tests.filter((test) => pointsTo(pointer, test)))]
    const state = shown.length === 0 ? 'not tested' : shown.every(({ passed }) => passed) ? 'held' : 'not held'
    return { rule, state, files: [...new Set(shown.map(({ file }) => file))].toSorted() }
  })
}

/** Ids of the rules that a text names. */
export const idsIn = (text: string): string[] => text.match(idPattern) ?? []

/** File and title of a pointer `path › part of the title`. */
export function pointed(pointer: string): { readonly file: string; readonly title: string } {
  const [file = '', title = ''] = pointer.split(' › ')
  return { file, title }
}

function pointsTo(pointer: string, test: TestOutcome): boolean {
  const { file, title } = pointed(pointer)
  return test.file === file && test.title.includes(title)
}
