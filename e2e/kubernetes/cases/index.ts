/**
 * All cases of our own, by area: `AREA.cases.ts` has what is sent, `../recorded/AREA.recorded.json` what a real server answered. A large area
 * has its parts in the directory of its name.
 */
import { readdir } from 'node:fs/promises'
import type { Case } from '../recorded-case.ts'

const SUFFIX = '.cases.ts'

/** The areas, by alphabet. */
export async function areas(): Promise<string[]> {
  const files = await readdir(import.meta.dirname)
  return files
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort()
}

/** The cases of one area. Rejects for an area that there is not, and for a name that occurs twice. */
export async function casesOf(area: string): Promise<readonly Case[]> {
  const { cases } = (await import(`./${area}${SUFFIX}`)) as { cases: readonly Case[] }
  const names = cases.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new Error(`${area}: two cases are called "${twice}"`)
  return cases
}
