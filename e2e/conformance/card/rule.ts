/** The rules of Serving that an installation is held to: one file a section of the reference, in e2e/conformance/rules. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { root } from '../../rig/root.ts'

export interface Rule {
  /** Section, area and name, as in `2.4 route/first-match`; tests carry it in their titles. */
  readonly id: string
  readonly section: string
  readonly text: string
  /** Tests that show it though their titles do not name it: `path › part of the title`. */
  readonly by: readonly string[]
  /** What this installation does instead, where that is better on purpose. */
  readonly instead: string | undefined
}

/** A rule as it is written: a sentence, or one with more. */
type Written = string | { readonly rule: string; readonly by?: string | readonly string[]; readonly instead?: string }

const folder = join(root, 'e2e/conformance/rules')

/** A rule's id wherever it stands in a text. */
export const idPattern = /(?<![\d.])\d\.\d+ [a-z0-9-]+\/[a-z0-9-]+/g

/** All rules, by section. Throws on one that is written twice or is not well formed. */
export function allRules(): Rule[] {
  const bySection = (a: string, b: string): number => Number(a.split('.')[0]) - Number(b.split('.')[0]) || minor(a) - minor(b)
  const sections = readdirSync(folder).map((file) => basename(file, '.yaml'))
  return sections.toSorted(bySection).flatMap(rulesOf)
}

const minor = (section: string): number => Number(section.split('.')[1])

function rulesOf(section: string): Rule[] {
  const areas = parse(readFileSync(join(folder, `${section}.yaml`), 'utf8')) as Record<string, Record<string, Written>>
  return Object.entries(areas).flatMap(([area, rules]) =>
    Object.entries(rules).map(([name, written]) => ruleOf(`${section} ${area}/${name}`, section, written))
  )
}

function ruleOf(id: string, section: string, written: Written): Rule {
  const { rule: text, by = [], instead } = typeof written === 'string' ? { rule: written } : written
  if (typeof text !== 'string' || !RegExp(`^${idPattern.source}$`).test(id)) throw new Error(`${id} in e2e/conformance/rules is no rule`)
  return { id, section, text, by: [by].flat(), instead }
}
