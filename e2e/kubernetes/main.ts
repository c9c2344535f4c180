/** `node e2e/kubernetes/main.ts KUBECONFIG [FILE [REGEXP]]`: the recorded cases against a running cluster, a line for each difference. */
import { readFile } from 'node:fs/promises'
import { told } from './differences.ts'
import type { RecordedCase } from './recorded-case.ts'
import { runCases } from './run-cases.ts'

const [kubeconfig, file = new URL('kube.recorded.json', import.meta.url), only = ''] = process.argv.slice(2)
if (kubeconfig === undefined) {
  console.error('usage: node e2e/kubernetes/main.ts KUBECONFIG [FILE [REGEXP]]')
  process.exit(2)
}
const cases = (JSON.parse(await readFile(file, 'utf8')) as RecordedCase[]).filter(({ name }) => new RegExp(only).test(name))
const outcomes = await runCases(kubeconfig, cases)
const different = outcomes.filter((one) => one.differences.length > 0)
for (const { name, differences } of different) for (const one of differences) console.log(`${name} ${told(one)}`)
console.log(`${outcomes.length - different.length} same, ${different.length} different`)
process.exitCode = different.length === 0 ? 0 : 1
