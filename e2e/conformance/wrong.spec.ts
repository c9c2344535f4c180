/** Sections 1.4, 1.6, 2.1 to 2.5: what is said when something is wrong or on its way, and what becomes of it. */
import { beforeAll, describe, expect, it } from '@jest/globals'
import {
  configurations,
  ingresses,
  knativeServices,
  type KubeObject,
  podAutoscalers,
  revisions,
  routes,
  serverlessServices,
  type Service
} from '@knative-ts/api'
import { services } from '@knative-ts/api/kubernetes'
import { imageOf } from '../rig/installation.ts'
import { serviceOf } from '../rig/knative-service.ts'
import { usePlatform } from '../rig/platform.ts'
import { until } from '../rig/until.ts'
import { annotationsOf, at, conditionOf, labelsOf } from './scene/behind.ts'
import { says, seenMs, settled, settleMs } from './scene/settled.ts'

const platform = usePlatform('wrong')
const image = imageOf('inspector')
const k = (name: string): string => `serving.knative.dev/${name}`
const key = (name: string) => ({ namespace: platform.namespace, name })
const change = (name: string, body: object) => platform.client.patch(knativeServices, key(name), { type: 'merge', body })
const create = (sketch: Parameters<typeof serviceOf>[0]) =>
  platform.client.create(knativeServices, serviceOf({ image, ...sketch, namespace: platform.namespace }))
const ksvc = (name: string, isSo: (service: Service) => boolean) => settled(platform.client, knativeServices, key(name), isSo)
const route = (name: string, condition: Parameters<typeof says>[1]) =>
  settled(platform.client, routes, key(name), (one) => says(one, condition))
const nobodys = 'nobodys.ingress.networking.knative.dev'

describe('what is wrong', () => {
  const traffic = [{ revisionName: 'nowhere-00007', percent: 100 }]

  beforeAll(async () => {
    const { client, namespace } = platform
    const bare = serviceOf({ name: 'theirs', namespace, image })
    await client.create(configurations, { ...bare, kind: 'Configuration', spec: { template: bare.spec.template } } as never)
    await client.create(routes, {
      apiVersion: bare.apiVersion,
      kind: 'Route',
      metadata: { name: 'theirs-too', namespace },
      spec: { traffic }
    } as never)
    await client.create(services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'placed', namespace },
      spec: { ports: [{ port: 80 }] }
    } as never)
    await Promise.all([
      create({ name: 'theirs' }),
      create({ name: 'theirs-too' }),
      create({ name: 'placed' }),
      create({ name: 'nowhere', traffic: traffic as never }),
      // Its readiness probe asks for a file that is not there.
      create({ name: 'pending', container: { readinessProbe: { httpGet: { path: '/file?path=/nowhere' }, periodSeconds: 1 } } }),
      create({ name: 'unfetched', image: 'localhost:1/app:v1' }),
      create({ name: 'elsewhere', serviceAnnotations: { 'networking.knative.dev/ingress-class': nobodys } }),
      create({ name: 'failing', image: imageOf('failing'), annotations: { [k('progress-deadline')]: '30s' } }),
      create({ name: 'wounded', env: { VERSION: '1' } }),
      client.create(routes, {
        apiVersion: bare.apiVersion,
        kind: 'Route',
        metadata: { name: 'astray', namespace },
        spec: { traffic: [{ configurationName: 'nobody', percent: 100 }] }
      } as never)
    ])
    await platform.user.ready('wounded')
    await change('wounded', {
      spec: serviceOf({ name: 'wounded', image: imageOf('failing'), annotations: { [k('progress-deadline')]: '30s' } }).spec
    })
  }, settleMs)

  it(
    '2.1 service/not-owned-configuration 1.1 owners/not-taken',
    async () => {
      const found = await ksvc('theirs', (one) => says(one, { type: 'ConfigurationsReady', status: 'False', reason: 'NotOwned' }))
      expect(conditionOf(found, 'Ready')).toMatchObject({ status: 'False', reason: 'NotOwned' })
      expect((await platform.client.get(configurations, key('theirs'))).metadata.ownerReferences).toBeUndefined()
    },
    settleMs
  )
  it(
    '2.1 service/not-owned-route',
    async () => {
      const found = await ksvc('theirs-too', (one) => says(one, { type: 'RoutesReady', status: 'False', reason: 'NotOwned' }))
      expect(conditionOf(found, 'Ready')).toMatchObject({ status: 'False', reason: 'NotOwned' })
    },
    settleMs
  )
  it(
    '2.4 route/placeholder-not-owned',
    async () => {
      const found = await route('placed', { type: 'IngressReady', status: 'False', reason: 'NotOwned' })
      expect(conditionOf(found, 'Ready')).toMatchObject({ status: 'False', reason: 'NotOwned' })
    },
    settleMs
  )
  it(
    '1.4 route/missing-revision 2.4 route/bad-target-stops',
    async () => {
      const found = await route('nowhere', { type: 'AllTrafficAssigned', status: 'False', reason: 'RevisionMissing' })
      expect(conditionOf(found, 'AllTrafficAssigned').message).toContain('"nowhere-00007" referenced in traffic not found')
      await expect(platform.client.get(ingresses, key('nowhere'))).rejects.toThrow('not found')
    },
    settleMs
  )
  it(
    '1.4 route/missing-configuration',
    async () => {
      const found = await route('astray', { type: 'Ready', status: 'False', reason: 'ConfigurationMissing' })
      expect(conditionOf(found, 'Ready').message).toContain('"nobody" referenced in traffic not found')
    },
    settleMs
  )
  it(
    '2.4 route/back-to-ready comes when what it lacked comes',
    async () => {
      const sketch = serviceOf({ name: 'nobody', namespace: platform.namespace, image })
      await platform.client.create(configurations, { ...sketch, kind: 'Configuration', spec: { template: sketch.spec.template } } as never)
      const found = await route('astray', { type: 'Ready', status: 'True' })
      expect(at(found, 'status.traffic')).toMatchObject([{ revisionName: 'nobody-00001', percent: 100 }])
    },
    settleMs
  )
  it(
    '2.3 revision/exit-code 2.2 configuration/failed 1.4 route/failed-configuration',
    async () => {
      const failed = await settled(platform.client, revisions, key('failing-00001'), (one) =>
        says(one, { type: 'ContainerHealthy', status: 'False', reason: 'ExitCode5' })
      )
      expect(conditionOf(failed, 'ContainerHealthy').message).toContain('Crashed...')
      const service = await ksvc('failing', (one) => says(one, { type: 'ConfigurationsReady', status: 'False', reason: 'RevisionFailed' }))
      expect(conditionOf(service, 'ConfigurationsReady').message).toMatch(/^Revision "failing-00001" failed with message: /)
      const found = await route('failing', { type: 'AllTrafficAssigned', status: 'False', reason: 'RevisionMissing' })
      expect(conditionOf(found, 'AllTrafficAssigned').message).toContain('does not have any ready Revision')
    },
    settleMs
  )
  it(
    '1.4 route/failed-revision where traffic names it',
    async () => {
      await change('failing', { spec: { traffic: [{ revisionName: 'failing-00001', percent: 100 }] } })
      const found = await settled(
        platform.client,
        routes,
        key('failing'),
        (one) => conditionOf(one, 'AllTrafficAssigned').message?.includes('"failing-00001" failed to become ready') === true
      )
      expect(conditionOf(found, 'AllTrafficAssigned')).toMatchObject({ status: 'False', reason: 'RevisionMissing' })
    },
    settleMs
  )
  it(
    '1.6 pod-autoscaler/queued 1.6 serverless-service/no-healthy-backends 2.3 revision/pa-mirrored 1.4 route/waiting while pods are on their way',
    async () => {
      const { client } = platform
      const buffered = {
        status: 'Unknown',
        reason: 'Queued',
        message: 'Requests to the target are being buffered as resources are provisioned.'
      }
      const active = { type: 'Active', ...buffered }
      await settled(client, podAutoscalers, key('pending-00001'), (one) => says(one, active))
      await settled(client, revisions, key('pending-00001'), (one) => says(one, { ...active, severity: 'Info' }))
      await settled(client, serverlessServices, key('pending-00001'), (one) =>
        says(one, { type: 'EndpointsPopulated', status: 'Unknown', reason: 'NoHealthyBackends' })
      )
      const waiting = await route('pending', { type: 'AllTrafficAssigned', status: 'Unknown', reason: 'RevisionMissing' })
      expect(conditionOf(waiting, 'AllTrafficAssigned').message).toContain('"pending" is waiting for a Revision to become ready')
    },
    settleMs
  )
  it(
    '2.3 revision/image-missing of an image that no registry tells a digest of',
    async () => {
      const missing = { type: 'ContainerHealthy', status: 'False', reason: 'ContainerMissing' }
      const found = await settled(platform.client, revisions, key('unfetched-00001'), (one) => says(one, missing))
      expect(conditionOf(found, 'ContainerHealthy').message).toContain('Unable to fetch image "localhost:1/app:v1"')
    },
    settleMs
  )
  it(
    '1.4 route/not-configured 1.7 annotations/class-dropped 1.6 ingress/other-class: an ingress that nobody looks at',
    async () => {
      await route('elsewhere', { type: 'IngressReady', status: 'Unknown', reason: 'IngressNotConfigured' })
      const ingress = await platform.client.get(ingresses, key('elsewhere'))
      expect(annotationsOf(ingress)['networking.knative.dev/ingress.class']).toBe(nobodys)
      expect(annotationsOf(ingress)).not.toHaveProperty(['networking.knative.dev/ingress-class'])
      expect(at(ingress, 'status.conditions')).toBeUndefined()
    },
    settleMs
  )
  it(
    '2.2 configuration/latest-ready 2.2 configuration/latest-created 2.5 labeler/latest-created: the one before stays when a newer one fails',
    async () => {
      const found = await ksvc('wounded', (one) => says(one, { type: 'ConfigurationsReady', status: 'False', reason: 'RevisionFailed' }))
      expect(at(found, 'status')).toMatchObject({ latestCreatedRevisionName: 'wounded-00002', latestReadyRevisionName: 'wounded-00001' })
      const newest = await settled(platform.client, revisions, key('wounded-00002'), (one) => labelsOf(one)[k('routingState')] === 'active')
      expect(annotationsOf(newest)[k('routes')]).toBe('wounded')
      expect((await platform.http.get(new URL(String(at(found, 'status.url'))).host)).body).toBe('1\n')
    },
    settleMs
  )
  it(
    '2.2 configuration/latest-deleted makes way',
    async () => {
      await change('wounded', { spec: serviceOf({ name: 'wounded', image, env: { VERSION: '3' } }).spec })
      await ksvc(
        'wounded',
        (one) => at(one, 'status.latestReadyRevisionName') === 'wounded-00003' && says(one, { type: 'Ready', status: 'True' })
      )
      const { metadata } = await platform.client.get(revisions, key('wounded-00003'))
      await platform.client.delete(revisions, key('wounded-00003'))
      const isAnother = (one: KubeObject): boolean => one.metadata.uid !== metadata.uid && says(one, { type: 'Ready', status: 'True' })
      const anew = await until(
        'another one is ready',
        async () => {
          const found = await platform.client.get(revisions, key('wounded-00003'))
          return isAnother(found) && found
        },
        seenMs,
        500
      )
      expect(labelsOf(anew)[k('configurationGeneration')]).toBe('3')
      await ksvc('wounded', (one) => says(one, { type: 'Ready', status: 'True' }))
    },
    settleMs
  )
  it(
    '2.4 route/deleted-revision is said by the Route that leads to it',
    async () => {
      await change('wounded', { spec: { traffic: [{ revisionName: 'wounded-00001', percent: 100 }] } })
      await route('wounded', { type: 'Ready', status: 'True' })
      await platform.client.delete(revisions, key('wounded-00001'))
      const found = await route('wounded', { type: 'AllTrafficAssigned', status: 'False', reason: 'RevisionMissing' })
      expect(conditionOf(found, 'AllTrafficAssigned').message).toContain('"wounded-00001" referenced in traffic not found')
    },
    settleMs
  )
})
