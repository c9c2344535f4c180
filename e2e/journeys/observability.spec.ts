/** What alerts and dashboards ask for is what roles expose while users use them. */
import type { Pod } from '@knative-ts/api/kubernetes'
import { pods } from '@knative-ts/api/kubernetes'
import { beforeAll, expect, it } from '@jest/globals'
import { brokers, pingSources, triggers } from '@knative-ts/api'
import { partNames, parts, type PartName } from '@knative-ts/api/system'
import { metricsNamed } from '../../tools/generate/observability/metrics-named.ts'
import { eventingUser } from '../rig/eventing-user.ts'
import { imageOf } from '../rig/installation.ts'
import { usePlatform } from '../rig/platform.ts'
import { until } from '../rig/until.ts'

const platform = usePlatform('observability', { eventing: true })

/** The names of all series that any role of a part exposes now. Through the API server: nobody outside a cluster reaches its pods. */
async function exposed(part: PartName): Promise<Set<string>> {
  const { namespace } = parts[part]
  const roles: readonly string[] = parts[part].roles
  const { items } = await platform.client.list<Pod>(pods, { namespace })
  const ours = items.filter(({ metadata, status }) => roles.includes(metadata.labels?.['app'] ?? '') && status?.phase === 'Running')
  const texts = await Promise.all(
    ours.map(async ({ metadata: { name } }) => {
      const answer = await platform.client.raw({ method: 'GET', path: `/api/v1/namespaces/${namespace}/pods/${name}:8086/proxy/metrics` })
      return answer.status === 200 ? answer.body : ''
    })
  )
  return new Set(texts.flatMap((text) => [...text.matchAll(/^([a-z_0-9]+)[{ ]/gm)].map(([, name = '']) => name)))
}

/** A Service that wakes from zero. */
async function useServing(): Promise<void> {
  await platform.configure('config-autoscaler', { 'allow-zero-initial-scale': 'true' })
  const asleep = { 'autoscaling.knative.dev/initial-scale': '0' }
  const { host } = await platform.user.deploy({ name: 'seen', image: imageOf('inspector'), annotations: asleep })
  expect(await platform.http.get(host)).toMatchObject({ status: 200 })
}

/** A source that ticks into a Broker, and who gets its events. */
async function useEventing(): Promise<void> {
  const user = eventingUser(platform.client, platform.namespace)
  const sink = { ref: { apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', name: 'heard' } }
  const subscriber = { ref: { apiVersion: 'v1', kind: 'Service', name: 'heard' } }
  await user.recorder('heard')
  await user.apply(
    { apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', metadata: { name: 'heard' } },
    { apiVersion: 'eventing.knative.dev/v1', kind: 'Trigger', metadata: { name: 'heard' }, spec: { broker: 'heard', subscriber } },
    { apiVersion: 'sources.knative.dev/v1', kind: 'PingSource', metadata: { name: 'heard' }, spec: { schedule: '* * * * * *', sink } }
  )
  await Promise.all([user.ready(brokers, 'heard'), user.ready(triggers, 'heard'), user.ready(pingSources, 'heard')])
  await user.arrived('heard', 1)
}

beforeAll(async () => {
  // The first question begins the measuring.
  for (const part of partNames) await exposed(part)
  await Promise.all([useServing(), useEventing()])
}, 400_000)

it.each(partNames)(
  'every metric that an alert or a dashboard of %s names is exposed',
  async (part) => {
    const wanted = metricsNamed(part)
    let missing: readonly string[] = wanted
    await until(
      'all are exposed',
      async () => {
        const names = await exposed(part)
        missing = wanted.filter((name) => !names.has(name))
        return missing.length === 0
      },
      90_000,
      1000
    ).catch(() => expect(missing).toEqual([]))
    expect(wanted.length).toBeGreaterThan(20)
  },
  120_000
)
