/** What alerts and dashboards ask for is what roles expose while users use them. */
import type { Pod } from '@knative-ts/api/kubernetes'
import { pods } from '@knative-ts/api/kubernetes'
import { beforeAll, expect, it } from '@jest/globals'
import { metricsNamed } from '../../tools/generate/observability/metrics-named.ts'
import { imageOf } from '../rig/installation.ts'
import { usePlatform } from '../rig/platform.ts'
import { until } from '../rig/until.ts'

const platform = usePlatform('observability')
const roles = ['controller', 'webhook', 'autoscaler', 'activator', 'gateway']
const system = 'knative-serving'

/** The names of all series that any role exposes now. Through the API server: nobody outside a cluster reaches its pods. */
async function exposed(): Promise<Set<string>> {
  const { items } = await platform.client.list<Pod>(pods, { namespace: system })
  const ours = items.filter(({ metadata, status }) => roles.includes(metadata.labels?.['app'] ?? '') && status?.phase === 'Running')
  const texts = await Promise.all(
    ours.map(async ({ metadata: { name } }) => {
      const answer = await platform.client.raw({ method: 'GET', path: `/api/v1/namespaces/${system}/pods/${name}:8086/proxy/metrics` })
      return answer.status === 200 ? answer.body : ''
    })
  )
  return new Set(texts.flatMap((text) => [...text.matchAll(/^([a-z_0-9]+)[{ ]/gm)].map(([, name = '']) => name)))
}

let wanted: string[]

beforeAll(async () => {
  wanted = metricsNamed()
  // The first question begins the measuring.
  await exposed()
  await platform.configure('config-autoscaler', { 'allow-zero-initial-scale': 'true' })
  const asleep = { 'autoscaling.knative.dev/initial-scale': '0' }
  const { host } = await platform.user.deploy({ name: 'seen', image: imageOf('inspector'), annotations: asleep })
  expect(await platform.http.get(host)).toMatchObject({ status: 200 })
}, 240_000)

it('every metric that an alert or a dashboard names is exposed', async () => {
  let missing: string[] = wanted
  await until(
    'all are exposed',
    async () => {
      const names = await exposed()
      missing = wanted.filter((name) => !names.has(name))
      return missing.length === 0
    },
    90_000,
    1000
  ).catch(() => expect(missing).toEqual([]))
  expect(wanted.length).toBeGreaterThan(20)
}, 120_000)
