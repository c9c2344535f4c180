import { describe, expect, it } from '@jest/globals'
import type * as k8s from '../kubernetes/index.ts'
import { eventingNamespace, eventingRoleNames } from './parts.ts'
import { systemObjects } from './system-objects.ts'

const objects = systemObjects({ version: '1.2.3', image: (app) => `images/${app}` }, 'eventing')
const named = <T>(kind: string): T[] => objects.filter((object) => object.kind === kind) as unknown as T[]
const nameOf = ({ metadata }: { metadata: k8s.ObjectMeta }): string => metadata.name ?? ''

describe('an installation of Eventing', () => {
  it('lives in a namespace of its own, and says on every object what it belongs to', () => {
    for (const { metadata } of objects) {
      expect([undefined, eventingNamespace]).toContain(metadata.namespace)
      expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/name': 'knative-eventing', 'app.kubernetes.io/version': '1.2.3' })
    }
  })

  it('runs each role under its own ServiceAccount, from the image of its app', () => {
    const workloads = [...named<k8s.Deployment>('Deployment'), ...named<k8s.StatefulSet>('StatefulSet')]
    expect(workloads.map(nameOf).toSorted()).toEqual([...eventingRoleNames].toSorted())
    const images = Object.fromEntries(workloads.map((one) => [nameOf(one), one.spec?.template?.spec?.containers[0]?.image]))
    expect(images).toEqual({
      'eventing-webhook': 'images/webhook',
      'eventing-controller': 'images/controller',
      'event-log': 'images/broker',
      'job-sink': 'images/broker',
      'pingsource-mt-adapter': 'images/source'
    })
    for (const one of workloads) expect(one.spec?.template?.spec?.serviceAccountName).toBe(nameOf(one))
  })

  it('is brought back without its own webhook, which SinkBindings let be asked about every other workload', () => {
    const serving = systemObjects({ version: '1.2.3', image: (app) => `images/${app}` }, 'serving')
    const workloads = [...objects, ...serving].filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
    expect(workloads.length).toBeGreaterThan(eventingRoleNames.length)
    for (const { metadata } of workloads) expect(metadata.labels).toMatchObject({ 'bindings.knative.dev/exclude': 'true' })
    const binding = named<k8s.MutatingWebhookConfiguration>('MutatingWebhookConfiguration').find((one) =>
      nameOf(one).startsWith('sinkbindings')
    )
    expect(binding?.webhooks?.[0]?.objectSelector?.matchExpressions).toContainEqual({
      key: 'bindings.knative.dev/exclude',
      operator: 'NotIn',
      values: ['true']
    })
  })

  it('keeps the log on a volume that one pod writes', () => {
    const [log, ...more] = named<k8s.StatefulSet>('StatefulSet')
    expect(more).toEqual([])
    expect(log).toMatchObject({
      metadata: { name: 'event-log' },
      spec: {
        replicas: 1,
        template: {
          spec: {
            containers: [{ volumeMounts: [{ name: 'log', mountPath: '/var/lib/knative-ts/log' }] }],
            securityContext: { fsGroup: 65532 }
          }
        },
        volumeClaimTemplates: [{ metadata: { name: 'log' }, spec: { resources: { requests: { storage: '10Gi' } } } }]
      }
    })
  })

  it('is found under the names of Services that upstream has', () => {
    const ports = Object.fromEntries(named<k8s.Service>('Service').map((one) => [nameOf(one), one.spec?.ports?.map(({ port }) => port)]))
    expect(ports).toEqual({
      'eventing-webhook': [443],
      'eventing-controller': [8090],
      'broker-ingress': [80],
      'broker-filter': [80],
      'imc-dispatcher': [80],
      'job-sink': [80]
    })
  })

  it('binds rights to roles that it has, and leaves the rules of aggregated ones to the cluster', () => {
    const roles = [...named<k8s.ClusterRole>('ClusterRole'), ...named<k8s.Role>('Role')]
    const bindings = [...named<k8s.ClusterRoleBinding>('ClusterRoleBinding'), ...named<k8s.RoleBinding>('RoleBinding')]
    expect(bindings.length).toBeGreaterThan(10)
    for (const { roleRef } of bindings) expect(roles.map(nameOf)).toContain(roleRef.name)
    const aggregated = named<k8s.ClusterRole>('ClusterRole').filter(({ aggregationRule }) => aggregationRule !== undefined)
    expect(aggregated.map(nameOf).toSorted()).toEqual([
      'addressable-resolver',
      'channelable-manipulator',
      'crossnamespace-subscriber',
      'podspecable-binding',
      'source-observer'
    ])
    for (const { rules } of aggregated) expect(rules).toBeUndefined()
  })

  it('ships the defaults without which a Broker has no class and a Channel no kind', () => {
    const maps = Object.fromEntries(named<k8s.ConfigMap>('ConfigMap').map((one) => [nameOf(one), one.data]))
    expect(maps['config-br-defaults']?.['default-br-config']).toContain('brokerClass: MTChannelBasedBroker')
    expect(maps['config-br-default-channel']).toEqual({
      'channel-template-spec': 'apiVersion: messaging.knative.dev/v1\nkind: InMemoryChannel\n'
    })
    expect(maps['default-ch-webhook']).toEqual({
      'default-ch-config': 'clusterDefault:\n  apiVersion: messaging.knative.dev/v1\n  kind: InMemoryChannel\n'
    })
  })
})
