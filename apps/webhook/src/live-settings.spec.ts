/** A key of a ConfigMap is changed while the webhook follows it, and the same Service gets another answer. */
import { describe, expect, it } from '@jest/globals'
import { allConfigKeys } from '@knative-ts/api/config-keys'
import { admittedKinds, fillIn, judge, type AdmissionConfig, type KubeObject } from '@knative-ts/api'
import { createInformerFactory } from '@knative-ts/kube'
import { configMap, eventually, fakeCluster, keptLog } from '@knative-ts/testing'
import { watchSettings } from './admission-settings.ts'

type Data = Readonly<Record<string, string>>
/** Config, key, value after the change, spec of the template, what the answer shows before or after, and data beside the key. */
type Row = readonly [key: string, value: string, pod: object, before: string, after: string, beside?: Data, annotations?: Data]

const container = { image: 'dev.local/hello' }
const plain = { containers: [container] }
const mounting = (volume: object, mount: object = {}): object => ({
  containers: [{ ...container, volumeMounts: [{ name: 'v', mountPath: '/data', ...mount }] }],
  volumes: [{ name: 'v', ...volume }]
})
const closed = (field: string): string => `must not set the field(s): spec.template.spec.${field}`
const opens = (flag: string, pod: object, field: string): Row => [
  `kubernetes.podspec-${flag}`,
  'Allowed',
  { ...plain, ...pod },
  closed(field),
  ''
]
const uses = (flag: string, pod: object, refusal: string, beside: Data = {}): Row => [
  `kubernetes.podspec-${flag}`,
  'Enabled',
  pod,
  refusal,
  '',
  beside
]
const fills = (key: string, value: string, after: string, beside: Data = {}): Row => [key, value, plain, '', after, beside]

const tables: Readonly<Record<string, readonly Row[]>> = {
  'config-defaults': [
    fills('revision-timeout-seconds', '77', '"timeoutSeconds":77'),
    ['max-revision-timeout-seconds', '900', { ...plain, timeoutSeconds: 800 }, 'expected 0 <= 800 <= 600', ''],
    fills('revision-response-start-timeout-seconds', '11', '"responseStartTimeoutSeconds":11'),
    fills('revision-idle-timeout-seconds', '12', '"idleTimeoutSeconds":12'),
    fills('revision-cpu-request', '13m', '"requests":{"cpu":"13m"}'),
    fills('revision-memory-request', '14Mi', '"requests":{"memory":"14Mi"}'),
    fills('revision-ephemeral-storage-request', '15Mi', '"requests":{"ephemeral-storage":"15Mi"}'),
    fills('revision-cpu-limit', '16m', '"limits":{"cpu":"16m"}'),
    fills('revision-memory-limit', '17Mi', '"limits":{"memory":"17Mi"}'),
    fills('revision-ephemeral-storage-limit', '18Mi', '"limits":{"ephemeral-storage":"18Mi"}'),
    fills('container-name-template', 'of-{{.Name}}', '"name":"of-hello"'),
    ['init-container-name-template', 'early', { ...plain, initContainers: [container] }, '', '"name":"early"'],
    fills('container-concurrency', '5', '"containerConcurrency":5'),
    ['container-concurrency-max-limit', '9', { ...plain, containerConcurrency: 10 }, '', 'expected 0 <= 10 <= 9'],
    ['allow-container-concurrency-zero', 'false', { ...plain, containerConcurrency: 0 }, '', 'expected 1 <= 0 <= 1000'],
    fills('enable-service-links', 'true', '"enableServiceLinks":true')
  ],
  'config-autoscaler': [
    [
      'allow-zero-initial-scale',
      'true',
      plain,
      'initial-scale=0 not allowed by cluster',
      '',
      {},
      { 'autoscaling.knative.dev/initial-scale': '0' }
    ],
    ['max-scale-limit', '5', plain, '', 'expected 1 <= 9 <= 5', { 'max-scale': '5' }, { 'autoscaling.knative.dev/max-scale': '9' }]
  ],
  'config-features': [
    [
      'multi-container',
      'Disabled',
      { containers: [{ ...container, ports: [{ containerPort: 8080 }] }, { image: 'dev.local/side' }] },
      '',
      'multi-container is off, but found 2 containers'
    ],
    [
      'multi-container-probing',
      'Enabled',
      {
        containers: [
          { ...container, ports: [{ containerPort: 8080 }] },
          { image: 'dev.local/side', livenessProbe: { tcpSocket: { port: 9999 } } }
        ]
      },
      'must not set the field(s): spec.template.spec.containers[1].livenessProbe',
      ''
    ],
    fills('secure-pod-defaults', 'AllowRootBounded', '"securityContext":{"allowPrivilegeEscalation":false'),
    opens('affinity', { affinity: { nodeAffinity: {} } }, 'affinity'),
    opens('topologyspreadconstraints', { topologySpreadConstraints: [{ maxSkew: 1 }] }, 'topologySpreadConstraints'),
    opens('hostaliases', { hostAliases: [{ ip: '1.2.3.4' }] }, 'hostAliases'),
    opens('nodeselector', { nodeSelector: { a: 'b' } }, 'nodeSelector'),
    opens('tolerations', { tolerations: [{ key: 'a' }] }, 'tolerations'),
    opens(
      'fieldref',
      { containers: [{ ...container, env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }] },
      'containers[0].env[0].valueFrom.fieldRef'
    ),
    opens('runtimeclassname', { runtimeClassName: 'gvisor' }, 'runtimeClassName'),
    opens('dnspolicy', { dnsPolicy: 'Default' }, 'dnsPolicy'),
    opens('dnsconfig', { dnsConfig: { nameservers: ['1.1.1.1'] } }, 'dnsConfig'),
    opens('securitycontext', { securityContext: { runAsUser: 7 } }, 'securityContext'),
    opens('shareprocessnamespace', { shareProcessNamespace: true }, 'shareProcessNamespace'),
    opens('hostipc', { hostIPC: true }, 'hostIPC'),
    opens('hostpid', { hostPID: true }, 'hostPID'),
    opens('hostnetwork', { hostNetwork: true }, 'hostNetwork'),
    opens('priorityclassname', { priorityClassName: 'high' }, 'priorityClassName'),
    opens('schedulername', { schedulerName: 'mine' }, 'schedulerName'),
    uses('init-containers', { ...plain, initContainers: [container] }, 'pod spec support for init-containers is off'),
    uses(
      'persistent-volume-claim',
      mounting({ persistentVolumeClaim: { claimName: 'c', readOnly: true } }, { readOnly: true }),
      'Persistent volume claim support is disabled'
    ),
    uses(
      'persistent-volume-write',
      mounting({ persistentVolumeClaim: { claimName: 'c' } }),
      'Persistent volume write support is disabled',
      {
        'kubernetes.podspec-persistent-volume-claim': 'Enabled'
      }
    ),
    ['kubernetes.podspec-volumes-emptydir', 'Disabled', mounting({ emptyDir: {} }), '', 'EmptyDir volume support is disabled'],
    uses('volumes-image', mounting({ image: { reference: 'dev.local/data' } }), 'Image volume support is disabled'),
    uses('volumes-hostpath', mounting({ hostPath: { path: '/' } }), 'HostPath volume support is disabled'),
    uses('volumes-ephemeral', mounting({ ephemeral: { volumeClaimTemplate: { spec: {} } } }), 'Ephemeral volume support is disabled'),
    uses('volumes-csi', mounting({ csi: { driver: 'd', readOnly: true } }, { readOnly: true }), 'CSI volume support is disabled'),
    uses(
      'volumes-mount-propagation',
      mounting({ emptyDir: {} }, { mountPropagation: 'None' }),
      'Volume Mount Propagation support is disabled'
    ),
    [
      'kubernetes.containerspec-addcapabilities',
      'Enabled',
      { containers: [{ ...container, securityContext: { capabilities: { add: ['NET_ADMIN'] } } }] },
      closed('containers[0].securityContext.capabilities.add'),
      ''
    ]
  ]
}

const kind = admittedKinds.find(({ resource }) => resource.kind === 'Service' && resource.group === 'serving.knative.dev')

/** What the webhook makes of a new Service, and what it says about it. */
function answer(pod: object, annotations: Data, config: AdmissionConfig): string {
  if (kind === undefined) throw new Error('Services are not admitted')
  const object = {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: 'hello', namespace: 'default' },
    spec: { template: { metadata: { annotations }, spec: pod } }
  } as KubeObject
  const question = { operation: 'CREATE', subresource: '', user: 'me', object } as const
  const filled = fillIn(kind, question, config)
  if (!filled.ok) throw new Error(filled.message)
  const { refusal } = judge(kind, { ...question, object: filled.object }, config)
  return refusal ?? JSON.stringify(filled.object)
}

describe.each(Object.entries(tables))('%s', (name, rows) => {
  it.each(rows)('%s', async (key, value, pod, before, after, beside = {}, annotations = {}) => {
    const metadata = { name, namespace: 'knative-serving' }
    const data = beside
    const others =
      name === 'config-defaults'
        ? [configMap({ metadata: { ...metadata, name: 'config-features' }, data: { 'kubernetes.podspec-init-containers': 'Enabled' } })]
        : []
    const cluster = fakeCluster({ objects: [configMap({ metadata, data }), ...others] })
    const [stop, log] = [new AbortController(), keptLog()]
    const factory = createInformerFactory(cluster.client, { log })
    const settings = watchSettings(factory, 'knative-serving', 'cluster.local', log)
    try {
      await factory.start(stop.signal)
      await settings.synced()
      const now = (): string => answer(pod, annotations, settings.current())
      const first = now()
      if (before === '') expect(first).toMatch(/^\{/)
      else expect(first).toContain(before)
      if (after !== '') expect(first).not.toContain(after)
      cluster.put(configMap({ metadata, data: { ...data, [key]: value } }))
      await eventually(() => now() !== first, `another answer than ${first}`)
      if (after === '') expect(now()).toMatch(/^\{/)
      else expect(now()).toContain(after)
    } finally {
      stop.abort()
    }
  })
})

it('every flag of the pod specification is among them', () => {
  const shown = (tables['config-features'] ?? []).map(([key]) => key)
  const flags = allConfigKeys.find(({ name }) => name === 'features')?.keys.filter(({ takes }) => takes === 'new') ?? []
  expect(flags.map(({ key }) => key).filter((key) => !shown.includes(key))).toEqual([])
})
