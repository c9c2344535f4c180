/** Deployments, ReplicaSets, StatefulSets, DaemonSets and their like: defaults, rules, what may change. */
import type { Case } from '../recorded-case.ts'
import { container, deployment, object, podTemplate } from './builders.ts'
import { changed, tried } from './kind-builders.ts'

const workload =
  (kind: string) =>
  (name: string, spec: object = {}) =>
    object(`apps/v1 ${kind}`, name, { spec: { selector: { matchLabels: { app: name } }, template: podTemplate(name), ...spec } })
const replicaSet = workload('ReplicaSet')
const statefulSet = workload('StatefulSet')
const daemonSet = workload('DaemonSet')
const claim = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec }
})
const rolling = (rollingUpdate: object) => ({ strategy: { rollingUpdate } })
/** Nobody makes pods of it: no controller writes while it is looked at. */
const idle = { replicas: 0 }

export const cases: readonly Case[] = [
  tried(
    'deployment: defaults and rules',
    deployment('plain'),
    deployment('zero', { replicas: 0, revisionHistoryLimit: 0, minReadySeconds: 5 }),
    deployment('recreate', { strategy: { type: 'Recreate' } }),
    deployment('half', rolling({ maxSurge: '50%' })),
    deployment('limits', { template: podTemplate('limits', { containers: [container({ resources: { limits: { cpu: '1000m' } } })] }) }),
    object('apps/v1 Deployment', 'empty', {}),
    object('apps/v1 Deployment', 'empty-spec', { spec: {} }),
    deployment('mismatch', { selector: { matchLabels: { app: 'other' } } }),
    deployment('no-selector', { selector: undefined }),
    deployment('empty-selector', { selector: {} }),
    deployment('expressions', { selector: { matchExpressions: [{ key: 'app', operator: 'In' }] } }),
    deployment('operator', { selector: { matchExpressions: [{ key: 'app', operator: 'Is', values: ['x'] }] } }),
    deployment('label', { selector: { matchLabels: { app: 'a b' } } }),
    deployment('expressed', { selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['expressed', 'b'] }] } }),
    deployment('negative', { replicas: -1, minReadySeconds: -2, revisionHistoryLimit: -3, progressDeadlineSeconds: -4 }),
    deployment('deadline', { minReadySeconds: 10, progressDeadlineSeconds: 10 }),
    deployment('strategy', { strategy: { type: 'Slow' } }),
    deployment('recreate-rolling', { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
    deployment('zeros', rolling({ maxSurge: 0, maxUnavailable: '0%' })),
    deployment('percent', rolling({ maxSurge: 'some', maxUnavailable: '120%' })),
    deployment('minus', rolling({ maxSurge: -1 })),
    deployment('restart', { template: podTemplate('restart', { restartPolicy: 'Never', activeDeadlineSeconds: 5 }) }),
    deployment('template', {
      template: { metadata: { labels: { app: 'template' }, annotations: { 'a b': 'c' } }, spec: { containers: [{ name: 'A', image: '' }] } }
    }),
    deployment('debug', { template: podTemplate('debug', { ephemeralContainers: [{ name: 'd', image: 'x' }] }) }),
    deployment('A_b'),
    deployment('has.dots'),
    deployment('warns', {
      template: podTemplate('warns', {
        containers: [
          container({
            env: [
              { name: 'A', value: '1' },
              { name: 'A', value: '2' }
            ],
            ports: [{ containerPort: 1 }, { containerPort: 1 }]
          })
        ]
      })
    })
  ),
  changed(
    'deployment: what may change',
    deployment('d', { ...idle, paused: true }),
    { spec: { selector: { matchLabels: { app: 'x' } } } },
    { spec: { template: { metadata: { labels: { app: 'x' } } } } },
    { spec: { replicas: -1 } },
    { spec: { strategy: { type: 'Recreate' } } },
    { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } },
    { spec: { template: { spec: { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } } } } },
    { metadata: { labels: { 'a b': 'c' } } }
  ),
  tried(
    'replica set: defaults and rules',
    replicaSet('plain'),
    replicaSet('negative', { replicas: -1, minReadySeconds: -1 }),
    replicaSet('mismatch', { selector: { matchLabels: { app: 'other' } } }),
    replicaSet('none', { selector: undefined }),
    replicaSet('empty', { selector: {} }),
    replicaSet('bare', { template: undefined })
  ),
  changed(
    'replica set: what may change',
    replicaSet('r', idle),
    { spec: { selector: { matchLabels: { app: 'x' } } } },
    { spec: { replicas: 0 } }
  ),
  tried(
    'stateful set: defaults and rules',
    statefulSet('plain', { serviceName: 's' }),
    statefulSet('on-delete', { updateStrategy: { type: 'OnDelete' }, podManagementPolicy: 'Parallel' }),
    statefulSet('rolling', { updateStrategy: { type: 'RollingUpdate' } }),
    statefulSet('partition', { updateStrategy: { rollingUpdate: { partition: 2 } }, ordinals: { start: 3 } }),
    statefulSet('claims', {
      volumeClaimTemplates: [claim('data')],
      template: podTemplate('claims', { containers: [container({ volumeMounts: [{ name: 'data', mountPath: '/data' }] })] })
    }),
    statefulSet('retention', { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } }),
    statefulSet('policies', {
      podManagementPolicy: 'Wild',
      updateStrategy: { type: 'Slow' },
      persistentVolumeClaimRetentionPolicy: { whenScaled: 'Never' }
    }),
    statefulSet('on-delete-rolling', { updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } }),
    statefulSet('numbers', {
      replicas: -1,
      minReadySeconds: -1,
      ordinals: { start: -1 },
      updateStrategy: { rollingUpdate: { partition: -1 } }
    }),
    statefulSet('service', { serviceName: 'A_b' }),
    statefulSet('no-selector', { selector: undefined }),
    statefulSet('empty-selector', { selector: {} }),
    statefulSet('bad-selector', { selector: { matchLabels: { 'a b': 'c' } } }),
    statefulSet('mismatch', { selector: { matchLabels: { app: 'other' } } }),
    statefulSet('restart', { template: podTemplate('restart', { restartPolicy: 'OnFailure', activeDeadlineSeconds: 3 }) }),
    statefulSet('claim', { volumeClaimTemplates: [claim('data', { accessModes: [], resources: {} })] }),
    statefulSet('has.dots'),
    statefulSet('history', { revisionHistoryLimit: -1 })
  ),
  changed(
    'stateful set: what may change',
    statefulSet('s', { ...idle, serviceName: 's', volumeClaimTemplates: [claim('data')] }),
    { spec: { serviceName: 't' } },
    { spec: { volumeClaimTemplates: null } },
    { spec: { podManagementPolicy: 'Parallel' } },
    { spec: { selector: { matchLabels: { app: 'x' } } } },
    { spec: { minReadySeconds: 3, updateStrategy: { type: 'OnDelete', rollingUpdate: null }, revisionHistoryLimit: 2 } }
  ),
  tried(
    'daemon set: defaults and rules',
    daemonSet('plain'),
    daemonSet('on-delete', { updateStrategy: { type: 'OnDelete' } }),
    daemonSet('surge', { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }),
    daemonSet('both', { updateStrategy: { rollingUpdate: { maxSurge: 1 } } }),
    daemonSet('neither', { updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } }),
    daemonSet('percent', { updateStrategy: { rollingUpdate: { maxUnavailable: '101%' } } }),
    daemonSet('type', { updateStrategy: { type: 'Slow' } }),
    daemonSet('no-selector', { selector: undefined }),
    daemonSet('empty-selector', { selector: {} }),
    daemonSet('mismatch', { selector: { matchLabels: { app: 'other' } } }),
    daemonSet('restart', { template: podTemplate('restart', { restartPolicy: 'Never' }) }),
    daemonSet('negative', { minReadySeconds: -1, revisionHistoryLimit: -1 })
  ),
  changed(
    'daemon set: what may change',
    daemonSet('d', { template: podTemplate('d', { nodeSelector: { oracle: 'nowhere' } }) }),
    { spec: { selector: { matchLabels: { app: 'x' } } } },
    { spec: { template: { metadata: { labels: { more: 'x' } } } } },
    { metadata: { annotations: { 'deprecated.daemonset.template.generation': '7' } } }
  ),
  tried(
    'old workloads: defaults and rules',
    object('v1 ReplicationController', 'plain', { spec: { template: podTemplate('plain') } }),
    object('v1 ReplicationController', 'bare', { spec: {} }),
    object('v1 ReplicationController', 'mismatch', {
      spec: { replicas: -1, selector: { app: 'x' }, template: podTemplate('y', { restartPolicy: 'Never' }) }
    }),
    object('v1 PodTemplate', 'plain', { template: podTemplate('x') }),
    object('v1 PodTemplate', 'bad', { template: { spec: { containers: [] } } }),
    object('apps/v1 ControllerRevision', 'plain', { revision: 1, data: { a: 'b' } }),
    object('apps/v1 ControllerRevision', 'bad', { revision: -1 })
  )
]
