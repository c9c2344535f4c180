/** The cases of an area with what a real server answered. */
import { readFile } from 'node:fs/promises'
import { casesOf } from './cases/index.ts'
import type { RecordedCase } from './recorded-case.ts'
import { readRecorded } from './recorded-file.ts'

/** Area `founding` came recorded, cases and answers in one file; each other has its cases under `cases/`. */
export async function recordedCases(area: string): Promise<readonly RecordedCase[]> {
  if (area !== 'founding') return readRecorded(area, await casesOf(area))
  return JSON.parse(await readFile(new URL('recorded/founding.recorded.json', import.meta.url), 'utf8')) as RecordedCase[]
}
