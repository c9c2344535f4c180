/** A HorizontalPodAutoscaler grows a Deployment whose pods work hard: node agent, metrics API, controller, as one. */
import { expect, it } from '@jest/globals'
import { clusterOfSuite } from '../rig/suite-cluster.ts'
import { until } from '../rig/until.ts'

/** The image of a program that takes about a fifth of a processor. */
const BUSY = `
setInterval(() => {
  for (const end = performance.now() + 10; performance.now() < end; ) Math.sqrt(2)
}, 50)
process.on('SIGTERM', () => process.exit(0))
`
const GROW_MS = 180_000

const suite = clusterOfSuite({ images: { busy: BUSY } })

async function create(path: string, object: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await suite.client.send({ method: 'POST', path, headers, body: JSON.stringify(object) })
  if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.text}`)
}

interface Autoscaler {
  readonly status?: {
    readonly desiredReplicas?: number
    readonly currentMetrics?: readonly { readonly resource?: { readonly current: { readonly averageUtilization?: number } } }[]
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string }[]
  }
}

it(
  'grows to its maximum, and says from what',
  async () => {
    const container = { name: 'main', image: 'dev.local/busy', resources: { requests: { cpu: '20m' } } }
    await create('/apis/apps/v1/namespaces/default/deployments', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'busy' },
      spec: {
        selector: { matchLabels: { app: 'busy' } },
        template: { metadata: { labels: { app: 'busy' } }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } }
      }
    })
    await create('/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'busy' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'busy' },
        maxReplicas: 2,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }]
      }
    })
    const autoscaler = async () =>
      (await suite.client.send({ path: '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers/busy' })).json as Autoscaler
    const grown = await until(
      'two replicas',
      async () => {
        const now = await autoscaler()
        return now.status?.desiredReplicas === 2 ? now : undefined
      },
      GROW_MS - 10_000
    )
    expect(grown.status?.currentMetrics?.[0]?.resource?.current.averageUtilization).toBeGreaterThan(100)
    const told = (grown.status?.conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`)
    expect(told).toEqual([
      'AbleToScale=True SucceededRescale',
      'ScalingActive=True ValidMetricFound',
      'ScalingLimited=True TooManyReplicas'
    ])
    const deployment = await suite.client.send({ path: '/apis/apps/v1/namespaces/default/deployments/busy' })
    expect(deployment.json).toMatchObject({ spec: { replicas: 2 } })
  },
  GROW_MS
)
