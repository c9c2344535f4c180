/** Two controllers and two autoscalers, three buckets each: leaders that are killed under load, and an API server that is away. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { knativeServices } from '@knative-ts/api'
import { pods, type Pod } from '@knative-ts/api/kubernetes'
import { loadClusterConfig } from '@knative-ts/kube'
import { hostOf, readyService, replicasOf, serviceOf } from '../rig/knative-service.ts'
import { interruptedServer, type InterruptedServer } from '../rig/interrupted-server.ts'
import { startLoad, type Load } from '../rig/load.ts'
import { holders, killPod, podsOf, replicate } from '../rig/replicated-roles.ts'
import { gatewayClient, type GatewayClient } from '../rig/service-request.ts'
import { startStandalone, type StandaloneProcess } from '../rig/standalone-process.ts'
import { configure } from '../rig/system-config.ts'
import { until } from '../rig/until.ts'

/** The lease that decides who leads a bucket of each role. */
const prefixes = {
  controller: 'controller.knative.dev.serving.pkg.reconciler.revision.reconciler.',
  autoscaler: 'autoscaler-bucket-'
} as const
type LedRole = keyof typeof prefixes

let standalone: StandaloneProcess
let server: InterruptedServer
let http: GatewayClient
let host: string

const sleeping = { 'autoscaling.knative.dev/window': '6s' }

beforeAll(async () => {
  standalone = await startStandalone()
  const { client } = standalone
  http = gatewayClient(standalone.gatewayPort)
  const { hostname, port } = new URL((await loadClusterConfig({ KUBECONFIG: standalone.kubeconfig })).server)
  server = await interruptedServer(client, { host: hostname, port: Number(port) })
  await configure(client, 'config-leader-election', { buckets: '3' })
  await configure(client, 'config-autoscaler', { 'scale-to-zero-grace-period': '2s' })
  const env = { KUBERNETES_SERVICE_PORT: String(server.port) }
  for (const role of ['activator', 'webhook'] as const) await replicate(client, role, 1, env)
  for (const role of ['controller', 'autoscaler'] as const) await replicate(client, role, 2, env)
  await replicate(client, 'gateway', 1, env)
  const annotations = { 'autoscaling.knative.dev/min-scale': '2', 'autoscaling.knative.dev/max-scale': '3' }
  await client.create(knativeServices, serviceOf({ name: 'steady', annotations }))
  host = hostOf(await readyService(client, 'steady', 120_000))
}, 400_000)

const loads: Load[] = []
afterAll(async () => {
  for (const load of loads) await load.stop()
  http?.close()
  await standalone?.stop()
  await server?.close()
}, 180_000)

/** Leases of the buckets; those of the one bucket that there was before are nobody's. */
async function bucketsOf(prefix: string): Promise<ReadonlyMap<string, string>> {
  return new Map([...(await holders(standalone.client, prefix))].filter(([name]) => name.endsWith('-of-03')))
}

/** Every bucket of the role is led by a pod that is there; resolves with them. */
function allLed(role: LedRole, without = ''): Promise<ReadonlyMap<string, string>> {
  return until(
    `every bucket of the ${role} is led`,
    async () => {
      const led = await bucketsOf(prefixes[role])
      const alive = new Set((await podsOf(standalone.client, role)).map(({ metadata }) => metadata.name ?? ''))
      const names = [...led.values()]
      return names.length === 3 && names.every((name) => name !== without && alive.has(name)) && led
    },
    60_000,
    100
  )
}

/** A Service that is new gets ready, and one that sleeps wakes: all that leaders do. */
async function everythingWorks(name: string): Promise<void> {
  const annotations = { ...sleeping, 'autoscaling.knative.dev/scale-down-delay': '0s' }
  await standalone.client.create(knativeServices, serviceOf({ name, annotations }))
  const service = await readyService(standalone.client, name, 120_000)
  expect((await http.get(hostOf(service))).status).toBe(200)
}

it('leads every bucket under upstream’s names', async () => {
  await allLed('controller')
  await allLed('autoscaler')
  const all = [...(await bucketsOf('controller.')).keys()]
  expect(all).toHaveLength(9 * 3)
  expect(all).toContain('controller.knative.dev.serving.pkg.reconciler.route.reconciler.02-of-03')
  expect([...(await bucketsOf(prefixes.autoscaler)).keys()].sort()).toEqual(
    ['00', '01', '02'].map((number) => `autoscaler-bucket-${number}-of-03`)
  )
  expect([...(await bucketsOf('hpaautoscaler.')).keys()]).toHaveLength(3)
  await everythingWorks('first')
}, 200_000)

it.each(['controller', 'autoscaler'] as const)(
  'S031 kill -9 of a leading %s under load loses nothing, and its buckets are led by another one within 20 s',
  async (role) => {
    const { client } = standalone
    const [victim = ''] = (await allLed(role)).values()
    const load = startLoad({ port: standalone.gatewayPort, host, connections: 10, reconnect: true, pauseMs: 50 })
    loads.push(load)
    await until('the load runs', async () => load.sent() > 50)
    const began = performance.now()
    await killPod(client, victim)
    await allLed(role, victim)
    const tookMs = performance.now() - began
    await everythingWorks(`after-${role}`)
    const { failures, retried } = await load.stop()
    expect(failures).toEqual([])
    expect(retried).toBe(0)
    expect(tookMs).toBeLessThan(20_000)
  },
  300_000
)

it('S031 the API server away for longer than leases last: requests are answered, no pod goes, and everything goes on after', async () => {
  const { client } = standalone
  const steady = (await client.get(knativeServices, { namespace: 'default', name: 'steady' })).status?.latestReadyRevisionName ?? ''
  const podsOfSteady = async (): Promise<string[]> =>
    (await client.list<Pod>(pods, { namespace: 'default', labelSelector: `serving.knative.dev/revision=${steady}` })).items.map(
      ({ metadata }) => metadata.uid ?? ''
    )
  const before = (await podsOfSteady()).sort()
  const load = startLoad({ port: standalone.gatewayPort, host, connections: 10, reconnect: false, pauseMs: 50 })
  loads.push(load)
  expect(server.open()).toBeGreaterThan(0)
  await server.cut()
  const awayMs = 27_000
  const end = performance.now() + awayMs
  let atTheEnd = 0
  await until(
    'the API server was away for a while',
    async () => {
      atTheEnd = load.sent()
      return performance.now() > end
    },
    awayMs + 30_000,
    1_000
  )
  expect(server.open()).toBe(0)
  await server.mend()
  await allLed('controller')
  await allLed('autoscaler')
  await until('the load goes on', async () => load.sent() > atTheEnd + 100)
  const { failures } = await load.stop()
  expect(failures).toEqual([])
  expect((await podsOfSteady()).sort()).toEqual(before)
  expect((await replicasOf(client, steady)).wanted).toBe(2)
  await everythingWorks('after-all')
}, 300_000)
