/** ConfigMaps, Secrets, ServiceAccounts, claims, volumes and classes of storage: rules, defaults, what may change. */
import type { Case } from '../recorded-case.ts'
import { configMap, object } from './builders.ts'
import { changed, tried } from './kind-builders.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const secret = (name: string, rest: object, metadata = {}) => object('v1 Secret', name, { ...rest }, metadata)
const claim = (name: string, spec: object = {}, metadata = {}) =>
  object(
    'v1 PersistentVolumeClaim',
    name,
    { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: '', ...spec } },
    metadata
  )
const volume = (name: string, spec: object = {}) =>
  object('v1 PersistentVolume', `oracle-${name}`, {
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/tmp/x' }, ...spec }
  })
const storageClass = (name: string, rest: object = {}) =>
  object('storage.k8s.io/v1 StorageClass', `oracle-${name}`, { provisioner: 'a.b/c', ...rest })
const typed = (type: string, data: object = {}) => ({ type, data })

export const cases: readonly Case[] = [
  tried(
    'config map: rules',
    configMap('fine', { 'a.b': 'c', A_1: '' }),
    object('v1 ConfigMap', 'empty', {}),
    configMap('keys', { 'a b': 'c' }),
    configMap('dots', { '..': 'c' }),
    configMap('up', { '..x': 'c' }),
    configMap('long', { ['k'.repeat(254)]: 'c' }),
    object('v1 ConfigMap', 'both', { data: { a: 'b' }, binaryData: { a: base64('x') } }),
    object('v1 ConfigMap', 'binary', { binaryData: { a: base64('x') } }),
    object('v1 ConfigMap', 'no-base64', { binaryData: { a: '%%%' } }),
    configMap('number', { a: 1 }),
    configMap('big', { a: 'x'.repeat(1_048_577) }),
    configMap('A_b'),
    configMap('labels', {}, { labels: { 'a b': 'c' } }),
    configMap('label-value', {}, { labels: { a: 'b c' } }),
    configMap('annotations', {}, { annotations: { 'a/b/c': 'd' } }),
    configMap('finalizers', {}, { finalizers: ['lonely'] }),
    configMap('owners', {}, { ownerReferences: [{ apiVersion: '', kind: '', name: '', uid: '' }] })
  ),
  changed(
    'config map: frozen',
    object('v1 ConfigMap', 'frozen', { data: { a: 'b' }, immutable: true }),
    { data: { a: 'c' } },
    { immutable: false },
    { immutable: null, data: null },
    { metadata: { labels: { a: 'b' } } }
  ),
  tried(
    'secret: types',
    secret('plain', { data: { a: base64('b') } }),
    secret('text', { stringData: { a: 'b', c: '' }, data: { a: base64('x') } }),
    secret('own', typed('example.com/mine')),
    secret('tls', typed('kubernetes.io/tls')),
    secret('tls-bad', typed('kubernetes.io/tls', { 'tls.crt': base64('x'), 'tls.key': base64('y') })),
    secret('docker', typed('kubernetes.io/dockerconfigjson')),
    secret('docker-bad', typed('kubernetes.io/dockerconfigjson', { '.dockerconfigjson': base64('{') })),
    secret('docker-fine', typed('kubernetes.io/dockerconfigjson', { '.dockerconfigjson': base64('{}') })),
    secret('docker-old', typed('kubernetes.io/dockercfg')),
    secret('basic', typed('kubernetes.io/basic-auth')),
    secret('basic-half', typed('kubernetes.io/basic-auth', { username: base64('me') })),
    secret('ssh', typed('kubernetes.io/ssh-auth')),
    secret('ssh-empty', typed('kubernetes.io/ssh-auth', { 'ssh-privatekey': '' })),
    secret('token', typed('kubernetes.io/service-account-token')),
    secret('keys', { data: { 'a b': '' } }),
    secret('no-base64', { data: { a: '%%%' } }),
    secret('big', { stringData: { a: 'x'.repeat(1_048_577) } })
  ),
  changed(
    'secret: what may change',
    secret('s', { data: { a: base64('b') } }),
    { type: 'example.com/x' },
    { stringData: { c: 'd' } },
    { data: { a: null } }
  ),
  changed('secret: frozen', secret('s', { data: { a: base64('b') }, immutable: true }), { data: { a: base64('c') } }, { immutable: null }),
  tried(
    'service account: rules',
    object('v1 ServiceAccount', 'plain', {}),
    object('v1 ServiceAccount', 'A_b', {}),
    object('v1 ServiceAccount', 'full', {
      automountServiceAccountToken: false,
      imagePullSecrets: [{ name: 'x' }],
      secrets: [{ name: 'y' }]
    }),
    object('v1 ServiceAccount', 'enforced', {}, { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } })
  ),
  tried(
    'claim: rules',
    claim('plain'),
    claim('block', { volumeMode: 'Block', volumeName: 'x', selector: { matchLabels: { a: 'b' } } }),
    claim('source', { dataSource: { kind: 'PersistentVolumeClaim', name: 'x' } }),
    claim('source-ref', { dataSourceRef: { apiGroup: 'a.b', kind: 'K', name: 'x' } }),
    claim('source-other', { dataSource: { apiGroup: 'a.b', kind: 'K', name: 'x' } }),
    claim('no-modes', { accessModes: [] }),
    claim('modes', { accessModes: ['ReadWriteOnce', 'ReadSometimes'] }),
    claim('alone', { accessModes: ['ReadWriteOncePod', 'ReadWriteOnce'] }),
    claim('no-size', { resources: {} }),
    claim('zero', { resources: { requests: { storage: '0' } } }),
    claim('negative', { resources: { requests: { storage: '-1Gi' } } }),
    claim('fraction', { resources: { requests: { storage: '0.5' } } }),
    claim('class', { storageClassName: 'A_b' }),
    claim('mode', { volumeMode: 'Tape' }),
    claim('selector', { selector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }),
    claim('sources', { dataSource: { kind: 'ConfigMap', name: '' } }),
    claim('old-class', {}, { annotations: { 'volume.beta.kubernetes.io/storage-class': 'x' } })
  ),
  changed('claim: what may change', claim('c'), { metadata: { labels: { a: 'b' } } }, { spec: { volumeName: 'x' } }),
  tried(
    'volume: rules',
    volume('plain'),
    volume('full', { storageClassName: 'x', persistentVolumeReclaimPolicy: 'Delete', mountOptions: ['ro'], volumeMode: 'Block' }),
    volume('local', { hostPath: undefined, local: { path: '/x' } }),
    volume('local-there', {
      hostPath: undefined,
      local: { path: '/x' },
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['n'] }] }] }
      }
    }),
    volume('csi', { hostPath: undefined, csi: { driver: 'a.b' } }),
    volume('nfs', { hostPath: undefined, nfs: { server: '', path: 'x' } }),
    volume('none', { hostPath: undefined }),
    volume('two', { nfs: { server: 'h', path: '/x' } }),
    volume('no-modes', { accessModes: [], capacity: {} }),
    volume('capacity', { capacity: { storage: '0', cpu: '1' } }),
    volume('policy', { persistentVolumeReclaimPolicy: 'Burn' }),
    volume('recycle', { persistentVolumeReclaimPolicy: 'Recycle', hostPath: { path: '/' } }),
    volume('affinity', { nodeAffinity: {} }),
    volume('type', { hostPath: { path: '/x', type: 'Odd' }, volumeMode: 'Tape', storageClassName: 'A b' })
  ),
  tried(
    'storage class: rules',
    storageClass('plain'),
    storageClass('full', {
      reclaimPolicy: 'Retain',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
      parameters: { a: 'b' }
    }),
    storageClass('none', { provisioner: '' }),
    storageClass('provisioner', { provisioner: 'a b' }),
    storageClass('policy', { reclaimPolicy: 'Recycle' }),
    storageClass('binding', { volumeBindingMode: 'Later' }),
    storageClass('parameter', { parameters: { '': 'x' } })
  )
]
