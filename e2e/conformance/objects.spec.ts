/**
 * Sections 1, 2.1 to 2.4, 2.9: every object behind one Service, as its fields, labels, annotations, owners and conditions say.
 * Long, because it is one table: every field of one Service's objects that the reference names.
 */
import { beforeAll, describe, expect, it } from '@jest/globals'
import { configMaps, endpointSlices, events } from '@knative-ts/api/kubernetes'
import { knativeServices, type KubeObject } from '@knative-ts/api'
import { imageOf } from '../rig/installation.ts'
import { serviceOf } from '../rig/knative-service.ts'
import { usePlatform } from '../rig/platform.ts'
import { until } from '../rig/until.ts'
import { annotationsOf, at, behind, type Behind, conditionOf, conditionsOf, controllerOf, labelsOf } from './scene/behind.ts'

const platform = usePlatform('objects')
const startMs = 240_000
const k = (name: string): string => `serving.knative.dev/${name}`
let all: Behind
let uid: (object: KubeObject) => string
let kinds: ReadonlyMap<string, KubeObject>

beforeAll(async () => {
  const { client, namespace, user } = platform
  const service = serviceOf({
    name: 'plain',
    namespace,
    image: imageOf('echo'),
    env: { OWN: 'variable' },
    annotations: { mine: 'of the template' }
  })
  const { template } = service.spec as { template: object & { metadata: object } }
  await client.create(knativeServices, {
    ...service,
    metadata: {
      ...service.metadata,
      labels: { team: 'red' },
      annotations: { note: 'of the service', [k('rollout-duration')]: '0s', 'kubectl.kubernetes.io/last-applied-configuration': '{}' }
    },
    spec: { ...service.spec, template: { ...template, metadata: { ...template.metadata, labels: { own: 'label' } } } }
  })
  await user.ready('plain')
  all = await until(
    'everything behind the Service is settled',
    async () => {
      const found = await behind(client, namespace, 'plain')
      return at(found.revision, 'status.desiredReplicas') === 1 && at(found.serverlessService, 'spec.numActivators') !== 2 && found
    },
    60_000,
    500
  )
  uid = ({ metadata }) => metadata.uid ?? ''
  const { service: ksvc, configuration, route, revision, podAutoscaler, metric, serverlessService, ingress } = all
  kinds = new Map(Object.entries({ ksvc, configuration, route, revision, podAutoscaler, metric, serverlessService, ingress }))
}, startMs)

describe.each(['ksvc', 'configuration', 'route', 'revision', 'podAutoscaler', 'metric', 'serverlessService', 'ingress'])(
  'conditions of the %s',
  (name) => {
    const object = (): KubeObject => kinds.get(name) ?? all.service

    it('1.1 conditions/sorted by type, each once', () => {
      const types = conditionsOf(object()).map(({ type }) => type)
      expect(types).toEqual([...new Set(types)].sort())
    })
    it('1.1 conditions/observed-generation 8.1 api/observed', () => {
      expect(at(object(), 'status.observedGeneration')).toBe(object().metadata.generation)
    })
    it('8.1 api/ready-type has a condition Ready that is True', () => {
      expect(conditionOf(object(), 'Ready').status).toBe('True')
    })
    it('1.1 conditions/severity 1.1 conditions/reason-word', () => {
      const info = conditionsOf(object()).filter(({ severity }) => severity !== undefined)
      expect(info.every(({ severity, type }) => severity === 'Info' && ['Active', 'ActivatorEndpointsPopulated'].includes(type))).toBe(
        name !== 'podAutoscaler' || info.length === 0
      )
      for (const { reason } of conditionsOf(object())) expect(reason ?? 'Word').toMatch(/^[A-Z][A-Za-z0-9]*$/)
    })
  }
)

const types = (object: KubeObject): string[] => conditionsOf(object).map(({ type }) => type)

it.each<[rule: string, of: keyof Behind, wanted: readonly string[]]>([
  ['1.3 status/configuration-conditions', 'configuration', ['Ready']],
  ['1.3 status/revision-conditions', 'revision', ['Active', 'ContainerHealthy', 'Ready', 'ResourcesAvailable']],
  ['1.4 route/conditions', 'route', ['AllTrafficAssigned', 'CertificateProvisioned', 'IngressReady', 'Ready']],
  ['1.4 service/conditions', 'service', ['ConfigurationsReady', 'Ready', 'RoutesReady']],
  ['1.6 pod-autoscaler/conditions', 'podAutoscaler', ['Active', 'Ready', 'SKSReady', 'ScaleTargetInitialized']],
  ['1.6 metric/ready', 'metric', ['Ready']],
  ['1.6 serverless-service/conditions', 'serverlessService', ['ActivatorEndpointsPopulated', 'EndpointsPopulated', 'Ready']],
  ['1.6 ingress/conditions', 'ingress', ['LoadBalancerReady', 'NetworkConfigured', 'Ready']]
])('%s', (_, of, wanted) => {
  expect(types(all[of] as KubeObject)).toEqual(wanted)
})

it('1.1 conditions/severity of Active is Info', () => {
  expect(conditionOf(all.revision, 'Active')).toMatchObject({ status: 'True', severity: 'Info' })
})

describe('owners', () => {
  it.each<[of: keyof Behind, owner: string]>([
    ['configuration', 'Service plain'],
    ['route', 'Service plain'],
    ['revision', 'Configuration plain'],
    ['deployment', 'Revision plain-00001'],
    ['podAutoscaler', 'Revision plain-00001'],
    ['image', 'Revision plain-00001'],
    ['metric', 'PodAutoscaler plain-00001'],
    ['serverlessService', 'PodAutoscaler plain-00001'],
    ['publicService', 'ServerlessService plain-00001'],
    ['privateService', 'ServerlessService plain-00001'],
    ['placeholder', 'Route plain'],
    ['ingress', 'Route plain']
  ])('1.1 owners/chain 1.1 owners/controller-reference of the %s is %s', (of, owner) => {
    const object = all[of] as KubeObject
    expect(controllerOf(object)).toBe(owner)
    expect(object.metadata.ownerReferences).toMatchObject([{ controller: true, blockOwnerDeletion: true }])
  })
  it('8.1 api/owned-pair 2.1 service/children by name and uid', () => {
    for (const child of [all.configuration, all.route])
      expect(child.metadata).toMatchObject({ name: 'plain', ownerReferences: [{ uid: uid(all.service) }] })
  })
})

describe('labels', () => {
  it('1.7 labels/service is on everything', () => {
    const {
      configuration,
      route,
      revision,
      deployment,
      podAutoscaler,
      metric,
      serverlessService,
      publicService,
      privateService,
      placeholder,
      ingress,
      pods
    } = all
    for (const object of [
      configuration,
      route,
      revision,
      deployment,
      podAutoscaler,
      metric,
      serverlessService,
      publicService,
      privateService,
      placeholder,
      ingress,
      ...pods
    ])
      expect([object.kind, labelsOf(object)[k('service')]]).toEqual([object.kind, 'plain'])
  })
  it('1.7 labels/service-uid', () => {
    for (const object of [all.configuration, all.revision, ...all.pods]) expect(labelsOf(object)[k('serviceUID')]).toBe(uid(all.service))
  })
  it('1.7 labels/configuration 1.7 labels/configuration-generation 2.2 configuration/revision-labels', () => {
    const { revision, deployment, podAutoscaler, pods, configuration } = all
    for (const object of [revision, deployment, podAutoscaler, ...pods])
      expect(labelsOf(object)).toMatchObject({
        own: 'label',
        [k('configuration')]: 'plain',
        [k('configurationUID')]: uid(configuration),
        [k('configurationGeneration')]: '1'
      })
  })
  it('1.7 labels/revision', () => {
    const { revision, deployment, podAutoscaler, serverlessService, metric, publicService, privateService, pods } = all
    for (const object of [deployment, podAutoscaler, serverlessService, metric, publicService, privateService, ...pods])
      expect(labelsOf(object)).toMatchObject({ [k('revision')]: 'plain-00001', [k('revisionUID')]: uid(revision) })
  })
  it('1.7 labels/pod-selector', () => {
    expect(at(all.deployment, 'spec.selector')).toEqual({ matchLabels: { [k('revisionUID')]: uid(all.revision) } })
    expect(at(all.privateService, 'spec.selector')).toEqual({ [k('revisionUID')]: uid(all.revision) })
  })
  it('1.7 labels/route 1.7 labels/route-namespace', () => {
    expect(labelsOf(all.placeholder)[k('route')]).toBe('plain')
    expect(labelsOf(all.ingress)).toMatchObject({ [k('route')]: 'plain', [k('routeNamespace')]: platform.namespace })
  })
  it('1.7 labels/routing-state 2.5 labeler/active 1.7 annotations/routing-state-modified', () => {
    expect(labelsOf(all.revision)[k('routingState')]).toBe('active')
    expect(annotationsOf(all.revision)[k('routingStateModified')]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  })
  it('1.7 labels/serverless-service 2.9 sks/labels', () => {
    const key = 'networking.internal.knative.dev/'
    for (const [service, type] of [
      [all.publicService, 'Public'],
      [all.privateService, 'Private']
    ] as const)
      expect(labelsOf(service)).toMatchObject({ [`${key}serverlessservice`]: 'plain-00001', [`${key}serviceType`]: type })
  })
  it('1.7 labels/app', () => {
    expect(labelsOf(all.deployment)['app']).toBe('plain-00001')
    for (const pod of all.pods) expect(labelsOf(pod)['app']).toBe('plain-00001')
  })
})

describe('annotations', () => {
  it('1.7 annotations/routes 2.5 labeler/marks', () => {
    for (const object of [all.configuration, all.revision]) expect(annotationsOf(object)[k('routes')]).toBe('plain')
  })
  it('1.7 annotations/creator 1.7 annotations/creator-of-revision', () => {
    const { [k('creator')]: creator, [k('lastModifier')]: modifier } = annotationsOf(all.service)
    expect([creator, modifier]).toEqual([expect.stringMatching(/./), creator])
    expect(annotationsOf(all.revision)[k('creator')]).toBe(annotationsOf(all.configuration)[k('lastModifier')])
  })
  it('1.7 annotations/rollout-duration-kept 1.7 annotations/last-applied-dropped 2.1 service/annotations-copied', () => {
    const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'
    expect(annotationsOf(all.route)).toMatchObject({ note: 'of the service', [k('rollout-duration')]: '0s' })
    expect(annotationsOf(all.configuration)).toMatchObject({ note: 'of the service' })
    expect(annotationsOf(all.configuration)).not.toHaveProperty([k('rollout-duration')])
    for (const object of [all.route, all.configuration, all.ingress]) expect(annotationsOf(object)).not.toHaveProperty([lastApplied])
  })
  it('1.7 annotations/default-container', () => {
    expect(annotationsOf(all.pods[0] ?? all.service)['kubectl.kubernetes.io/default-container']).toBe('user-container')
  })
  it('1.7 annotations/rollout-state 2.4 rollout/not-by-default', () => {
    expect(JSON.parse(annotationsOf(all.ingress)['networking.internal.knative.dev/rollout'] ?? '')).toMatchObject({
      configurations: [{ configurationName: 'plain', percent: 100, revisions: [{ revisionName: 'plain-00001', percent: 100 }] }]
    })
  })
})

describe('Service, Configuration and Route', () => {
  it('2.1 service/labels-copied 2.1 service/spec-copied', () => {
    for (const child of [all.configuration, all.route]) expect(labelsOf(child)).toMatchObject({ team: 'red', [k('service')]: 'plain' })
    expect(at(all.configuration, 'spec.template')).toEqual(at(all.service, 'spec.template'))
    expect(at(all.route, 'spec.traffic')).toEqual([{ configurationName: 'plain', latestRevision: true, percent: 100 }])
  })
  it('1.4 service/status 1.3 status/configuration 2.2 configuration/latest-created 9.1 kn/names', () => {
    const latest = { latestCreatedRevisionName: 'plain-00001', latestReadyRevisionName: 'plain-00001' }
    expect(at(all.configuration, 'status')).toMatchObject(latest)
    const { url, address, traffic } = at(all.route, 'status') as Readonly<Record<string, unknown>>
    expect(at(all.service, 'status')).toMatchObject({ ...latest, url, address, traffic })
  })
  it('1.4 route/url 2.4 route/address', () => {
    expect(at(all.route, 'status.url')).toMatch(/^https?:\/\/[a-z0-9.-]*plain[a-z0-9.-]*(:\d+)?$/)
    expect(at(all.route, 'status.address.url')).toMatch(new RegExp(`^http://plain\\.${platform.namespace}\\.svc\\.[a-z.]+$`))
  })
  it('1.4 route/traffic 2.4 route/status-traffic 9.1 kn/traffic-pointers', () => {
    expect(at(all.route, 'status.traffic')).toEqual([{ revisionName: 'plain-00001', latestRevision: true, percent: 100 }])
  })
  it('1.4 route/tls-not-enabled', () => {
    expect(conditionOf(all.route, 'CertificateProvisioned')).toMatchObject({ status: 'True', reason: 'TLSNotEnabled' })
  })
  it('2.1 service/mirrored', () => {
    expect(conditionOf(all.service, 'RoutesReady').status).toBe(conditionOf(all.route, 'Ready').status)
    expect(conditionOf(all.service, 'ConfigurationsReady').status).toBe(conditionOf(all.configuration, 'Ready').status)
  })
  it('2.2 configuration/first-revision 2.2 configuration/generation-name 2.2 configuration/metadata-stays 1.3 template/template-metadata', () => {
    expect(all.revision.metadata.name).toBe('plain-00001')
    expect(labelsOf(all.revision)).not.toHaveProperty('team')
    expect(annotationsOf(all.revision)).not.toHaveProperty('note')
    expect(labelsOf(all.revision)['own']).toBe('label')
    expect(annotationsOf(all.revision)['mine']).toBe('of the template')
    expect(at(all.revision, 'spec')).toEqual(at(all.configuration, 'spec.template.spec'))
  })
  it('1.3 status/revision-images 1.3 status/revision-replicas 2.3 revision/replicas-mirrored 9.1 kn/digest 9.1 kn/revision-annotations', () => {
    expect(at(all.revision, 'status.containerStatuses')).toMatchObject([{ name: 'user-container' }])
    const { actualScale, desiredScale } = at(all.podAutoscaler, 'status') as Readonly<Record<string, number>>
    expect(at(all.revision, 'status')).toMatchObject({ actualReplicas: actualScale, desiredReplicas: desiredScale })
    expect(all.revision.metadata.annotations).toBeDefined()
  })
  it('2.2 configuration/events 2.3 revision/ready-event 9.1 kubectl/describe', async () => {
    const { items } = await platform.client.list(events, { namespace: platform.namespace })
    const said = items.map(({ involvedObject, reason }) => `${involvedObject.kind} ${involvedObject.name} ${reason}`)
    expect(said).toEqual(
      expect.arrayContaining([
        'Service plain Created',
        'Configuration plain Created',
        'Configuration plain ConfigurationReady',
        'Configuration plain LatestReadyUpdate',
        'Revision plain-00001 RevisionReady',
        'Route plain Created'
      ])
    )
    const own = items.filter(({ involvedObject }) => involvedObject.kind === 'Service')
    expect(own.every(({ involvedObject }) => involvedObject.uid === uid(all.service))).toBe(true)
  })
})

describe('the Deployment', () => {
  const pod = (path: string): unknown => at(all.deployment, `spec.template.spec.${path}`)

  it('2.3 revision/deployment 2.3 revision/deployment-shape', () => {
    expect(at(all.deployment, 'spec')).toMatchObject({
      revisionHistoryLimit: 0,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } },
      progressDeadlineSeconds: expect.any(Number)
    })
  })
  it('2.3 revision/grace 2.3 revision/containers', () => {
    expect(pod('terminationGracePeriodSeconds')).toBe(300)
    expect((pod('containers') as readonly { readonly name: string }[]).map(({ name }) => name)).toEqual(['user-container', 'queue-proxy'])
  })
  it('2.3 revision/environment', () => {
    expect(pod('containers.0.env')).toEqual([
      { name: 'OWN', value: 'variable' },
      { name: 'PORT', value: '8080' },
      { name: 'K_REVISION', value: 'plain-00001' },
      { name: 'K_CONFIGURATION', value: 'plain' },
      { name: 'K_SERVICE', value: 'plain' }
    ])
  })
  it('2.3 revision/pre-stop 2.3 revision/termination-message 2.3 revision/user-port 2.3 revision/readiness-moved', () => {
    expect(pod('containers.0')).toMatchObject({
      lifecycle: { preStop: { httpGet: { port: 8022, path: '/wait-for-drain' } } },
      terminationMessagePolicy: 'FallbackToLogsOnError',
      ports: [{ name: 'user-port', containerPort: 8080 }]
    })
    expect(pod('containers.0')).not.toHaveProperty('readinessProbe')
    expect(pod('containers.1.readinessProbe.httpGet')).toMatchObject({
      port: 8012,
      httpHeaders: [{ name: 'K-Network-Probe', value: 'queue' }]
    })
  })
  it('2.3 revision/anti-affinity', () => {
    expect(pod('affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution')).toMatchObject([
      {
        weight: 100,
        podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { [k('revision')]: 'plain-00001' } } }
      }
    ])
  })
  it('2.3 revision/queue-ports 2.3 revision/queue-security 2.3 revision/queue-resources', () => {
    const ports = pod('containers.1.ports') as readonly { readonly name: string; readonly containerPort: number }[]
    expect(ports.map(({ name, containerPort }) => [name, containerPort])).toEqual([
      ['http-autometric', 9090],
      ['http-usermetric', 9091],
      ['queue-port', 8012],
      ['https-port', 8112]
    ])
    expect(pod('containers.1.securityContext')).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' }
    })
    expect(pod('containers.1.resources.requests.cpu')).toBe('25m')
  })
  it('2.3 revision/queue-environment', () => {
    const env = pod('containers.1.env') as readonly { readonly name: string; readonly value?: string }[]
    const value = (name: string): string | undefined => env.find((one) => one.name === name)?.value
    expect(value('SERVING_READINESS_PROBE')).toBe('{"tcpSocket":{"port":8080,"host":"127.0.0.1"},"successThreshold":1}')
    expect(['CONTAINER_CONCURRENCY', 'QUEUE_SERVING_PORT', 'REVISION_TIMEOUT_SECONDS', 'USER_PORT'].map(value)).toEqual([
      '0',
      '8012',
      '300',
      '8080'
    ])
  })
})

describe('scaling objects', () => {
  it('1.6 pod-autoscaler/spec 1.6 pod-autoscaler/status 2.7 kpa/status 2.3 revision/reachability', () => {
    expect(at(all.podAutoscaler, 'spec')).toMatchObject({
      protocolType: 'http1',
      reachability: 'Reachable',
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'plain-00001-deployment' }
    })
    expect(at(all.podAutoscaler, 'status')).toMatchObject({
      serviceName: 'plain-00001',
      metricsServiceName: 'plain-00001-private',
      desiredScale: 1,
      actualScale: 1
    })
    expect(annotationsOf(all.podAutoscaler)).toMatchObject({
      'autoscaling.knative.dev/class': 'kpa.autoscaling.knative.dev',
      'autoscaling.knative.dev/metric': 'concurrency',
      mine: 'of the template'
    })
  })
  it('1.6 metric/spec 2.7 kpa/metric 3.3 windows/panic-window', () => {
    const { stableWindow, panicWindow, scrapeTarget } = at(all.metric, 'spec') as Readonly<Record<string, number>>
    expect(scrapeTarget).toBe('plain-00001-private')
    expect(panicWindow).toBe(Math.max(1e9, Math.round((stableWindow ?? 0) / 10 / 1e9) * 1e9))
  })
  it('1.6 serverless-service/spec 1.6 serverless-service/status 2.9 sks/conditions', () => {
    expect(at(all.serverlessService, 'spec')).toMatchObject({
      mode: 'Proxy',
      protocolType: 'http1',
      objectRef: { kind: 'Deployment', name: 'plain-00001-deployment' },
      numActivators: 4
    })
    expect(at(all.serverlessService, 'status')).toMatchObject({ serviceName: 'plain-00001', privateServiceName: 'plain-00001-private' })
    expect(conditionOf(all.serverlessService, 'ActivatorEndpointsPopulated')).toMatchObject({ status: 'True', severity: 'Info' })
  })
  const ports = (service: KubeObject) =>
    Object.fromEntries(
      (at(service, 'spec.ports') as readonly { name: string; port: number; targetPort: unknown }[]).map(({ name, port, targetPort }) => [
        name,
        [port, targetPort]
      ])
    )
  it('2.9 sks/public 2.9 sks/private 2.9 sks/private-ports', () => {
    expect(at(all.publicService, 'spec.selector')).toBeUndefined()
    expect(ports(all.publicService)).toEqual({ http: [80, 8012], https: [443, 8112] })
    expect(ports(all.privateService)).toMatchObject({
      http: [80, 8012],
      https: [443, 8112],
      'http-autometric': [9090, 'http-autometric'],
      'http-usermetric': [9091, 'http-usermetric'],
      'http-istio': [8012, 8012]
    })
  })
  it('2.9 sks/target-refs: addresses of the public Service are pods by name, activators where it leads to those', async () => {
    const { items } = await platform.client.list(endpointSlices, {
      namespace: platform.namespace,
      labelSelector: 'kubernetes.io/service-name=plain-00001'
    })
    const endpoints = items.flatMap((slice) => slice.endpoints ?? [])
    expect(endpoints.length).toBeGreaterThan(0)
    for (const { targetRef } of endpoints)
      expect(targetRef).toMatchObject({ kind: 'Pod', namespace: 'knative-serving', name: expect.stringMatching(/^activator-/) })
  })
  it('2.3 revision/image-digest 2.3 revision/skip-list: the image by its digest, unless its registry is skipped', async () => {
    const settings = await platform.client.get(configMaps, { namespace: 'knative-serving', name: 'config-deployment' })
    const skipped = (settings.data?.['registries-skipping-tag-resolving'] ?? 'kind.local,ko.local,dev.local').split(',')
    const image = imageOf('echo')
    const isSkipped = skipped.some((registry) => image.startsWith(`${registry.trim()}/`))
    const runs = String(at(all.deployment, 'spec.template.spec.containers.0.image'))
    const digest = at(all.revision, 'status.containerStatuses.0.imageDigest')
    if (isSkipped) expect([runs, digest]).toEqual([image, undefined])
    else expect([runs, runs]).toEqual([digest, expect.stringMatching(/@sha256:[0-9a-f]{64}$/)])
  })
  it('1.6 image/spec 2.3 revision/image-cache', () => {
    expect(all.image.metadata.name).toBe('plain-00001-cache-user-container')
    // Empty where the registry's tags are not resolved.
    expect(at(all.image, 'spec.image')).toBe(at(all.revision, 'status.containerStatuses.0.imageDigest') ?? '')
  })
})

describe('the Ingress', () => {
  const rules = () =>
    at(all.ingress, 'spec.rules') as readonly { readonly hosts: readonly string[]; readonly visibility: string; readonly http: object }[]

  it('1.6 ingress/spec 2.4 route/visibility-public 2.4 route/local-hosts', () => {
    const { namespace } = platform
    const [local, ...others] = rules()
    expect(local?.visibility).toBe('ClusterLocal')
    expect(local?.hosts).toEqual([
      `plain.${namespace}`,
      `plain.${namespace}.svc`,
      expect.stringMatching(new RegExp(`^plain\\.${namespace}\\.svc\\.`))
    ])
    expect(others).toMatchObject([{ visibility: 'ExternalIP', hosts: [new URL(String(at(all.route, 'status.url'))).hostname] }])
  })
  it('2.4 route/split 2.4 route/http-option', () => {
    for (const rule of rules())
      expect(rule.http).toEqual({
        paths: [
          {
            splits: [
              {
                serviceName: 'plain-00001',
                serviceNamespace: platform.namespace,
                servicePort: 80,
                percent: 100,
                appendHeaders: { 'Knative-Serving-Namespace': platform.namespace, 'Knative-Serving-Revision': 'plain-00001' }
              }
            ]
          }
        ]
      })
    expect(at(all.ingress, 'spec.httpOption')).toBe('Enabled')
  })
  it('1.6 ingress/status 2.4 route/ingress-mirrored', () => {
    for (const balancer of ['publicLoadBalancer', 'privateLoadBalancer'])
      expect(at(all.ingress, `status.${balancer}.ingress`)).toHaveLength(1)
  })
  it('2.4 route/placeholder 2.4 route/placeholder-port', () => {
    expect(labelsOf(all.placeholder)).toMatchObject({ [k('route')]: 'plain', team: 'red' })
    expect(at(all.placeholder, 'spec.ports')).toMatchObject([{ name: 'http2', port: 80, appProtocol: 'kubernetes.io/h2c' }])
    expect(at(all.placeholder, 'spec.selector')).toBeUndefined()
  })
})
