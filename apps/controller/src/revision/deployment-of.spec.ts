/**
 * What a Deployment gets of a Revision: the whole subset of PodSpec, field by field (reference 2.3, 6.6, 7.5).
 * Long, because every field has a row.
 */
import { describe, expect, it } from '@jest/globals'
import type { Revision } from '@knative-ts/api'
import type { Container, PodSpec } from '@knative-ts/api/kubernetes'
import { revision } from '@knative-ts/testing'
import { deploymentOf } from './deployment-of.ts'
import { lockedDown, type RevisionSettings } from './revision-settings.ts'

const settings: RevisionSettings = {
  systemNamespace: 'knative-serving',
  queueProxy: {
    image: 'q',
    loggingConfig: '',
    loggingLevel: '',
    observability: '{}',
    profiling: false,
    autodetectHttp2: false,
    rootCa: '',
    tls: { minVersion: '', maxVersion: '', cipherSuites: '', curvePreferences: '' },
    requests: { cpu: '25m' },
    limits: {},
    tokenAudiences: [],
    certificate: false,
    podInfo: 'Disabled',
    securityContext: lockedDown
  },
  registriesSkippingTagResolving: new Set(),
  digestResolutionTimeoutMs: 1000,
  progressDeadlineSeconds: 600,
  initialScale: 1,
  autoscalerClass: 'kpa.autoscaling.knative.dev',
  certificateClass: 'issuer.certificate.networking.knative.dev',
  enableServiceLinks: undefined,
  spreadOverNodes: true,
  runtimeClassNameFor: () => undefined,
  alwaysSchedulable: false,
  multiContainerProbing: false,
  varLogCollection: false,
  logUrlTemplate: ''
}
type Given = { readonly spec?: object; readonly metadata?: object }
const made = ({ spec = {}, metadata = {} }: Given, more: Partial<RevisionSettings> = {}, digests = new Map<string, string>()) =>
  deploymentOf(revision({ metadata, spec } as never) as Revision, digests, { ...settings, ...more })
const podOf = (spec: object, more: Partial<RevisionSettings> = {}): PodSpec => made({ spec }, more).spec?.template.spec as PodSpec
const userOf = (container: object, more: Partial<RevisionSettings> = {}): Container => {
  const [first] = podOf({ containers: [{ name: 'user-container', image: 'i', ...container }] }, more).containers
  if (first === undefined) throw new Error('no container')
  return first
}
const queueOf = (pod: PodSpec): Container => {
  const found = pod.containers.find(({ name }) => name === 'queue-proxy')
  if (found === undefined) throw new Error('no queue-proxy')
  return found
}
const valueOf = ({ env = [] }: Container, name: string): string | undefined => env.find((variable) => variable.name === name)?.value

describe('a field of the pod is handed on', () => {
  it.each<[string, unknown]>([
    ['affinity', { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } }],
    ['topologySpreadConstraints', [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }]],
    ['tolerations', [{ key: 'a', operator: 'Exists' }]],
    ['nodeSelector', { disk: 'fast' }],
    ['hostAliases', [{ ip: '10.0.0.1', hostnames: ['db'] }]],
    ['runtimeClassName', 'gvisor'],
    ['dnsPolicy', 'None'],
    ['dnsConfig', { nameservers: ['1.1.1.1'] }],
    ['securityContext', { runAsUser: 7, fsGroup: 8, seccompProfile: { type: 'RuntimeDefault' } }],
    ['shareProcessNamespace', true],
    ['hostIPC', true],
    ['hostPID', true],
    ['hostNetwork', true],
    ['priorityClassName', 'high'],
    ['schedulerName', 'mine'],
    ['serviceAccountName', 'robot'],
    ['imagePullSecrets', [{ name: 'secret' }]],
    ['automountServiceAccountToken', false],
    ['enableServiceLinks', true],
    [
      'volumes',
      [
        { name: 'a', secret: { secretName: 's' } },
        { name: 'b', configMap: { name: 'c', items: [{ key: 'k', path: 'p' }] } },
        { name: 'c', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
        { name: 'd', emptyDir: { medium: 'Memory' } },
        { name: 'e', persistentVolumeClaim: { claimName: 'p' } },
        { name: 'f', hostPath: { path: '/x' } },
        { name: 'g', csi: { driver: 'd' } },
        { name: 'h', ephemeral: { volumeClaimTemplate: { spec: {} } } },
        { name: 'i', image: { reference: 'r' } }
      ]
    ]
  ])('%s', (field, value) =>
    expect(
      podOf({ [field]: value }, { spreadOverNodes: true, runtimeClassNameFor: () => 'other', enableServiceLinks: false })
    ).toMatchObject({
      [field]: value
    })
  )

  it.each(['containerConcurrency', 'timeoutSeconds', 'responseStartTimeoutSeconds', 'idleTimeoutSeconds'])('but not %s', (field) =>
    expect(podOf({ [field]: 7 })).not.toHaveProperty(field)
  )
})

describe('a field of a container is handed on', () => {
  it.each<[string, unknown]>([
    ['args', ['a']],
    ['command', ['c']],
    ['workingDir', '/w'],
    ['imagePullPolicy', 'Always'],
    ['envFrom', [{ prefix: 'P_', configMapRef: { name: 'c' } }, { secretRef: { name: 's', optional: true } }]],
    ['resources', { requests: { cpu: '1' }, limits: { memory: '1Gi' } }],
    ['securityContext', { runAsUser: 7, capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] }, readOnlyRootFilesystem: true }],
    ['terminationMessagePath', '/dev/termination-log'],
    ['terminationMessagePolicy', 'File'],
    ['volumeMounts', [{ name: 'v', mountPath: '/v', subPath: 's', mountPropagation: 'HostToContainer' }]],
    ['startupProbe', { httpGet: { path: '/s', port: 1234 }, periodSeconds: 2 }]
  ])('%s', (field, value) => expect(userOf({ [field]: value })).toMatchObject({ [field]: value }))

  it('variables of the user come first, then the port, then who it is', () =>
    expect(
      made({
        metadata: { labels: { 'serving.knative.dev/service': 'hello' } },
        spec: {
          containers: [
            {
              name: 'c',
              image: 'i',
              env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
              ports: [{ containerPort: 9000 }]
            }
          ]
        }
      }).spec?.template.spec?.containers[0]?.env
    ).toEqual([
      { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'PORT', value: '9000' },
      { name: 'K_REVISION', value: 'hello-00001' },
      { name: 'K_CONFIGURATION', value: 'hello' },
      { name: 'K_SERVICE', value: 'hello' }
    ]))
})

describe('ports', () => {
  it.each<[string, object[], number, string]>([
    ['none: 8080', [], 8080, '8012'],
    ['http1', [{ name: 'http1', containerPort: 9000 }], 9000, '8012'],
    ['h2c', [{ name: 'h2c', containerPort: 9000 }], 9000, '8013'],
    ['port 0 by name', [{ name: 'h2c' }], 8080, '8013']
  ])('%s', (_, ports, user, queue) => {
    const pod = podOf({ containers: [{ name: 'c', image: 'i', ports }] })
    expect(pod.containers[0]?.ports).toEqual([{ name: 'user-port', containerPort: user }])
    expect([valueOf(queueOf(pod), 'USER_PORT'), valueOf(queueOf(pod), 'QUEUE_SERVING_PORT')]).toEqual([String(user), queue])
    expect(queueOf(pod).ports).toContainEqual({ name: 'queue-port', containerPort: Number(queue) })
  })
})

describe('probes', () => {
  const liveness = (livenessProbe: object, more: Partial<RevisionSettings> = {}) =>
    userOf({ ports: [{ name: 'http1', containerPort: 9000 }], livenessProbe }, more).livenessProbe
  const probing = { multiContainerProbing: true }
  it.each<[string, object, Partial<RevisionSettings>, object]>([
    ['http without port', { httpGet: { path: '/l' } }, {}, { httpGet: { path: '/l', port: 9000 } }],
    ['http on another port', { httpGet: { path: '/l', port: 7 } }, {}, { httpGet: { path: '/l', port: 9000 } }],
    ['http on another port, where several are probed', { httpGet: { port: 7 } }, probing, { httpGet: { port: 7 } }],
    ['http by the port’s name', { httpGet: { port: 'http1' } }, {}, { httpGet: { port: 9000 } }],
    ['http by the port’s name, where several are probed', { httpGet: { port: 'http1' } }, probing, { httpGet: { port: 9000 } }],
    ['tcp', { tcpSocket: { port: 0 } }, probing, { tcpSocket: { port: 9000 } }],
    ['grpc stays', { grpc: { port: 7, service: '' } }, {}, { grpc: { port: 7, service: '' } }],
    ['exec stays', { exec: { command: ['x'] } }, {}, { exec: { command: ['x'] } }]
  ])('of liveness: %s', (_, probe, more, wanted) => expect(liveness(probe, more)).toEqual(wanted))

  it('of startup keep their port, but the name of one that has another name in the pod', () => {
    const startup = (port: number | string) =>
      userOf({ ports: [{ name: 'http1', containerPort: 9000 }], startupProbe: { httpGet: { port } } }).startupProbe
    expect([startup(7), startup('http1')]).toEqual([{ httpGet: { port: 7 } }, { httpGet: { port: 9000 } }])
  })

  it.each<[string, object, object | undefined]>([
    ['http', { httpGet: { path: '/' } }, undefined],
    ['tcp', { tcpSocket: { port: 0 } }, undefined],
    ['grpc', { grpc: { port: 1 } }, undefined],
    ['exec', { exec: { command: ['x'] } }, { exec: { command: ['x'] } }]
  ])('of readiness by %s are the queue-proxy’s, unless they are commands', (_, readinessProbe, wanted) =>
    expect(userOf({ readinessProbe }).readinessProbe).toEqual(wanted)
  )

  it('of readiness by the port’s name ask that port', () => {
    const pod = podOf({
      containers: [
        { name: 'c', image: 'i', ports: [{ name: 'http1', containerPort: 9000 }], readinessProbe: { httpGet: { port: 'http1' } } }
      ]
    })
    expect(JSON.parse(valueOf(queueOf(pod), 'SERVING_READINESS_PROBE') ?? '')).toMatchObject({ httpGet: { port: 9000 } })
  })

  it('of every container are asked, where that is on', () => {
    const containers = [
      { name: 'a', image: 'i', ports: [{ containerPort: 9000 }], readinessProbe: { tcpSocket: { port: 0 } } },
      { name: 'b', image: 'i', livenessProbe: { httpGet: { port: 7 } }, readinessProbe: { httpGet: { port: 7, path: '/r' } } },
      { name: 'c', image: 'i', readinessProbe: { exec: { command: ['x'] } } }
    ]
    const pod = podOf({ containers }, probing)
    const asked = JSON.parse(valueOf(queueOf(pod), 'SERVING_READINESS_PROBE') ?? '') as object[]
    expect(asked).toMatchObject([{ tcpSocket: { port: 9000 } }, { httpGet: { port: 7, path: '/r' } }])
    expect(
      pod.containers.map(({ readinessProbe, livenessProbe }) => [readinessProbe?.exec?.command, livenessProbe?.httpGet?.port])
    ).toEqual([
      [undefined, undefined],
      [undefined, 7],
      [['x'], undefined],
      [undefined, undefined]
    ])
  })
})

describe('several containers', () => {
  const containers = [
    { name: 'side', image: 'side:1', env: [{ name: 'PORT', value: '1' }] },
    { name: 'main', image: 'main:1', ports: [{ containerPort: 9000 }] }
  ]
  const initContainers = [{ name: 'early', image: 'early:1' }]
  const deployment = made(
    { spec: { containers, initContainers } },
    {},
    new Map([
      ['side', 'side@sha256:1'],
      ['early', 'early@sha256:1']
    ])
  )
  const pod = deployment.spec?.template.spec

  it('run in their order, before the queue-proxy, by digest where there is one', () =>
    expect(pod?.containers.map(({ name, image }) => [name, image])).toEqual([
      ['side', 'side@sha256:1'],
      ['main', 'main:1'],
      ['queue-proxy', 'q']
    ]))
  it('drain before they end', () =>
    expect(pod?.containers.map(({ lifecycle }) => lifecycle?.preStop?.httpGet)).toEqual([
      { port: 8022, path: '/wait-for-drain' },
      { port: 8022, path: '/wait-for-drain' },
      undefined
    ]))
  it('have one that serves: it alone has port and PORT', () => {
    expect(pod?.containers.slice(0, 2).map(({ ports }) => ports)).toEqual([undefined, [{ name: 'user-port', containerPort: 9000 }]])
    expect(pod?.containers.slice(0, 2).map((container) => valueOf(container, 'PORT'))).toEqual(['1', '9000'])
    expect(deployment.spec?.template.metadata?.annotations?.['kubectl.kubernetes.io/default-container']).toBe('main')
  })
  it('begin after init containers, which stay as they are but for their last words', () =>
    expect(pod?.initContainers).toEqual([{ name: 'early', image: 'early:1', terminationMessagePolicy: 'FallbackToLogsOnError' }]))
})

describe('the pod by default', () => {
  it('has as long to end as a request has', () => expect(podOf({ timeoutSeconds: 45 }).terminationGracePeriodSeconds).toBe(45))
  it('is spread over nodes, unless that is off', () => {
    expect(podOf({}).affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution).toHaveLength(1)
    expect(podOf({}, { spreadOverNodes: false })).not.toHaveProperty('affinity')
  })
  it('has the runtime class of the configuration', () =>
    expect(podOf({}, { runtimeClassNameFor: () => 'kata' }).runtimeClassName).toBe('kata'))
  it('has no volumes', () => expect(podOf({})).not.toHaveProperty('volumes'))
})

describe('logs in /var/log', () => {
  const on = { varLogCollection: true }
  it('are kept by container', () => {
    const pod = podOf(
      {
        containers: [
          { name: 'a', image: 'i', ports: [{ containerPort: 1 }] },
          { name: 'b', image: 'i' }
        ]
      },
      on
    )
    expect(pod.volumes).toEqual([{ name: 'knative-var-log', emptyDir: {} }])
    expect(pod.containers.map(({ volumeMounts }) => volumeMounts?.map(({ subPathExpr }) => subPathExpr))).toEqual([
      ['$(K_INTERNAL_POD_NAMESPACE)_$(K_INTERNAL_POD_NAME)_a'],
      ['$(K_INTERNAL_POD_NAMESPACE)_$(K_INTERNAL_POD_NAME)_b'],
      undefined
    ])
    expect(pod.containers[0]?.env?.slice(-2).map(({ name }) => name)).toEqual(['K_INTERNAL_POD_NAME', 'K_INTERNAL_POD_NAMESPACE'])
  })
  it('are the user’s own where something is mounted there', () =>
    expect(userOf({ volumeMounts: [{ name: 'mine', mountPath: '/var/log' }] }, on).volumeMounts).toEqual([
      { name: 'mine', mountPath: '/var/log' }
    ]))
})

describe('annotations', () => {
  const annotations = {
    'autoscaling.knative.dev/initial-scale': '3',
    'serving.knative.dev/progress-deadline': '90s',
    'serving.knative.dev/routes': 'hello',
    'features.knative.dev/http-full-duplex': 'Enabled',
    'features.knative.dev/queueproxy-podinfo': 'enabled',
    mine: 'yes'
  }
  const deployment = made(
    { metadata: { annotations, labels: { 'serving.knative.dev/routingState': 'active', own: 'label' } } },
    {
      queueProxy: { ...settings.queueProxy, podInfo: 'Allowed' }
    }
  )
  const pod = deployment.spec?.template

  it('say how many pods there are at first, and how long they may take', () =>
    expect([deployment.spec?.replicas, deployment.spec?.progressDeadlineSeconds]).toEqual([3, 90]))
  it('are on the pod, but for what is the autoscaler’s and the Routes’', () =>
    expect(Object.keys(pod?.metadata?.annotations ?? {}).sort()).toEqual([
      'features.knative.dev/http-full-duplex',
      'features.knative.dev/queueproxy-podinfo',
      'kubectl.kubernetes.io/default-container',
      'mine',
      'serving.knative.dev/progress-deadline'
    ]))
  it('switch on what the queue-proxy may do', () => {
    const queue = queueOf(pod?.spec as PodSpec)
    expect([valueOf(queue, 'ENABLE_HTTP_FULL_DUPLEX'), queue.volumeMounts]).toEqual([
      'true',
      [{ name: 'pod-info', mountPath: '/etc/podinfo', readOnly: true }]
    ])
  })
  it('and labels select by uid alone', () => {
    expect(deployment.spec?.selector.matchLabels).toEqual({ 'serving.knative.dev/revisionUID': 'uid-revision-hello-00001' })
    expect(pod?.metadata?.labels).toMatchObject({ app: 'hello-00001', own: 'label', 'serving.knative.dev/revision': 'hello-00001' })
    expect(pod?.metadata?.labels).not.toHaveProperty(['serving.knative.dev/routingState'])
    expect(made({ metadata: { labels: { app: 'mine' } } }).metadata.labels?.['app']).toBe('mine')
  })
})
