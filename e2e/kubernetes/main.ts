/** `node e2e/kubernetes/main.ts KUBECONFIG [AREA [REGEXP]]`: the recorded cases against a running cluster, a line for each difference. */
import { areas } from './cases/index.ts'
import { told } from './differences.ts'
import { recordedCases } from './recorded-cases.ts'
import { runCases } from './run-cases.ts'

const [kubeconfig, area, only = ''] = process.argv.slice(2)
if (kubeconfig === undefined) {
  console.error('usage: node e2e/kubernetes/main.ts KUBECONFIG [AREA [REGEXP]]')
  process.exit(2)
}
let same = 0
let different = 0
for (const one of area === undefined ? ['founding', ...(await areas())] : [area]) {
  const cases = (await recordedCases(one)).filter(({ name }) => new RegExp(only).test(name))
  for (const { name, differences } of await runCases(kubeconfig, cases)) {
    for (const difference of differences) console.log(`${one}/${name} ${told(difference)}`)
    if (differences.length === 0) same++
    else different++
  }
}
console.log(`${same} same, ${different} different`)
process.exitCode = different === 0 ? 0 : 1
