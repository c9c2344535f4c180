/** `helm upgrade` from this release to another one, and `helm rollback` to it, while requests and events come: none is lost. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { brokers, triggers } from '@knative-ts/api'
import { deployments, statefulSets } from '@knative-ts/api/kubernetes'
import { eventingRoleNames, namespaceOf, roleNames, roleShapes } from '@knative-ts/api/system'
import { startPublisher, type Publisher } from '../chaos/publisher.ts'
import { eventingUser, serviceAddresses, type EventingUser } from '../rig/eventing-user.ts'
import { thisMachine } from '../rig/gateway-address.ts'
import { imageOf } from '../rig/installation.ts'
import { usePlatform } from '../rig/platform.ts'
import { until } from '../rig/until.ts'
import { nextChart, type NextChart } from './chart/next-chart.ts'
import { releaseName, valuesFor } from './chart/release.ts'
import { installChart } from './rig/installed-chart.ts'
import { openRig, type Rig } from './rig/rig.ts'
import { lostOf } from './roles/lost-requests.ts'
import { startPacedRequests, type PacedRequests } from './roles/paced-requests.ts'
import { settledRole } from './roles/role-replicas.ts'
import { steadyService } from './roles/steady-service.ts'

/** Of each of two loads: connections that are used again, and one for each request. */
const perSecond = 50
const stepMs = 600_000
const tag = process.env['E2E_TAG'] ?? '0.1.0'

const platform = usePlatform('chart', { eventing: true })
let rig: Rig
/** Version of the release that the suite has found. */
let installed: string | undefined
let next: NextChart
let loads: readonly PacedRequests[] = []
let user: EventingUser
let events: Publisher | undefined

const helm = (...words: readonly string[]): Promise<string> => rig.run('helm', ...words, '--namespace', releaseName)

async function releaseVersion(): Promise<string> {
  return (JSON.parse(await helm('get', 'metadata', releaseName, '--output', 'json')) as { version: string }).version
}

/** Resolves when every role runs with images of that tag, and no pod of another one is left. */
async function rolledOut(wanted: string): Promise<void> {
  for (const role of [...roleNames, ...eventingRoleNames]) {
    const { app = role, volume } = roleShapes[role]
    const resource = volume === undefined ? deployments : statefulSets
    const { spec } = await platform.client.get(resource, { namespace: namespaceOf(role), name: role })
    expect(spec?.template?.spec?.containers[0]?.image).toBe(`dev.local/knative-ts/${app}:${wanted}`)
    await settledRole(platform.client, role, spec?.replicas ?? 1)
  }
}

const more = (seconds: number): Promise<unknown> =>
  Promise.all(
    loads.map((load) => {
      const count = load.sent() + seconds * perSecond
      return until('the load goes on', async () => load.sent() >= count, 60_000, 100)
    })
  )

/** Posts to a Broker, whose Trigger leads to a recorder. */
async function startEvents(): Promise<Publisher> {
  const { client, namespace } = platform
  user = eventingUser(client, namespace)
  const subscriber = { ref: { apiVersion: 'v1', kind: 'Service', name: 'arrived' } }
  await user.recorder('arrived')
  await user.apply(
    { apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', metadata: { name: 'steady' } },
    { apiVersion: 'eventing.knative.dev/v1', kind: 'Trigger', metadata: { name: 'steady' }, spec: { broker: 'steady', subscriber } }
  )
  const [{ status }] = await Promise.all([user.ready(brokers, 'steady'), user.ready(triggers, 'steady')])
  const url = new URL(status?.address?.url ?? '')
  return startPublisher({ ...(await serviceAddresses(client)(url)), url, perSecond, keys: perSecond, typeOf: () => 'steady' })
}

const lostSince = (began: number): readonly string[] => loads.flatMap((load) => lostOf(load.failures(), began))

beforeAll(async () => {
  rig = await openRig(process.env['E2E_RIG'] ?? '')
  next = await nextChart(rig, tag)
  installed = await releaseVersion()
  await rolledOut(tag)
  events = await startEvents()
  const { client, namespace } = platform
  const gateway = { host: platform.gateway.address ?? thisMachine, port: platform.gateway.port }
  const host = await steadyService({ client, namespace, image: imageOf('inspector'), gateway })
  loads = (['fresh', 'kept'] as const).map((connections) => startPacedRequests({ gateway, host, perSecond, connections }))
  await more(2)
}, stepMs)

afterAll(async () => {
  await Promise.all([...loads, ...(events === undefined ? [] : [events])].map((load) => load.stop()))
  // Where the rollback has failed.
  if ((await releaseVersion()) !== installed) await installChart(rig, tag)
  await next?.remove()
}, stepMs)

describe('under 100 requests a second', () => {
  it(
    'an upgrade loses none',
    async () => {
      const began = performance.now()
      await helm('upgrade', releaseName, next.directory, ...valuesFor(next.tag))
      await rolledOut(next.tag)
      expect(await releaseVersion()).toBe(next.version)
      await more(5)
      expect(lostSince(began)).toEqual([])
    },
    stepMs
  )

  it(
    'a rollback loses none, and brings back what was before',
    async () => {
      const began = performance.now()
      await helm('rollback', releaseName)
      await rolledOut(tag)
      await more(5)
      expect(lostSince(began)).toEqual([])
      expect(await releaseVersion()).toBe(installed)
    },
    stepMs
  )

  it(
    'no event that was taken is lost, whichever release took it',
    async () => {
      await events?.stop()
      const taken = events?.taken ?? []
      expect(taken.length).toBeGreaterThan(10 * perSecond)
      await until(
        'all have come',
        async () => {
          const there = new Set((await user.received('arrived')).map(({ headers }) => headers['ce-id']))
          return taken.every(({ id }) => there.has(id))
        },
        120_000,
        1000
      )
    },
    stepMs
  )
})
