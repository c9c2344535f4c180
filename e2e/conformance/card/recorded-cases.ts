/** Which rules the recorded cases of admission show, and the cases themselves: Serving's and Eventing's. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { root } from '../../rig/root.ts'
import type { RecordedCase as PlayedCase } from '../../kubernetes/recorded-case.ts'

/** A case with settings of ConfigMaps under which it was recorded. */
export type RecordedCase = PlayedCase & { readonly config?: Readonly<Record<string, Readonly<Record<string, string>>>> }

const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** What a real installation of upstream answered. */
export const recordedCases = (): readonly RecordedCase[] => JSON.parse(read('libs/api/src/admission.recorded.json')) as RecordedCase[]

/** What a real installation of Eventing answered: names alone. */
export const recordedEventingCases = (): readonly { readonly name: string }[] =>
  JSON.parse(read('libs/api/src/eventing-admission.recorded.json')) as { readonly name: string }[]

type Patterns = readonly (readonly [rule: string, names: RegExp])[]

const patternsOf = (file: string): Patterns =>
  Object.entries(parse(read(`e2e/conformance/cases/${file}`)) as Record<string, string>).map(([rule, pattern]) => [
    rule,
    new RegExp(`^(?:${pattern})`)
  ])

const patterns = patternsOf('recorded.yaml')
const eventingPatterns = patternsOf('recorded-eventing.yaml')

const shownBy = (of: Patterns, name: string): string[] => of.filter(([, names]) => names.test(name)).map(([rule]) => rule)

/** Rules that have recorded cases. */
export const recordedRules = (): readonly string[] => [...patterns, ...eventingPatterns].map(([rule]) => rule)

/** Ids of the rules that a case shows, by its name. */
export const rulesOf = (name: string): string[] => shownBy(patterns, name)

/** The same of a case of Eventing. */
export const eventingRulesOf = (name: string): string[] => shownBy(eventingPatterns, name)
