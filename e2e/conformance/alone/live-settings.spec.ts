/** Sections 7 and 2.4: what an administrator changes takes effect at once, without a restart. */
import { beforeAll, describe, expect, it } from '@jest/globals'
import { ingresses, knativeServices, podAutoscalers, revisions, routes, type Service } from '@knative-ts/api'
import { type Deployment, deployments } from '@knative-ts/api/kubernetes'
import { errorText, isNotFound } from '@knative-ts/kube'
import { imageOf } from '../../rig/installation.ts'
import { serviceOf } from '../../rig/knative-service.ts'
import { usePlatform } from '../../rig/platform.ts'
import { sendRequest } from '../../rig/send-request.ts'
import { until } from '../../rig/until.ts'
import { annotationsOf, at } from '../scene/behind.ts'
import { says, seenMs, settled, settleMs } from '../scene/settled.ts'

const platform = usePlatform('live')
const image = imageOf('inspector')
const key = (name: string) => ({ namespace: platform.namespace, name })
const ksvc = (name: string, isSo: (service: Service) => boolean) => settled(platform.client, knativeServices, key(name), isSo)
const urlOf = (service: Service): string => String(at(service, 'status.url'))
const ready = { type: 'Ready', status: 'True' }
const version = (text: string) => ({ spec: serviceOf({ name: 'followed', image, env: { VERSION: text } }).spec })
const change = (body: object) => platform.client.patch(knativeServices, key('followed'), { type: 'merge', body })

beforeAll(async () => {
  await platform.user.deploy({ name: 'followed', image, env: { VERSION: '1' } })
  await change({ spec: { traffic: [{ latestRevision: true, percent: 100, tag: 'first' }] } })
  await ksvc('followed', (one) => says(one, ready) && at(one, 'status.traffic.0.tag') === 'first')
}, settleMs)

it(
  '7.7 network/live 7.7 network/tag-template 7.7 network/domain-template change the URLs',
  async () => {
    await platform.configure('config-network', {
      'tag-template': '{{.Name}}-is-{{.Tag}}',
      'domain-template': '{{.Name}}-in-{{.Namespace}}.{{.Domain}}'
    })
    const found = await ksvc('followed', (one) => urlOf(one).includes(`followed-in-${platform.namespace}.`) && says(one, ready))
    expect(at(found, 'status.traffic.0.url')).toContain(`followed-is-first-in-${platform.namespace}.`)
    expect((await platform.http.get(new URL(urlOf(found)).host)).body).toBe('1\n')
  },
  settleMs
)

it(
  '7.4 domain/live a new domain changes the URL',
  async () => {
    await platform.configure('config-domain', { 'other.example.com': 'selector:\n  tier: gold\n' })
    await change({ metadata: { labels: { tier: 'gold' } } })
    const found = await ksvc('followed', (one) => new URL(urlOf(one)).hostname.endsWith('.other.example.com') && says(one, ready))
    expect((await platform.http.get(new URL(urlOf(found)).host)).body).toBe('1\n')
    await change({ metadata: { labels: { tier: null } } })
    await ksvc('followed', (one) => !urlOf(one).includes('other.example.com') && says(one, ready))
  },
  settleMs
)

it(
  '7.2 defaults/live the next Service has the new defaults',
  async () => {
    await platform.configure('config-defaults', {
      'revision-timeout-seconds': '123',
      'container-concurrency': '7',
      'container-name-template': 'main'
    })
    const tried = await until(
      'the webhook follows',
      async () => {
        const object = { ...serviceOf({ name: 'tried', namespace: platform.namespace, image }) }
        const found = await platform.client.create(knativeServices, object, { dryRun: true })
        return at(found, 'spec.template.spec.timeoutSeconds') === 123 && found
      },
      seenMs,
      500
    )
    expect(at(tried, 'spec.template.spec')).toMatchObject({ containerConcurrency: 7, containers: [{ name: 'main' }] })
  },
  settleMs
)

it(
  '2.3 revision/log-url 1.3 status/revision-log-url 7.8 observability/resync is the template with the UID, of revisions that are there too',
  async () => {
    await platform.configure('config-observability', { 'logging.revision-url-template': 'http://logs.example.com/${REVISION_UID}' })
    const found = await settled(platform.client, revisions, key('followed-00001'), (one) => at(one, 'status.logUrl') !== undefined)
    expect(at(found, 'status.logUrl')).toBe(`http://logs.example.com/${found.metadata.uid}`)
  },
  settleMs
)

describe('tag-header-based-routing', () => {
  beforeAll(async () => {
    await platform.configure('config-features', { 'tag-header-based-routing': 'enabled' })
    await change(version('2'))
    await change({
      spec: {
        traffic: [
          { revisionName: 'followed-00001', percent: 0, tag: 'first' },
          { latestRevision: true, percent: 100 }
        ]
      }
    })
    await ksvc('followed', (one) => at(one, 'status.latestReadyRevisionName') === 'followed-00002' && says(one, ready))
    await settled(platform.client, ingresses, key('followed'), (one) => JSON.stringify(one.spec).includes('Knative-Serving-Tag'))
    await ksvc('followed', (one) => says(one, ready))
  }, settleMs)

  it(
    '2.4 route/tag-header 7.5 features/live leads by the header, and not without it',
    async () => {
      const host = new URL(urlOf(await platform.client.get(knativeServices, key('followed')))).host
      const body = async (headers: Record<string, string>): Promise<string> =>
        (await sendRequest({ ...platform.gateway, host, headers })).body.toString()
      await until('the gateway follows', async () => (await body({ 'Knative-Serving-Tag': 'first' })) === '1\n', seenMs, 500)
      expect([await body({}), await body({ 'Knative-Serving-Tag': 'none' })]).toEqual(['2\n', '2\n'])
    },
    settleMs
  )

  it('2.4 route/default-route-header is set on the way without a tag', async () => {
    const ingress = await platform.client.get(ingresses, key('followed'))
    expect(JSON.stringify(at(ingress, 'spec.rules'))).toContain('"Knative-Serving-Default-Route":"true"')
  })
})

it(
  '2.4 rollout/in-progress shows its shares and is not Ready until it is over',
  async () => {
    await change({
      metadata: { annotations: { 'serving.knative.dev/rollout-duration': '15s' } },
      spec: { traffic: [{ latestRevision: true, percent: 100 }] }
    })
    await settled(platform.client, routes, key('followed'), (one) => annotationsOf(one)['serving.knative.dev/rollout-duration'] === '15s')
    await ksvc('followed', (one) => says(one, ready))
    await change(version('3'))
    const going = await settled(platform.client, routes, key('followed'), (one) =>
      says(one, { type: 'IngressReady', reason: 'RolloutInProgress' })
    )
    const shares = at(going, 'status.traffic') as readonly { readonly revisionName: string; readonly percent: number }[]
    expect(shares.map(({ revisionName }) => revisionName)).toEqual(['followed-00002', 'followed-00003'])
    expect(shares.reduce((sum, { percent }) => sum + percent, 0)).toBe(100)
    const over = await ksvc('followed', (one) => says(one, ready) && at(one, 'status.traffic.0.revisionName') === 'followed-00003')
    expect(at(over, 'status.traffic')).toHaveLength(1)
  },
  settleMs
)

it(
  '2.5 labeler/lets-go 2.6 gc/live: revisions that nothing leads to any more go as soon as none of them is to be kept',
  async () => {
    const stateOf = async (name: string) =>
      (await platform.client.get(revisions, key(name))).metadata.labels?.['serving.knative.dev/routingState']
    for (const name of ['followed-00001', 'followed-00002'])
      await until(`${name} is in reserve`, async () => (await stateOf(name)) === 'reserve', seenMs, 500)
    await platform.configure('config-gc', {
      'min-non-active-revisions': '0',
      'max-non-active-revisions': '0',
      'retain-since-create-time': 'disabled',
      'retain-since-last-active-time': 'disabled'
    })
    for (const name of ['followed-00001', 'followed-00002'])
      await until(`${name} is gone`, () => platform.client.get(revisions, key(name)).then(() => false, isNotFound), seenMs, 500)
    expect(await stateOf('followed-00003')).toBe('active')
  },
  settleMs
)

it(
  '6.4 autoscaling/max-limit 7.1 autoscaler/pod-autoscaler-class 2.7 kpa/class-respected are the next Service’s',
  async () => {
    await platform.configure('config-autoscaler', {
      'max-scale': '5',
      'max-scale-limit': '10',
      'pod-autoscaler-class': 'mine.example.com'
    })
    const tried = (scale: string) =>
      platform.client.create(
        knativeServices,
        serviceOf({ name: 'bounded', namespace: platform.namespace, image, annotations: { 'autoscaling.knative.dev/max-scale': scale } }),
        { dryRun: true }
      )
    const refused = async (scale: string) => tried(scale).then(() => false as const, errorText)
    expect(await until('11 are too many', () => refused('11'), seenMs, 500)).toContain('expected 1 <= 11 <= 10')
    expect(await refused('0')).toContain('max-scale=0 (unlimited), must be less than 10')
    expect(await refused('10')).toBe(false)
    // The controller follows in its own time: a Service that comes too early has the class that was.
    const born = await until(
      'a PodAutoscaler of that class',
      async () => {
        const name = `classed-${Date.now().toString(36)}`
        await platform.client.create(knativeServices, serviceOf({ name, namespace: platform.namespace, image }))
        const made = () => platform.client.get(podAutoscalers, key(`${name}-00001`))
        const pa = await until(`one of ${name}`, made, seenMs, 500)
        return annotationsOf(pa)['autoscaling.knative.dev/class'] === 'mine.example.com' && pa
      },
      seenMs,
      1_000
    )
    const fresh = await platform.client.get(podAutoscalers, key(born.metadata.name ?? ''))
    expect(at(fresh, 'status.conditions')).toBeUndefined()
  },
  settleMs
)

it(
  '1.3 template/preserved keeps what is let in by its feature, as it is given',
  async () => {
    const flags = [
      'affinity',
      'dnsconfig',
      'dnspolicy',
      'hostaliases',
      'nodeselector',
      'priorityclassname',
      'tolerations',
      'topologyspreadconstraints'
    ]
    await platform.configure('config-features', Object.fromEntries(flags.map((flag) => [`kubernetes.podspec-${flag}`, 'enabled'])))
    const zone = { key: 'zone', operator: 'In', values: ['a', 'b'] }
    const given = {
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [zone] }] } } },
      dnsConfig: { nameservers: ['192.0.2.1'], options: [{ name: 'ndots', value: '2' }] },
      dnsPolicy: 'None',
      hostAliases: [{ ip: '192.0.2.2', hostnames: ['there'] }],
      nodeSelector: { disk: 'fast' },
      priorityClassName: 'system-cluster-critical',
      tolerations: [{ key: 'gpu', operator: 'Exists', effect: 'NoSchedule' }],
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }]
    }
    const object = serviceOf({ name: 'featured', namespace: platform.namespace, image, revision: given })
    const kept = await until('they are let in', () => platform.client.create(knativeServices, object, { dryRun: true }), seenMs, 500)
    expect(at(kept, 'spec.template.spec')).toMatchObject(given)
  },
  settleMs
)

it(
  '7.3 deployment/live 7.3 deployment/queue-sidecar-rootca 7.3 deployment/queue-sidecar-tls 2.3 revision/token-volume 2.3 revision/var-log 2.3 revision/podinfo: a Deployment that is there gets what its queue-proxy needs',
  async () => {
    const { client } = platform
    await platform.configure('config-features', { 'queueproxy.mount-podinfo': 'enabled' })
    await platform.configure('config-observability', { 'logging.enable-var-log-collection': 'true' })
    const tls = { min: '1.2', max: '1.3', 'cipher-suites': 'TLS_AES_128_GCM_SHA256', 'curve-preferences': 'X25519' }
    await platform.configure('config-deployment', {
      'queue-sidecar-token-audiences': 'https://one.example.com,two',
      'queue-sidecar-rootca': 'of nobody',
      'queue-sidecar-tls-min-version': tls.min,
      'queue-sidecar-tls-max-version': tls.max,
      'queue-sidecar-tls-cipher-suites': tls['cipher-suites'],
      'queue-sidecar-tls-curve-preferences': tls['curve-preferences']
    })
    const podOf = (one: Deployment) => one.spec?.template.spec
    const mountsOf = (one: Deployment, container: number) =>
      podOf(one)?.containers[container]?.volumeMounts?.map(({ mountPath }) => mountPath) ?? []
    const found = await settled(
      client,
      deployments,
      key('followed-00003-deployment'),
      (one) =>
        mountsOf(one, 1).length >= 2 &&
        mountsOf(one, 0).includes('/var/log') &&
        podOf(one)?.containers[1]?.env?.some(({ name, value }) => name === 'ROOT_CA' && value === 'of nobody') === true
    )
    const env = Object.fromEntries(podOf(found)?.containers[1]?.env?.map(({ name, value }) => [name, value]) ?? [])
    expect(env).toMatchObject({
      ROOT_CA: 'of nobody',
      QUEUE_PROXY_TLS_MIN_VERSION: tls.min,
      QUEUE_PROXY_TLS_MAX_VERSION: tls.max,
      QUEUE_PROXY_TLS_CIPHER_SUITES: tls['cipher-suites'],
      QUEUE_PROXY_TLS_CURVE_PREFERENCES: tls['curve-preferences']
    })
    expect(mountsOf(found, 1)).toEqual(expect.arrayContaining(['/etc/podinfo', '/var/run/secrets/tokens']))
    const tokens = podOf(found)?.volumes?.find(({ name }) => name === 'knative-token-volume')
    expect(tokens?.projected?.sources?.map(({ serviceAccountToken }) => serviceAccountToken?.audience)).toEqual([
      'https://one.example.com',
      'two'
    ])
    expect(podOf(found)?.containers[0]?.volumeMounts).toContainEqual({
      name: 'knative-var-log',
      mountPath: '/var/log',
      subPathExpr: '$(K_INTERNAL_POD_NAMESPACE)_$(K_INTERNAL_POD_NAME)_main'
    })
  },
  settleMs
)
