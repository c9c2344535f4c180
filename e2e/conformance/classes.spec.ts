/** Sections 2.7, 2.8 and 3.7: PodAutoscalers of each class that somebody makes himself, and who decides about them. */
import { beforeAll, describe, expect, it } from '@jest/globals'
import { type PodAutoscaler, podAutoscalers, serverlessServices } from '@knative-ts/api'
import { type Deployment, deployments, horizontalPodAutoscalers, leases } from '@knative-ts/api/kubernetes'
import { isNotFound } from '@knative-ts/kube'
import { usePlatform } from '../rig/platform.ts'
import { until } from '../rig/until.ts'
import { at, conditionOf, controllerOf } from './scene/behind.ts'
import { says, seenMs, settled, settleMs } from './scene/settled.ts'

const platform = usePlatform('classes')
const a = (name: string): string => `autoscaling.knative.dev/${name}`
const key = (name: string) => ({ namespace: platform.namespace, name })
const hpaClass = 'hpa.autoscaling.knative.dev'

/** Of nobody's pods: the Deployment wants none, and a PodAutoscaler is no less one for that. */
const target: Deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'target' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'target' } },
    template: { metadata: { labels: { app: 'target' } }, spec: { containers: [{ name: 'main', image: 'registry.example/app:v1' }] } }
  }
}

const make = (name: string, annotations: Readonly<Record<string, string>>): Promise<PodAutoscaler> =>
  platform.client.create(podAutoscalers, {
    apiVersion: 'autoscaling.internal.knative.dev/v1alpha1',
    kind: 'PodAutoscaler',
    metadata: { ...key(name), annotations: Object.fromEntries(Object.entries(annotations).map(([word, value]) => [a(word), value])) },
    spec: { protocolType: 'http1', scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'target' } }
  } as PodAutoscaler)

const hpaOf = (name: string) =>
  until(`HorizontalPodAutoscaler ${name} is there`, () => platform.client.get(horizontalPodAutoscalers, key(name)), seenMs, 500)

beforeAll(async () => {
  const { client, namespace } = platform
  await client.create(deployments, { ...target, metadata: { ...target.metadata, namespace } })
  await make('theirs', { class: 'mine.example.com' })
  await Promise.all([
    make('by-cpu', { class: hpaClass, metric: 'cpu', target: '63', 'min-scale': '2', 'max-scale': '7', window: '45s' }),
    make('by-memory', { class: hpaClass, metric: 'memory', target: '200' }),
    make('by-other', { class: hpaClass, metric: 'queries', target: '33' }),
    make('ours', { class: 'kpa.autoscaling.knative.dev' })
  ])
}, settleMs)

describe('a PodAutoscaler of class hpa', () => {
  it(
    '2.8 hpa/object 2.8 hpa/bounds 2.8 hpa/cpu 2.8 hpa/window',
    async () => {
      const hpa = await hpaOf('by-cpu')
      expect(controllerOf(hpa)).toBe('PodAutoscaler by-cpu')
      expect(hpa.spec).toMatchObject({
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'target' },
        minReplicas: 2,
        maxReplicas: 7,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 63 } } }],
        behavior: { scaleUp: { stabilizationWindowSeconds: 45 }, scaleDown: { stabilizationWindowSeconds: 45 } }
      })
    },
    settleMs
  )

  it(
    '2.8 hpa/memory 2.8 hpa/bounds without an upper one',
    async () => {
      expect((await hpaOf('by-memory')).spec).toMatchObject({
        maxReplicas: 2_147_483_647,
        metrics: [{ type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '200Mi' } } }]
      })
    },
    settleMs
  )

  it(
    '2.8 hpa/other',
    async () => {
      expect((await hpaOf('by-other')).spec).toMatchObject({
        metrics: [{ type: 'Pods', pods: { metric: { name: 'queries' }, target: { type: 'AverageValue', averageValue: '33' } } }]
      })
    },
    settleMs
  )

  it(
    '2.8 hpa/serve 2.8 hpa/active',
    async () => {
      const { client } = platform
      const one = await settled(client, podAutoscalers, key('by-cpu'), (pa) => says(pa, { type: 'Active', status: 'True' }))
      expect(conditionOf(one, 'Active').status).toBe('True')
      const { spec } = await client.get(serverlessServices, key('by-cpu'))
      expect([spec.mode, spec.numActivators ?? 0]).toEqual(['Serve', 0])
    },
    settleMs
  )
})

it(
  '2.7 kpa/class-respected: another class is left to whoever has it',
  async () => {
    const { client } = platform
    // Younger ones of both classes have been looked at.
    for (const name of ['ours', 'by-cpu'])
      await until(`${name} has a ServerlessService`, () => client.get(serverlessServices, key(name)), seenMs, 500)
    const one = await client.get(podAutoscalers, key('theirs'))
    expect(at(one, 'status.conditions')).toBeUndefined()
    for (const resource of [serverlessServices, horizontalPodAutoscalers])
      expect(await client.get(resource as typeof serverlessServices, key('theirs')).then(() => 'there', isNotFound)).toBe(true)
  },
  settleMs
)

it('3.7 buckets/leases: each bucket has one that somebody holds', async () => {
  const { items } = await platform.client.list(leases, { namespace: 'knative-serving' })
  const own = items.filter(({ metadata }) => metadata.name?.startsWith('autoscaler-bucket-'))
  const count = own.length
  expect(own.map(({ metadata }) => metadata.name).sort()).toEqual(
    Array.from({ length: count }, (_, n) => `autoscaler-bucket-${String(n).padStart(2, '0')}-of-${String(count).padStart(2, '0')}`)
  )
  expect(count).toBeGreaterThan(0)
  for (const { spec } of own) expect(spec?.holderIdentity).toMatch(/^autoscaler-.+/)
})
