/** The files under `recorded/`: what a real server answered to the cases under `cases/`. */
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Answer, Case, RecordedCase } from './recorded-case.ts'

interface RecordedFile {
  /** Version of the recorded server. */
  readonly kubernetes: string
  readonly outcomes: Readonly<Record<string, { readonly case: string; readonly answers: readonly Answer[] }>>
}

const pathOf = (area: string) => join(import.meta.dirname, 'recorded', `${area}.recorded.json`)

/** Tells whether a case changed since it was recorded. */
const hashOf = ({ steps, labels, pods, settled }: Case) =>
  createHash('sha256')
    .update(JSON.stringify([steps, labels, pods, settled]))
    .digest('hex')
    .slice(0, 12)

/** Writes the outcomes of `cases` as those of an area, a line a case, in the order of the cases. */
export async function writeRecorded(area: string, kubernetes: string, cases: readonly RecordedCase[]): Promise<void> {
  const lines = cases.map((one) => `${JSON.stringify(one.name)}:${JSON.stringify({ case: hashOf(one), answers: one.answers })}`)
  await writeFile(pathOf(area), `{"kubernetes":${JSON.stringify(kubernetes)},"outcomes":{\n${lines.join(',\n')}\n}}\n`)
}

/** The cases of an area with what was recorded for them. Rejects when a case was not recorded as it stands now. */
export async function readRecorded(area: string, cases: readonly Case[]): Promise<RecordedCase[]> {
  const { outcomes } = JSON.parse(await readFile(pathOf(area), 'utf8')) as RecordedFile
  return cases.map((one) => {
    const outcome = outcomes[one.name]
    if (outcome?.case !== hashOf(one))
      throw new Error(`${area}: "${one.name}" was not recorded as it stands: node e2e/kubernetes/record.ts KUBECONFIG ${area}`)
    return { ...one, answers: outcome.answers }
  })
}
