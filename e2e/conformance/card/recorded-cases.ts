/** Which rules the recorded cases of admission show, and the cases themselves. */
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

const patterns = Object.entries(parse(read('e2e/conformance/cases/recorded.yaml')) as Record<string, string>).map(
  ([rule, pattern]) => [rule, new RegExp(`^(?:${pattern})`)] as const
)

/** Rules that have recorded cases. */
export const recordedRules = (): readonly string[] => patterns.map(([rule]) => rule)

/** Ids of the rules that a case shows, by its name. */
export const rulesOf = (name: string): string[] => patterns.filter(([, pattern]) => pattern.test(name)).map(([rule]) => rule)
