/** `helm upgrade` from a release before this one, and `helm rollback` to it, while requests come: none is lost. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { deployments } from '@knative-ts/api/kubernetes'
import { roleNames, systemNamespace } from '@knative-ts/api/system'
import { thisMachine } from '../rig/gateway-address.ts'
import { imageOf } from '../rig/installation.ts'
import { usePlatform } from '../rig/platform.ts'
import { root } from '../rig/root.ts'
import { until } from '../rig/until.ts'
import { previousChart, type PreviousChart } from './chart/previous-chart.ts'
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

const platform = usePlatform('chart')
let rig: Rig
let previous: PreviousChart
let loads: readonly PacedRequests[] = []

const helm = (...words: readonly string[]): Promise<string> => rig.run('helm', ...words, '--namespace', releaseName)

/** Resolves when every role runs with images of that tag, and no pod of another one is left. */
async function rolledOut(wanted: string): Promise<void> {
  for (const role of roleNames) {
    const { spec } = await platform.client.get(deployments, { namespace: systemNamespace, name: role })
    expect(spec?.template.spec?.containers[0]?.image).toBe(`dev.local/knative-ts/${role}:${wanted}`)
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

const lostSince = (began: number): readonly string[] => loads.flatMap((load) => lostOf(load.failures(), began))

beforeAll(async () => {
  rig = await openRig(process.env['E2E_RIG'] ?? '')
  previous = await previousChart(rig, tag)
  await helm('upgrade', releaseName, previous.directory, ...valuesFor(previous.tag))
  await rolledOut(previous.tag)
  const { client, namespace } = platform
  const gateway = { host: platform.gateway.address ?? thisMachine, port: platform.gateway.port }
  const host = await steadyService({ client, namespace, image: imageOf('inspector'), gateway })
  loads = (['fresh', 'kept'] as const).map((connections) => startPacedRequests({ gateway, host, perSecond, connections }))
  await more(2)
}, stepMs)

afterAll(async () => {
  await Promise.all(loads.map((load) => load.stop()))
  await installChart(rig, tag)
  await previous?.remove()
}, stepMs)

describe('under 100 requests a second', () => {
  it(
    'an upgrade loses none',
    async () => {
      const began = performance.now()
      await helm('upgrade', releaseName, `${root}/charts/knative-ts`, ...valuesFor(tag))
      await rolledOut(tag)
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
      await rolledOut(previous.tag)
      await more(5)
      expect(lostSince(began)).toEqual([])
      const release = JSON.parse(await helm('get', 'metadata', releaseName, '--output', 'json')) as { version: string }
      expect(release.version).toBe(previous.version)
    },
    stepMs
  )
})
