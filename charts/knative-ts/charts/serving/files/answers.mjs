// Asks every pod of the roles for its readiness, and gateway and activator for an answer. Ends with 0 when all say what they should.
import { lookup } from 'node:dns/promises'

const domain = 'knative-serving.svc'
const expected = Number(process.env.PODS)
// Names of pods that came a moment ago take some seconds to be known.
const until = Date.now() + 90_000

const answered = async (url, status, headers = {}) => {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(5_000) })
  const text = (await response.text()).trim()
  if (response.status !== status) throw new Error(`answered ${response.status} instead of ${status}: ${text}`)
}
const ready = async () => {
  const pods = await lookup(`metrics.${domain}`, { all: true })
  for (const { address, family } of pods) await answered(`http://${family === 6 ? `[${address}]` : address}:8086/readyz`, 200)
  if (pods.length < expected) throw new Error(`${pods.length} pods are there instead of ${expected}`)
}
const checks = [
  [`${expected} pods of all roles are ready`, ready],
  ['the gateway answers for a host that nobody has', () => answered(`http://gateway.${domain}/`, 404)],
  ['the gateway answers inside the cluster', () => answered(`http://gateway-internal.${domain}/`, 404)],
  ['the activator answers', () => answered(`http://activator-service.${domain}/`, 200, { 'k-network-probe': 'activator' })]
]

for (const [name, check] of checks) {
  for (;;) {
    const problem = await check().then(
      () => undefined,
      (error) => (error.cause === undefined ? error.message : `${error.message}: ${error.cause.message}`)
    )
    if (problem === undefined) {
      console.log(`passed: ${name}`)
      break
    }
    if (Date.now() > until) {
      console.log(`failed: ${name}: ${problem}`)
      process.exitCode = 1
      break
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}
