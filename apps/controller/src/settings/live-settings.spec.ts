/**
 * A key of a ConfigMap is changed while the controller works, and its effect is seen in what the controller writes.
 * Long, because it is one table: every key that the controller follows has a row.
 */
import { describe, expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import { configuration, deployment, eventually, namespace, pod, revision, route, service } from '@knative-ts/testing'
import type { ReconcilerName } from '../reconcilers.ts'
import { configMapOf, settledWorld } from '../testing/stand-ins.ts'
import { liveWorld, type LiveWorld } from '../testing/live-world.ts'

interface Row {
  readonly config: string
  readonly key: string
  readonly value: string
  /** What is seen afterwards, and was not before; or, with `gone`, the other way round. */
  readonly shows: string
  readonly gone?: true
  /** Data beside the key, before and after. */
  readonly beside?: Readonly<Record<string, string>>
  readonly more?: readonly KubeObject[]
  /** Seen before the change: the loop has done what it had to do. */
  readonly first?: string
  /** What happens after the change, for keys that count on what comes. */
  readonly afterwards?: (world: LiveWorld) => void
}

const ready = { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True' as const }] }
const served = (name: string): KubeObject => revision({ metadata: { name }, status: ready })
const leading = (latestReadyRevisionName: string): KubeObject =>
  configuration({ status: { observedGeneration: 1, latestReadyRevisionName } })
const tagged = route({
  spec: {
    traffic: [
      { configurationName: 'hello', latestRevision: true, percent: 100 },
      { revisionName: 'one', latestRevision: false, tag: 'blue', percent: 0 }
    ]
  }
})
const sidecarImage = { 'queue-sidecar-image': 'dev.local/queue:v1' }

const patienceMs = 60_000

async function observe(name: ReconcilerName, row: Row, objects: readonly KubeObject[]): Promise<void> {
  const { config, key, value, shows, gone = false, beside = {}, more = [], first = '[', afterwards } = row
  const others = objects.filter(({ kind, metadata }) => !(kind === 'ConfigMap' && metadata.name === config))
  const world = await liveWorld(name, [...others, configMapOf(config, beside), ...more])
  try {
    await eventually(() => world.told().includes(first), `${first} before the change`, patienceMs)
    const before = (): boolean => world.told().includes(shows)
    await eventually(() => before() === gone, `a world ${gone ? 'with' : 'without'} ${shows}`, patienceMs)
    world.cluster.put(configMapOf(config, { ...beside, [key]: value }))
    afterwards?.(world)
    await eventually(() => before() !== gone, `${shows} ${gone ? 'gone from' : 'in'} ${world.told()}`, patienceMs)
  } finally {
    await world.stop()
  }
}

const table = (name: ReconcilerName, objects: () => readonly KubeObject[], rows: readonly Row[]): void => {
  it.each(rows.map((row) => [`${row.config} ${row.key}`, row] as const))('%s', async (_, row) => {
    expect.hasAssertions()
    await expect(observe(name, row, objects())).resolves.toBeUndefined()
  })
}

describe('revisions follow', () => {
  const linkless = revision({ spec: { enableServiceLinks: undefined } })
  const variable = (name: string, value: string): string => JSON.stringify({ name, value }).slice(1, -1)
  const sidecar = (what: string, side: string, value: string, shows: string): Row => ({
    config: 'config-deployment',
    key: `queue-sidecar-${what}-${side}`,
    value,
    shows,
    beside: sidecarImage
  })
  const inDeployment = (key: string, value: string, shows: string, more: Partial<Row> = {}): Row => ({
    config: 'config-deployment',
    key,
    value,
    shows,
    beside: sidecarImage,
    first: '"image":"dev.local/queue',
    ...more
  })
  const observed = (key: string, value: string, shows: string, beside: Row['beside'] = {}): Row => ({
    config: 'config-observability',
    key,
    value,
    shows,
    beside,
    first: 'OBSERVABILITY_CONFIG'
  })
  const flag = (key: string, shows: string): Row => ({
    config: 'config-features',
    key,
    value: 'Enabled',
    shows,
    first: 'OBSERVABILITY_CONFIG'
  })
  const born = (config: string, key: string, value: string, shows: string): Row => ({
    config,
    key,
    value,
    shows,
    first: 'hello-00001-deployment',
    afterwards: ({ cluster }) => void cluster.put(revision({ metadata: { name: 'hello-00002', uid: 'second' } }))
  })
  const unschedulable = [
    deployment({
      metadata: {
        name: 'hello-00001-deployment',
        ownerReferences: [
          { apiVersion: 'serving.knative.dev/v1', kind: 'Revision', name: 'hello-00001', uid: 'uid-revision-hello-00001', controller: true }
        ]
      },
      spec: { replicas: 1 }
    }),
    pod({
      metadata: {
        labels: { 'serving.knative.dev/revision': 'hello-00001', 'serving.knative.dev/revisionUID': 'uid-revision-hello-00001' }
      },
      status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no node' }] }
    })
  ]

  table('revision', () => [...settledWorld(), linkless], [
    inDeployment('queue-sidecar-image', 'dev.local/queue:v2', 'dev.local/queue:v2', { beside: sidecarImage }),
    inDeployment('registries-skipping-tag-resolving', 'registry.invalid,dev.local', '"image":"registry.invalid/app"', {
      more: [
        revision({
          metadata: { name: 'far', uid: 'far' },
          spec: { containers: [{ name: 'user-container', image: 'registry.invalid/app' }] }
        })
      ],
      shows: 'far-deployment'
    }),
    inDeployment('progress-deadline', '77s', '"progressDeadlineSeconds":77'),
    sidecar('cpu', 'request', '31m', '"cpu":"31m"'),
    sidecar('cpu', 'limit', '32m', '"limits":{"cpu":"32m"}'),
    sidecar('memory', 'request', '33Mi', '"memory":"33Mi"'),
    sidecar('memory', 'limit', '34Mi', '"limits":{"memory":"34Mi"}'),
    sidecar('ephemeral-storage', 'request', '35Mi', '"ephemeral-storage":"35Mi"'),
    sidecar('ephemeral-storage', 'limit', '36Mi', '"limits":{"ephemeral-storage":"36Mi"}'),
    inDeployment('queue-sidecar-token-audiences', 'you', '"audience":"you"'),
    inDeployment('queue-sidecar-rootca', 'PEM', variable('ROOT_CA', 'PEM')),
    inDeployment('queue-sidecar-tls-min-version', '1.3', variable('QUEUE_PROXY_TLS_MIN_VERSION', '1.3')),
    inDeployment('queue-sidecar-tls-max-version', '1.3', variable('QUEUE_PROXY_TLS_MAX_VERSION', '1.3')),
    inDeployment('queue-sidecar-tls-cipher-suites', 'A', variable('QUEUE_PROXY_TLS_CIPHER_SUITES', 'A')),
    inDeployment('queue-sidecar-tls-curve-preferences', 'X25519', variable('QUEUE_PROXY_TLS_CURVE_PREFERENCES', 'X25519')),
    inDeployment('default-affinity-type', 'none', 'podAntiAffinity', { gone: true }),
    inDeployment('runtime-class-name', 'gvisor: {}', '"runtimeClassName":"gvisor"'),
    inDeployment('pod-is-always-schedulable', 'true', '"reason":"Unschedulable"', {
      gone: true,
      more: unschedulable,
      first: '"reason":"Unschedulable"'
    }),
    { config: 'config-defaults', key: 'enable-service-links', value: 'true', shows: '"enableServiceLinks":true' },
    flag('multi-container-probing', variable('ENABLE_MULTI_CONTAINER_PROBES', 'true')),
    flag('autodetect-http2', variable('ENABLE_HTTP2_AUTO_DETECTION', 'true')),
    flag('queueproxy.mount-podinfo', '/etc/podinfo'),
    flag('queueproxy.resource-defaults', '"limits":{"cpu":"1000m","memory":"800Mi"}'),
    {
      config: 'config-network',
      key: 'system-internal-tls',
      value: 'Enabled',
      shows: '"secret":{"secretName":"serving-certs"}',
      first: 'OBSERVABILITY_CONFIG',
      more: [
        namespace({ metadata: { name: 'default', uid: 'uid-default' } }),
        {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'serving-certs', namespace: 'default' },
          type: 'kubernetes.io/tls',
          data: { 'tls.crt': 'eA==', 'tls.key': 'eA==' }
        } as KubeObject
      ]
    },
    observed(
      'logging.enable-var-log-collection',
      'true',
      '"subPathExpr":"$(K_INTERNAL_POD_NAMESPACE)_$(K_INTERNAL_POD_NAME)_user-container"'
    ),
    observed('logging.revision-url-template', 'http://logs/${REVISION_UID}', '"logUrl":"http://logs/uid-revision-hello-00001"'),
    observed('logging.request-log-template', '{{.TraceID}}!', '{{.TraceID}}!'),
    observed('logging.enable-request-log', 'true', String.raw`\"enableRequestLog\":true`),
    observed('logging.enable-probe-request-log', 'true', String.raw`\"enableProbeRequestLog\":true`),
    observed('request-metrics-protocol', 'prometheus', String.raw`\"requestMetrics\":{\"protocol\":\"prometheus\"`),
    observed('request-metrics-endpoint', 'http://there', 'http://there', {
      'request-metrics-protocol': 'grpc',
      'request-metrics-endpoint': 'http://here'
    }),
    observed('request-metrics-export-interval', '7s', String.raw`\"exportInterval\":7000000000`),
    observed('runtime-profiling', 'enabled', '"name":"profiling-port","containerPort":8008'),
    observed('tracing-protocol', 'stdout', String.raw`\"tracing\":{\"protocol\":\"stdout\"`),
    observed('tracing-endpoint', 'http://there', 'http://there', { 'tracing-protocol': 'grpc', 'tracing-endpoint': 'http://here' }),
    observed('tracing-sampling-rate', '0.25', String.raw`\"samplingRate\":0.25`),
    born('config-logging', 'loglevel.queueproxy', 'debug', variable('SERVING_LOGGING_LEVEL', 'debug')),
    born('config-logging', 'zap-logger-config', '{"level":"warn"}', '"name":"SERVING_LOGGING_CONFIG","value":"{'),
    born('config-autoscaler', 'initial-scale', '3', '"replicas":3'),
    born('config-autoscaler', 'pod-autoscaler-class', 'mine.example.com', '"autoscaling.knative.dev/class":"mine.example.com"')
  ])

  it('config-deployment digest-resolution-timeout', async () => {
    const world = await liveWorld('revision', settledWorld())
    try {
      expect(world.settings.revision().digestResolutionTimeoutMs).toBe(10_000)
      world.cluster.put(configMapOf('config-deployment', { ...sidecarImage, 'digest-resolution-timeout': '3s' }))
      await eventually(() => world.settings.revision().digestResolutionTimeoutMs === 3_000)
    } finally {
      await world.stop()
    }
  })
})

describe('Routes follow', () => {
  const network = (key: string, value: string, shows: string, more: Partial<Row> = {}): Row => ({
    config: 'config-network',
    key,
    value,
    shows,
    first: '"url":"http',
    ...more
  })
  const tls = { 'external-domain-tls': 'Enabled' }
  table('route', () => [...settledWorld(), tagged, leading('one'), served('one'), served('two')], [
    { config: 'config-domain', key: 'b.example.org', value: '', shows: 'hello.default.b.example.org', first: '"url":"http' },
    network('ingress-class', 'mine.example.com', '"networking.knative.dev/ingress.class":"mine.example.com"'),
    network('certificate-class', 'mine.example.com', '"networking.knative.dev/certificate.class":"mine.example.com"', { beside: tls }),
    network('domain-template', '{{.Name}}-{{.Namespace}}.{{.Domain}}', 'hello-default.example.com'),
    network('tag-template', '{{.Name}}-{{.Tag}}', 'hello-blue.default.example.com'),
    network('external-domain-tls', 'Enabled', '"networking.knative.dev/certificate-type":"external-domain"'),
    network('cluster-local-domain-tls', 'Enabled', '"networking.knative.dev/certificate-type":"cluster-local-domain"'),
    network('system-internal-tls', 'Enabled', '"servicePort":443'),
    network('http-protocol', 'Redirected', '"httpOption":"Redirected"'),
    network('rollout-duration', '60', '"percent":99', {
      afterwards: ({ cluster }) => void cluster.put(leading('two')),
      more: []
    }),
    network('default-external-scheme', 'https', '"url":"https://hello.default.example.com"'),
    network('default-external-port', '8080', '"url":"http://hello.default.example.com:8080"'),
    network('default-external-https-port', '8443', '"url":"https://hello.default.example.com:8443"', {
      beside: tls,
      first: '"url":"https',
      more: [certificateFor('hello.default.example.com', ''), certificateFor('blue-hello.default.example.com', '-blue')]
    }),
    {
      config: 'config-features',
      key: 'tag-header-based-routing',
      value: 'Enabled',
      shows: '"Knative-Serving-Tag":{"exact":"blue"}',
      first: '"url":"http'
    }
  ])
})

describe('domains follow', () => {
  const mapping: KubeObject & { spec: object } = {
    apiVersion: 'serving.knative.dev/v1beta1',
    kind: 'DomainMapping',
    metadata: { name: 'mine.example.org', namespace: 'default', uid: 'mapping', generation: 1 },
    spec: { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'hello', namespace: 'default' } }
  }
  const hello = service({ status: { address: { url: 'http://hello.default.svc.cluster.local' } } })
  table('domainmapping', () => [...settledWorld(), hello, mapping], [
    {
      config: 'config-network',
      key: 'autocreate-cluster-domain-claims',
      value: 'true',
      shows: '"kind":"ClusterDomainClaim"',
      first: '"reason":"DomainAlreadyClaimed"'
    }
  ])
  table('nscert', () => [...settledWorld(), namespace({ metadata: { name: 'shop', labels: { some: 'label' } } })], [
    {
      config: 'config-network',
      key: 'namespace-wildcard-cert-selector',
      value: 'matchLabels: { some: label }',
      shows: '"*.shop.example.com"'
    }
  ])
})

describe('certificates of cert-manager follow', () => {
  const of = (type: string): KubeObject & { spec: object } => ({
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'Certificate',
    metadata: {
      name: 'hello',
      namespace: 'default',
      uid: 'certificate',
      generation: 1,
      labels: { 'networking.knative.dev/certificate-type': type },
      annotations: { 'networking.knative.dev/certificate.class': 'cert-manager.certificate.networking.knative.dev' }
    },
    spec: { dnsNames: ['hello.example.com'], secretName: 'hello', domain: 'example.com' }
  })
  const issuer = (key: string, type: string): Row => ({
    config: 'config-certmanager',
    key,
    value: 'name: other',
    shows: '"name":"other"',
    first: 'knative-selfsigned-issuer',
    more: [of(type)]
  })
  table('certificate', settledWorld, [
    issuer('issuerRef', 'external-domain'),
    issuer('clusterLocalIssuerRef', 'cluster-local-domain'),
    issuer('systemInternalIssuerRef', 'system-internal')
  ])
})

describe('the collection of revisions follows', () => {
  const old = (name: string): KubeObject =>
    revision({
      metadata: {
        name,
        uid: name,
        creationTimestamp: '2029-12-31T20:00:00Z',
        labels: { 'serving.knative.dev/routingState': 'reserve' },
        annotations: { 'serving.knative.dev/routingStateModified': '2029-12-31T20:00:00Z' }
      }
    })
  const all = { 'retain-since-create-time': '1h', 'retain-since-last-active-time': '1h', 'min-non-active-revisions': '1' }
  const row = (key: string, value: string, beside: Readonly<Record<string, string>>): Row => ({
    config: 'config-gc',
    key,
    value,
    beside,
    shows: '"oldest"',
    gone: true
  })
  table('gc', () => [...settledWorld(), leading('one'), served('one'), old('oldest'), old('other')], [
    row('retain-since-create-time', '1h', { ...all, 'retain-since-create-time': '48h' }),
    row('retain-since-last-active-time', '1h', { ...all, 'retain-since-last-active-time': '48h' }),
    row('min-non-active-revisions', '1', { ...all, 'min-non-active-revisions': '2' }),
    row('max-non-active-revisions', '1', {
      'retain-since-create-time': 'disabled',
      'retain-since-last-active-time': 'disabled',
      'min-non-active-revisions': '0',
      'max-non-active-revisions': 'disabled'
    })
  ])
})

function certificateFor(host: string, suffix: string): KubeObject & { spec: object; status: object } {
  return {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'Certificate',
    metadata: {
      name: `route-uid-route-hello${suffix}`,
      namespace: 'default',
      generation: 1,
      labels: { 'serving.knative.dev/route': 'hello', 'networking.knative.dev/certificate-type': 'external-domain' },
      annotations: { 'networking.knative.dev/certificate.class': 'issuer.certificate.networking.knative.dev' },
      ownerReferences: [
        {
          apiVersion: 'serving.knative.dev/v1',
          kind: 'Route',
          name: 'hello',
          uid: 'uid-route-hello',
          controller: true,
          blockOwnerDeletion: true
        }
      ]
    },
    spec: { dnsNames: [host], domain: 'example.com', secretName: `route-uid-route-hello${suffix}` },
    status: ready
  }
}
