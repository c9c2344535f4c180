/**
 * `node e2e/kubernetes/record.ts KUBECONFIG [AREA...]`: plays the cases against a real cluster and writes what it answered to `recorded/`.
 * Each is played three times; one that does not answer alike each time is a race: it is named, and nothing is written until it is mended.
 */
import { areas, casesOf } from './cases/index.ts'
import { told } from './differences.ts'
import { RawClient } from './raw-client.ts'
import { writeRecorded } from './recorded-file.ts'
import { compare, playCases } from './run-cases.ts'

const TIMES = 3

const [kubeconfig, ...named] = process.argv.slice(2)
if (kubeconfig === undefined) {
  console.error('usage: node e2e/kubernetes/record.ts KUBECONFIG [AREA...]')
  process.exit(2)
}
const client = await RawClient.of(kubeconfig)
const { gitVersion } = (await client.send({ path: '/version' })).json as { gitVersion: string }
client.close()
for (const area of named.length > 0 ? named : await areas()) {
  const cases = await casesOf(area)
  const [first = [], ...others] = await repeated(TIMES, () => playCases(kubeconfig, cases))
  const races = cases.flatMap(({ name }, index) =>
    others.flatMap((other) =>
      compare(first[index] ?? [], other[index] ?? []).map((one) => `${area}/${name}: not alike each time: ${told(one)}`)
    )
  )
  const failures = cases.flatMap(({ name }, index) =>
    (first[index] ?? []).flatMap(({ error }) => (error === undefined ? [] : [`${area}/${name}: ${String(error)}`]))
  )
  for (const line of new Set([...races, ...failures])) console.error(line)
  if (races.length + failures.length > 0) process.exitCode = 1
  else
    await writeRecorded(
      area,
      gitVersion,
      cases.map((one, index) => ({ ...one, answers: first[index] ?? [] }))
    )
  console.log(`${area}: ${cases.length} cases${races.length + failures.length > 0 ? ', not written' : ` of ${gitVersion}`}`)
}

async function repeated<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = []
  while (results.length < times) results.push(await work())
  return results
}
