/** The rules that an installation is held to: one file a section of each reference. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { root } from '../../rig/root.ts'
import { type Reference, references } from './references.ts'

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

/** A rule's id, wherever it may stand: without what must not be before it. */
export const idText = String.raw`[A-Z]?\d+\.\d+ [a-z0-9-]+\/[a-z0-9-]+`

/** A rule's id wherever it stands in a text. */
export const idPattern = new RegExp(String.raw`(?<![\d.A-Za-z])${idText}`, 'g')

/** All rules, by reference and section. Throws on one that is written twice or is not well formed. */
export const allRules = (): Rule[] => references.flatMap(rulesOf)

function rulesOf(reference: Reference): Rule[] {
  const bySection = (a: string, b: string): number => Number(a.split('.')[0]) - Number(b.split('.')[0]) || minor(a) - minor(b)
  const files = readdirSync(join(root, reference.folder)).filter((file) => file.endsWith('.yaml'))
  const sections = files.map((file) => basename(file, '.yaml'))
  return sections.toSorted(bySection).flatMap((section) => sectionOf(reference, section))
}

const minor = (section: string): number => Number(section.split('.')[1])

function sectionOf({ folder, mark }: Reference, number: string): Rule[] {
  const areas = parse(readFileSync(join(root, folder, `${number}.yaml`), 'utf8')) as Record<string, Record<string, Written>>
  const section = `${mark}${number}`
  return Object.entries(areas).flatMap(([area, rules]) =>
    Object.entries(rules).map(([name, written]) => ruleOf(`${section} ${area}/${name}`, section, written))
  )
}

function ruleOf(id: string, section: string, written: Written): Rule {
  const { rule: text, by = [], instead } = typeof written === 'string' ? { rule: written } : written
  if (typeof text !== 'string' || !RegExp(`^${idText}$`).test(id))
    throw new Error(`${id} is no rule: its section, area and name, and a sentence`)
  return { id, section, text, by: [by].flat(), instead }
}
