/** From the creation of a Service to Ready at scale 1, and whether the very first request after it is answered. One Service after the other. */
import { isReady, knativeServices, type Service } from '@knative-ts/api'
import { pods, type Pod } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'
import { figure, percentile } from '../rig/figure.ts'
import { hostOf, serviceOf } from '../rig/knative-service.ts'
import { machine } from '../rig/machine.ts'
import { until } from '../rig/until.ts'
import { onStandalone, type BenchStandalone } from './rig/on-standalone.ts'

const runs = Number(process.argv[2] ?? 20)
const namespace = 'default'
const withinMs = 30_000
/** Between two runs: what the deletion makes everybody do is over. */
const pauseMs = 500

/** Resolves with the Service when a watch says that it is Ready. */
async function ready(client: KubeClient, name: string, resourceVersion: string): Promise<Service> {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(new Error(`${name} is not Ready within ${withinMs} ms`)), withinMs)
  try {
    const events = client.watch<Service>(knativeServices, { namespace, resourceVersion, signal: over.signal })
    for await (const event of events) {
      if (event.type !== 'BOOKMARK' && event.object.metadata.name === name && isReady(event.object)) return event.object
    }
    throw over.signal.aborted ? over.signal.reason : new Error('the watch ended')
  } finally {
    clearTimeout(timer)
    over.abort()
  }
}

async function run({ client, http }: BenchStandalone, index: number): Promise<{ readonly ms: number; readonly failed: boolean }> {
  const name = `ready-${index}`
  const { resourceVersion } = await client.list<Service>(knativeServices, { namespace })
  const seen = ready(client, name, resourceVersion)
  const began = performance.now()
  const [, service] = await Promise.all([client.create(knativeServices, serviceOf({ name })), seen])
  const ms = performance.now() - began
  const { status, body } = await http.get(hostOf(service))
  if (status !== 200) console.error(`${name}: the first request after Ready: HTTP ${status} ${body}`)
  await client.delete(knativeServices, { namespace, name })
  // The pods themselves stay until their queue-proxies have drained, and cost nothing meanwhile.
  const running = async (): Promise<Pod[]> =>
    (await client.list<Pod>(pods, { namespace })).items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  await until('its pods end', async () => (await running()).length === 0, withinMs)
  await new Promise((resolve) => setTimeout(resolve, pauseMs))
  return { ms, failed: status !== 200 }
}

async function measure(bench: BenchStandalone): Promise<void> {
  const times: number[] = []
  let failed = 0
  for (let index = 0; index < runs; index++) {
    const result = await run(bench, index)
    times.push(result.ms)
    if (result.failed) failed++
  }
  const more = { runs, ...machine() }
  figure('ready', 'p50_ms', percentile(times, 0.5), 'ms', more)
  figure('ready', 'p95_ms', percentile(times, 0.95), 'ms', { ...more, worst: Math.round(Math.max(...times)), goal: 1500 })
  figure('ready', 'first_200_failed', failed, 'requests', { runs, goal: 0 })
  if (failed > 0) process.exitCode = 1
}

await onStandalone(measure)
process.exit()
