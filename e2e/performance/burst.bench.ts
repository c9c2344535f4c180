/**
 * Twenty Services at zero on a standalone, and one request to each at the same instant; before each burst one of them alone, to compare with.
 * `npm run bench -- burst [ROUNDS]`
 */
import { knativeServices } from '@knative-ts/api'
import { pods } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'
import { figure, percentile } from '../rig/figure.ts'
import { hostOf, readyService, serviceOf } from '../rig/knative-service.ts'
import { machine } from '../rig/machine.ts'
import { configure } from '../rig/system-config.ts'
import { until } from '../rig/until.ts'
import { onStandalone, type BenchStandalone } from './rig/on-standalone.ts'

const bench = 'burst'
const rounds = Number(process.argv[2] ?? 3)
const count = 20
const namespace = 'default'
/** The shortest that there is: nobody waits for sleep for long. */
const annotations = { 'autoscaling.knative.dev/window': '6s' }
const goals = { p95X: 1, failed: 0 }

async function allSleep(client: KubeClient): Promise<void> {
  await until('all sleep', async () => (await client.list(pods, { namespace })).items.length === 0, 180_000, 250)
  // What the last end made everybody do is over.
  await new Promise((resolve) => setTimeout(resolve, 1_000))
}

async function measure({ client, http }: BenchStandalone): Promise<void> {
  await configure(client, 'config-autoscaler', { 'scale-to-zero-grace-period': '1s' })
  const names = Array.from({ length: count }, (_, index) => `burst-${index}`)
  await Promise.all(names.map((name) => client.create(knativeServices, serviceOf({ name, annotations }))))
  const hosts = await Promise.all(names.map(async (name) => hostOf(await readyService(client, name, 120_000))))
  const [alone, together]: [number[], number[]] = [[], []]
  const failures: string[] = []
  const ask = async (host: string, times: number[]): Promise<void> => {
    const { status, body, ms } = await http.get(host)
    if (status === 200) times.push(ms)
    else failures.push(`${host}: HTTP ${status} ${body}`)
  }
  for (let round = 0; round < rounds; round++) {
    await allSleep(client)
    // Connections of client, gateway and activator are open, as on any platform in use.
    await Promise.all(hosts.map(() => http.get(`nobody.${namespace}.localhost`)))
    await ask(hosts[round % count] ?? '', alone)
    await allSleep(client)
    await Promise.all(hosts.map((host) => ask(host, together).catch((error: unknown) => failures.push(`${host}: ${String(error)}`))))
  }
  const p95Ms = percentile(together, 0.95)
  const oneMs = percentile(alone, 0.5)
  const more = { rounds, services: count, ...machine() }
  figure(bench, 'p50_ms', percentile(together, 0.5), 'ms', more)
  figure(bench, 'p95_ms', p95Ms, 'ms', { ...more, worst: Math.round(Math.max(...together)), one_alone_ms: Math.round(oneMs) })
  figure(bench, 'p95_x', p95Ms / ((oneMs * count) / machine().processors), 'x', { goal: goals.p95X })
  figure(bench, 'failed', failures.length, 'requests', { goal: goals.failed })
  if (failures.length > 0) throw new Error(failures.join('\n'))
}

await onStandalone(measure, { sockets: 2 * count })
process.exit()
