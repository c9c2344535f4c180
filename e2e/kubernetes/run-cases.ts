/** Plays cases against any cluster, some at once, and tells where it answers otherwise than the recorded server. */
import { differences, type Difference } from './differences.ts'
import { startHooks } from './hooks.ts'
import { levelled } from './levelled.ts'
import { RawClient } from './raw-client.ts'
import type { Answer, Case, RecordedCase } from './recorded-case.ts'
import { runCase } from './run-case.ts'

export interface Outcome {
  readonly name: string
  /** Empty: the same. */
  readonly differences: readonly Difference[]
}

const AT_ONCE = 8

/** What the cluster answers to each case, in their order; an error of a case is an answer of it. */
export async function playCases(kubeconfigFile: string, cases: readonly Case[]): Promise<readonly (readonly Answer[])[]> {
  const client = await RawClient.of(kubeconfigFile)
  const hooks = await startHooks()
  const run = Date.now().toString(36).slice(-5)
  const answers = Array<readonly Answer[]>(cases.length)
  const queue = [...cases.entries()]
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, one] = next
      const namespace = `rec-${run}-${String(index).padStart(4, '0')}`
      answers[index] = await runCase(client, one, namespace, hooks).catch((error: unknown) => [{ error: String(error) }])
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  client.close()
  await hooks.close()
  return answers
}

/** Runs all cases and compares. */
export async function runCases(kubeconfigFile: string, cases: readonly RecordedCase[]): Promise<Outcome[]> {
  const answers = await playCases(kubeconfigFile, cases)
  return cases.map((one, index) => ({ name: one.name, differences: compare(one.answers, answers[index] ?? []) }))
}

/** Where two outcomes of one case differ, apart from what no two clusters share. */
export const compare = (expected: readonly Answer[], actual: readonly Answer[]): Difference[] =>
  differences(levelled(expected), levelled(actual))
