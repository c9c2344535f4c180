/** Plays recorded cases against any cluster, some at once, and tells where it answers otherwise than the recorded server. */
import { differences, type Difference } from './differences.ts'
import { levelled } from './levelled.ts'
import { RawClient } from './raw-client.ts'
import type { RecordedCase } from './recorded-case.ts'
import { runCase } from './run-case.ts'

export interface Outcome {
  readonly name: string
  /** Empty: the same. */
  readonly differences: readonly Difference[]
}

/** Runs all cases; an error of a case is a difference of it. */
export async function runCases(kubeconfigFile: string, cases: readonly RecordedCase[], atOnce = 8): Promise<Outcome[]> {
  const client = await RawClient.of(kubeconfigFile)
  const run = Date.now().toString(36).slice(-5)
  const outcomes = Array<Outcome>(cases.length)
  const queue = [...cases.entries()]
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, one] = next
      const namespace = `rec-${run}-${String(index).padStart(4, '0')}`
      const answers = await runCase(client, one, namespace).catch((error: unknown) => [{ error: String(error) }])
      outcomes[index] = { name: one.name, differences: differences(levelled(one.answers), levelled(answers)) }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  client.close()
  return outcomes
}
