/**
 * containerConcurrency 1 is never 2, in the whole system: user containers that count what is open at them, behind queue-proxies, two activators and the
 * gateway, while pods come and go, an activator is killed, and another revision takes over; a good part of the clients gives up.
 */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { knativeServices, type Service } from '@knative-ts/api'
import { deployments, endpointSlices, type Deployment, type EndpointSlice } from '@knative-ts/api/kubernetes'
import { seededRandom } from '@knative-ts/testing'
import { hostOf, readyService, replicasOf, serviceOf } from '../rig/knative-service.ts'
import { descendants } from '../rig/processes.ts'
import { startRudeLoad } from '../rig/rude-load.ts'
import { root, startStandalone, type StandaloneProcess } from '../rig/standalone-process.ts'
import { configure } from '../rig/system-config.ts'
import { until } from '../rig/until.ts'

/** 100,000 by hand: ONE_AT_A_TIME_REQUESTS=100000. */
const requests = Number(process.env['ONE_AT_A_TIME_REQUESTS'] ?? 10_000)
const seed = Number(process.env['ONE_AT_A_TIME_SEED'] ?? 1)
const waitMs = 240_000

let standalone: StandaloneProcess
let host: string

const service = (version: string): Service =>
  serviceOf({
    name: 'single',
    image: 'dev.local/one-at-a-time',
    env: { VERSION: version },
    containerConcurrency: 1,
    annotations: {
      'autoscaling.knative.dev/min-scale': '1',
      'autoscaling.knative.dev/max-scale': '4',
      // The activators stay in the path, whatever capacity there is.
      'autoscaling.knative.dev/target-burst-capacity': '-1'
    }
  })

/** The activators behind the revision's public Service, as the activators themselves divide its pods by. */
async function activatorsOf(revision: string): Promise<number> {
  const labelSelector = `kubernetes.io/service-name=${revision}`
  const { items } = await standalone.client.list<EndpointSlice>(endpointSlices, { namespace: 'default', labelSelector })
  return new Set(items.flatMap(({ endpoints }) => (endpoints ?? []).flatMap(({ addresses }) => addresses))).size
}

const activatorProcesses = (): number[] =>
  descendants(standalone.process.pid ?? 0)
    .filter(({ command }) => command.endsWith('/activator/main.mjs'))
    .map(({ pid }) => pid)

const readyPods = async (revision: string): Promise<number> => (await replicasOf(standalone.client, revision)).ready

beforeAll(async () => {
  standalone = await startStandalone({ args: ['--images', join(root, 'e2e/images')] })
  const { client } = standalone
  await configure(client, 'config-autoscaler', { 'stable-window': '6s' })
  const role = { namespace: 'knative-serving', name: 'activator' }
  await client.patch<Deployment>(deployments, role, { type: 'merge', body: { spec: { replicas: 2 } } })
  await client.create(knativeServices, service('1'))
  host = hostOf(await readyService(client, 'single'))
  await until('two activators are behind the revision', async () => (await activatorsOf('single-00001')) === 2, waitMs)
}, 360_000)

afterAll(() => standalone?.stop(), 180_000)

it(`holds over ${requests} requests (seed ${seed})`, async () => {
  const { client } = standalone
  const load = startRudeLoad({ port: standalone.gatewayPort, host, clients: 12, random: seededRandom(seed) })
  const { report } = load
  await until('load makes four pods', async () => (await readyPods('single-00001')) === 4, waitMs)

  load.resize(1)
  await until('pods go with the load', async () => (await readyPods('single-00001')) < 3, waitMs)

  load.resize(12)
  const before = report.sent
  const [killed] = activatorProcesses()
  if (killed === undefined) throw new Error('no process of an activator was found')
  process.kill(killed, 'SIGKILL')
  await until('requests go on without the activator', async () => report.sent > before + 500, waitMs)
  await until(
    'two activators run again',
    async () => activatorProcesses().length === 2 && (await activatorsOf('single-00001')) === 2,
    waitMs
  )
  // What may not be repeated, and was at the activator when it died.
  const lost = (report.statuses.get(502) ?? 0) + (report.statuses.get(0) ?? 0)
  expect(lost).toBeLessThanOrEqual(12)

  await client.patch(knativeServices, { namespace: 'default', name: 'single' }, { type: 'merge', body: { spec: service('2').spec } })
  await until('the second revision answers', async () => [...report.from].some((from) => from.startsWith('single-00002/')), waitMs)
  await until('the second revision has four pods', async () => (await readyPods('single-00002')) === 4, waitMs)

  await until(`${requests} have been sent`, async () => report.sent >= requests, 1_800_000)
  load.resize(0)
  await load.done

  expect(report.overlap).toBe('')
  expect(report.most).toBe(1)
  expect([...report.statuses].filter(([status]) => status !== 200).reduce((sum, [, count]) => sum + count, 0)).toBe(lost)
  // Four pods of either revision at least.
  expect(report.from.size).toBeGreaterThanOrEqual(8)
  expect(report.abandoned).toBeGreaterThan(report.sent / 5)
}, 2_000_000)
