// Posts events to a Broker, and is the subscriber of its Trigger. Ends with 0 when every role is ready and an event has come.
import { lookup } from 'node:dns/promises'
import { createServer } from 'node:http'

const domain = 'knative-eventing.svc'
const expected = Number(process.env.PODS)
// Names of pods that came a moment ago take some seconds to be known, and so does a Trigger.
const until = Date.now() + 90_000

const come = new Map()
const subscriber = createServer((request, response) => {
  come.set(request.headers['ce-id'], request.headers['ce-type'])
  request.resume()
  request.on('end', () => response.writeHead(200).end())
}).listen(8080)

const answered = async (url, status, options = {}) => {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000), ...options })
  const text = (await response.text()).trim()
  if (response.status !== status) throw new Error(`answered ${response.status} instead of ${status}: ${text}`)
}
const ready = async () => {
  const pods = await lookup(`metrics.${domain}`, { all: true })
  for (const { address, family } of pods) await answered(`http://${family === 6 ? `[${address}]` : address}:8086/readyz`, 200)
  if (pods.length < expected) throw new Error(`${pods.length} pods are there instead of ${expected}`)
}
let posted = 0
const delivered = async () => {
  const id = `test-${(posted += 1)}`
  const headers = { 'ce-specversion': '1.0', 'ce-id': id, 'ce-source': '/helm/test', 'ce-type': 'helm.test', 'content-type': 'text/plain' }
  await answered(`http://broker-ingress.${domain}/knative-eventing/knative-eventing-test`, 202, { method: 'POST', headers, body: 'test' })
  // One that was taken before the Trigger was there concerns nobody: the next one does.
  for (let looks = 0; looks < 20 && !come.has(id); looks += 1) await new Promise((resolve) => setTimeout(resolve, 100))
  if (come.get(id) !== 'helm.test') throw new Error('an event was taken and has not come')
}
const checks = [
  [`${expected} pods of all roles are ready`, ready],
  ['an event goes from a Broker by a Trigger to its subscriber', delivered]
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
subscriber.close()
subscriber.closeAllConnections()
