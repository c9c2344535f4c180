/**
 * Sections 2.1 to 2.5: what happens to revisions, routes and what is behind them when a Service changes.
 * Long, because it is one history of a few Services on one platform.
 */
import { beforeAll, describe, expect, it } from '@jest/globals'
import {
  configurations,
  ingresses,
  knativeServices,
  type KubeObject,
  podAutoscalers,
  revisions,
  routes,
  type Service
} from '@knative-ts/api'
import { deployments, services } from '@knative-ts/api/kubernetes'
import { isNotFound } from '@knative-ts/kube'
import { imageOf } from '../rig/installation.ts'
import { serviceOf } from '../rig/knative-service.ts'
import { usePlatform } from '../rig/platform.ts'
import { until } from '../rig/until.ts'
import { annotationsOf, at, conditionOf, labelsOf } from './scene/behind.ts'
import { says, seenMs, settled, settleMs } from './scene/settled.ts'

const platform = usePlatform('changes')
const image = imageOf('inspector')
const k = (name: string): string => `serving.knative.dev/${name}`
const key = (name: string) => ({ namespace: platform.namespace, name })
const version = (name: string, text: string): object => ({ spec: serviceOf({ name, image, env: { VERSION: text } }).spec })
const change = (name: string, body: object) => platform.client.patch(knativeServices, key(name), { type: 'merge', body })
const create = (sketch: Parameters<typeof serviceOf>[0], more: Partial<Service['metadata']> = {}) => {
  const service = serviceOf({ image, ...sketch, namespace: platform.namespace })
  return platform.client.create(knativeServices, { ...service, metadata: { ...service.metadata, ...more } })
}
const ksvc = (name: string, isSo: (service: Service) => boolean) => settled(platform.client, knativeServices, key(name), isSo)
const revision = (name: string) => platform.client.get(revisions, key(name))
const urlOf = (object: KubeObject): string => String(at(object, 'status.url'))

describe('a Service that grows', () => {
  let before: KubeObject
  let after: KubeObject

  beforeAll(async () => {
    await create({ name: 'grown', env: { VERSION: '1' } }, { labels: { colour: 'red', kept: 'yes' }, annotations: { note: 'one' } })
    await platform.user.ready('grown')
    await change('grown', { metadata: { labels: { colour: null }, annotations: { note: null, other: 'two' } } })
    before = await settled(platform.client, configurations, key('grown'), (found) => annotationsOf(found)['other'] === 'two')
    await change('grown', version('grown', '2'))
    after = await ksvc(
      'grown',
      (found) => says(found, { type: 'Ready', status: 'True' }) && at(found, 'status.latestReadyRevisionName') === 'grown-00002'
    )
  }, settleMs)

  it('2.1 service/labels-copied 2.1 service/annotations-copied go when they go', async () => {
    const route = await settled(platform.client, routes, key('grown'), (found) => annotationsOf(found)['other'] === 'two')
    for (const child of [before, route]) {
      expect(labelsOf(child)).toMatchObject({ kept: 'yes' })
      expect(labelsOf(child)).not.toHaveProperty('colour')
      expect(annotationsOf(child)).not.toHaveProperty('note')
    }
  })
  it('2.1 service/no-new-revision 9.1 kn/generation', () => {
    expect(before.metadata.generation).toBe(1)
    expect(at(before, 'status.latestCreatedRevisionName')).toBe('grown-00001')
  })
  it('2.2 configuration/template-changes 2.2 configuration/latest-ready', async () => {
    expect(after.metadata.generation).toBe(2)
    const { items } = await platform.client.list(revisions, { namespace: platform.namespace, labelSelector: `${k('service')}=grown` })
    expect(items.map((one) => [one.metadata.name, labelsOf(one)[k('configurationGeneration')]]).sort()).toEqual([
      ['grown-00001', '1'],
      ['grown-00002', '2']
    ])
  })
  it('2.4 route/latest-follows 2.5 labeler/active 1.7 labels/routing-state of the old revision is reserve', async () => {
    expect(at(after, 'status.traffic')).toEqual([{ revisionName: 'grown-00002', latestRevision: true, percent: 100 }])
    const old = await settled(platform.client, revisions, key('grown-00001'), (found) => labelsOf(found)[k('routingState')] === 'reserve')
    expect(annotationsOf(old)).not.toHaveProperty([k('routes')])
    expect(annotationsOf(old)).toHaveProperty([k('routingStateModified')])
  })

  describe('and splits its traffic', () => {
    const share = (traffic: readonly object[]) => change('grown', { spec: { traffic } })
    const modified = async () => annotationsOf(await revision('grown-00002'))[k('routingStateModified')]
    let modifiedBefore: string | undefined
    let split: KubeObject
    const host = (tag: string): string =>
      new URL(String((at(split, 'status.traffic') as { tag?: string; url: string }[]).find((one) => one.tag === tag)?.url)).host

    beforeAll(async () => {
      modifiedBefore = await modified()
      await share([
        { revisionName: 'grown-00001', percent: 60, tag: 'old' },
        { revisionName: 'grown-00002', percent: 40 },
        { latestRevision: true, percent: 0, tag: 'candidate' }
      ])
      split = await ksvc(
        'grown',
        (found) => says(found, { type: 'Ready', status: 'True' }) && (at(found, 'status.traffic') as object[]).length === 3
      )
    }, settleMs)

    it('2.4 route/status-traffic 1.4 route/traffic 2.4 route/tag-url 9.1 kn/traffic-pointers', () => {
      const main = new URL(urlOf(split)).host
      expect(at(split, 'status.traffic')).toEqual([
        { revisionName: 'grown-00001', latestRevision: false, percent: 60, tag: 'old', url: expect.stringContaining(`old-${main}`) },
        { revisionName: 'grown-00002', latestRevision: false, percent: 40 },
        {
          revisionName: 'grown-00002',
          latestRevision: true,
          percent: 0,
          tag: 'candidate',
          url: expect.stringContaining(`candidate-${main}`)
        }
      ])
    })
    it('2.4 route/tag-whole 2.4 route/revision-name', async () => {
      expect((await platform.http.get(host('old'))).body).toBe('1\n')
      expect((await platform.http.get(host('candidate'))).body).toBe('2\n')
    })
    it('2.12 ingress/split 8.1 api/weights', async () => {
      let first = 0
      const main = new URL(urlOf(split)).host
      for (let sent = 0; sent < 300; sent++) if ((await platform.http.get(main)).body === '1\n') first++
      // Five standard deviations of a binomial distribution.
      expect(Math.abs(first - 180)).toBeLessThan(43)
    })
    it('2.4 route/zero-omitted 1.7 annotations/tag-to-host', async () => {
      const ingress = await platform.client.get(ingresses, key('grown'))
      const splits = at(ingress, 'spec.rules.0.http.paths.0.splits') as readonly { readonly percent: number }[]
      expect(splits.map(({ percent }) => percent)).toEqual([60, 40])
      const hosts = JSON.parse(annotationsOf(ingress)['networking.internal.knative.dev/tag-to-host'] ?? '{}') as Record<string, string[]>
      expect(Object.keys(hosts).sort()).toEqual(['candidate', 'old'])
    })
    it('2.5 labeler/modified-on-change: a revision that stays active is as it was, though its share is another', async () => {
      expect(modifiedBefore).toMatch(/^\d{4}-/)
      await settled(platform.client, revisions, key('grown-00001'), (found) => labelsOf(found)[k('routingState')] === 'active')
      expect(await modified()).toBe(modifiedBefore)
    })
    it('2.4 route/placeholder of each tag', async () => {
      for (const tag of ['old', 'candidate'])
        expect(labelsOf(await platform.client.get(services, key(`${tag}-grown`)))).toMatchObject({ [k('route')]: 'grown' })
    })
    it(
      '2.4 route/placeholder-removed 2.5 labeler/lets-go',
      async () => {
        await share([{ latestRevision: true, percent: 100 }])
        const isGone = (name: string) => platform.client.get(services, key(name)).then(() => false, isNotFound)
        await until('its placeholder is gone', () => isGone('old-grown'), seenMs, 500)
        await settled(platform.client, revisions, key('grown-00001'), (found) => labelsOf(found)[k('routingState')] === 'reserve')
      },
      settleMs
    )
  })

  it(
    '2.4 route/ingress-repaired 1.1 owners/repair',
    async () => {
      const { client } = platform
      const { spec, metadata } = await client.get(ingresses, key('grown'))
      const edited = [{ ...spec.rules?.[0], hosts: ['edited.example.com'] }]
      const { metadata: after } = await client.patch(ingresses, key('grown'), { type: 'merge', body: { spec: { rules: edited } } })
      const mended = await settled(client, ingresses, key('grown'), (one) => one.metadata.generation !== after.generation)
      expect(mended.spec.rules).toEqual(spec.rules)
      await client.delete(ingresses, key('grown'))
      const anew = await until(
        'another one stands in its place',
        async () => {
          const found = await client.get(ingresses, key('grown'))
          return found.metadata.uid !== metadata.uid && found
        },
        seenMs,
        500
      )
      expect(anew.spec.rules?.map(({ hosts }) => hosts)).toEqual(spec.rules?.map(({ hosts }) => hosts))
      await ksvc('grown', (found) => says(found, { type: 'Ready', status: 'True' }))
    },
    settleMs
  )

  it(
    '2.9 sks/repair of a Service that somebody deletes',
    async () => {
      const { client } = platform
      const { metadata } = await client.get(services, key('grown-00002'))
      await client.delete(services, key('grown-00002'))
      await until(
        'another one stands in its place',
        async () => (await client.get(services, key('grown-00002'))).metadata.uid !== metadata.uid,
        seenMs,
        500
      )
    },
    settleMs
  )

  it(
    '2.1 service/deleted 1.1 owners/cascade 2.5 labeler/deletion',
    async () => {
      const { client, namespace } = platform
      await client.delete(knativeServices, key('grown'), { propagationPolicy: 'Background' })
      const labelSelector = `${k('service')}=grown`
      await until(
        'all of it is gone',
        async () => {
          const lists = await Promise.all(
            [configurations, routes, revisions, ingresses, services].map((resource) =>
              client.list<KubeObject>(resource, { namespace, labelSelector })
            )
          )
          return lists.every(({ items }) => items.length === 0)
        },
        seenMs,
        500
      )
    },
    settleMs
  )
})

describe('names and kinds of a Service', () => {
  const named = (name: string, of: string, env: string) => ({
    spec: { template: { ...serviceOf({ name: of, image, env: { VERSION: env } }).spec.template, metadata: { name } } }
  })

  beforeAll(async () => {
    const { client, namespace } = platform
    const sketch = serviceOf({ name: 'named', namespace, image, env: { VERSION: '1' } })
    await Promise.all([
      client.create(knativeServices, { ...sketch, spec: named('named-one', 'named', '1').spec } as never),
      create({ name: 'inner' }, { labels: { 'networking.knative.dev/visibility': 'cluster-local' } }),
      create({
        name: 'tuned',
        annotations: { [k('progress-deadline')]: '90s', 'queue.sidecar.serving.knative.dev/cpu-resource-request': '30m', app: 'x' },
        container: { livenessProbe: { httpGet: { path: '/' } } },
        revision: { timeoutSeconds: 20 }
      }),
      create({ name: 'leaving' }),
      create({ name: 'spoken', image: imageOf('echo-h2c'), container: { ports: [{ name: 'h2c', containerPort: 8080 }] } }),
      create({ name: 'many', annotations: { 'autoscaling.knative.dev/min-scale': '2', 'autoscaling.knative.dev/initial-scale': '2' } })
    ])
    await platform.user.ready('named')
  }, settleMs)

  it(
    '2.2 configuration/generation-name of the user’s own',
    async () => {
      expect(at(await ksvc('named', (one) => says(one, { type: 'Ready', status: 'True' })), 'status.latestReadyRevisionName')).toBe(
        'named-one'
      )
    },
    settleMs
  )
  it(
    '2.2 configuration/name-conflict 2.1 service/revision-name-taken',
    async () => {
      await change('named', named('named-two', 'named', '2'))
      await ksvc('named', (one) => at(one, 'status.latestReadyRevisionName') === 'named-two')
      await change('named', named('named-one', 'named', '3'))
      const found = await ksvc('named', (one) => says(one, { type: 'Ready', status: 'False' }))
      expect(conditionOf(found, 'ConfigurationsReady')).toMatchObject({
        status: 'False',
        reason: 'RevisionFailed',
        message: expect.stringContaining('"named-one" already exists')
      })
    },
    settleMs
  )
  it(
    '1.7 visibility/label 2.4 route/visibility-local 2.4 route/url',
    async () => {
      const found = await platform.user.ready('inner')
      expect(urlOf(found)).toMatch(new RegExp(`^http://inner\\.${platform.namespace}\\.svc\\.`))
      const rules = at(await platform.client.get(ingresses, key('inner')), 'spec.rules') as readonly { readonly visibility: string }[]
      expect(rules.map(({ visibility }) => visibility)).toEqual(['ClusterLocal'])
    },
    settleMs
  )
  it(
    '1.7 visibility/placeholder makes one target private',
    async () => {
      const { client } = platform
      await change('inner', {
        metadata: { labels: { 'networking.knative.dev/visibility': null } },
        spec: { traffic: [{ latestRevision: true, percent: 100, tag: 'quiet' }] }
      })
      await until('its placeholder is there', () => client.get(services, key('quiet-inner')), seenMs, 500)
      await client.patch(services, key('quiet-inner'), {
        type: 'merge',
        body: { metadata: { labels: { 'networking.knative.dev/visibility': 'cluster-local' } } }
      })
      await ksvc('inner', (one) => /\.svc\./.test(String(at(one, 'status.traffic.0.url'))) && !/\.svc\./.test(urlOf(one)))
    },
    settleMs
  )
  it(
    '1.7 annotations/progress-deadline 1.7 annotations/queue-resources 2.3 revision/grace 2.3 revision/liveness-port',
    async () => {
      await platform.user.ready('tuned')
      const deployment = await platform.client.get(deployments, key('tuned-00001-deployment'))
      expect(at(deployment, 'spec.progressDeadlineSeconds')).toBe(90)
      expect(at(deployment, 'spec.template.spec.terminationGracePeriodSeconds')).toBe(20)
      expect(at(deployment, 'spec.template.spec.containers.1.resources.requests.cpu')).toBe('30m')
      expect(at(deployment, 'spec.template.spec.containers.0.livenessProbe.httpGet')).toMatchObject({ path: '/', port: 8080 })
    },
    settleMs
  )
  it(
    '2.3 revision/deployment-kept 2.3 revision/restart: what somebody does to a Deployment lasts until it must change, a restart for ever',
    async () => {
      const { client } = platform
      const name = 'tuned-00001-deployment'
      const restartedAt = new Date().toISOString()
      const template = { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': restartedAt } } }
      await client.patch(deployments, key(name), { type: 'merge', body: { spec: { revisionHistoryLimit: 3, template } } })
      const annotated = (annotations: object) =>
        client.patch(revisions, key('tuned-00001'), { type: 'merge', body: { metadata: { annotations } } })
      const asSomebodyLeftIt = async () => {
        const { spec } = await client.get(deployments, key(name))
        return [spec?.revisionHistoryLimit, spec?.template.metadata?.annotations?.['kubectl.kubernetes.io/restartedAt']]
      }
      await annotated({ 'autoscaling.knative.dev/max-scale': '9' })
      await settled(client, podAutoscalers, key('tuned-00001'), (pa) => annotationsOf(pa)['autoscaling.knative.dev/max-scale'] === '9')
      expect(await asSomebodyLeftIt()).toEqual([3, restartedAt])
      await annotated({ note: 'on pods too' })
      await settled(client, deployments, key(name), (one) => annotationsOf(one)['note'] === 'on pods too')
      expect(await asSomebodyLeftIt()).toEqual([0, restartedAt])
    },
    settleMs
  )
  it(
    '5.3 drain/inflight: who is being answered when the Service is deleted is answered to the end',
    async () => {
      const host = new URL(urlOf(await platform.user.ready('leaving'))).host
      const slow = platform.http.get(host, '/env/K_SERVICE?sleep=8000')
      // The most requests at a time that the app has had: the slow one, and who asks.
      await until('the app has it', async () => (await platform.http.get(host, '/most')).body === '2', seenMs, 200)
      await platform.client.delete(knativeServices, key('leaving'), { propagationPolicy: 'Background' })
      const gone = until(
        'it is gone',
        () => platform.client.get(revisions, key('leaving-00001')).then(() => false, isNotFound),
        seenMs,
        500
      )
      expect(await slow).toMatchObject({ status: 200, body: 'leaving' })
      await gone
    },
    settleMs
  )
  it(
    '2.3 revision/protocol 2.9 sks/public-h2c 8.2 runtime/h2c',
    async () => {
      await platform.user.ready('spoken')
      expect((await platform.client.get(podAutoscalers, key('spoken-00001'))).spec.protocolType).toBe('h2c')
      expect(at(await platform.client.get(services, key('spoken-00001')), 'spec.ports')).toMatchObject([
        { name: 'http2', port: 81, targetPort: 8013 },
        { port: 443 }
      ])
      const ingress = await platform.client.get(ingresses, key('spoken'))
      expect(at(ingress, 'spec.rules.0.http.paths.0.splits.0.servicePort')).toBe(81)
    },
    settleMs
  )
  it(
    '2.3 revision/initial-scale 3.6 scaling/min-held 2.7 kpa/initialized',
    async () => {
      await platform.user.ready('many')
      await settled(platform.client, revisions, key('many-00001'), (one) => at(one, 'status.actualReplicas') === 2)
      expect((await platform.user.podsOf('many-00001')).length).toBeGreaterThanOrEqual(2)
    },
    settleMs
  )
  it(
    '2.3 revision/annotations-live reach the PodAutoscaler from the Revision',
    async () => {
      const annotation = 'autoscaling.knative.dev/min-scale'
      await platform.client.patch(revisions, key('many-00001'), {
        type: 'merge',
        body: { metadata: { annotations: { [annotation]: '1' } } }
      })
      await settled(platform.client, podAutoscalers, key('many-00001'), (pa) => annotationsOf(pa)[annotation] === '1')
      expect(annotationsOf(await revision('many-00001'))[annotation]).toBe('1')
    },
    settleMs
  )
})
