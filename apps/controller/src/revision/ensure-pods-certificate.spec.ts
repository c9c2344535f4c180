import { describe, expect } from '@jest/globals'
import type { Certificate } from '@knative-ts/api'
import { deployments, type Deployment, type Secret } from '@knative-ts/api/kubernetes'
import { deployment, namespace, reconcileTable, revision } from '@knative-ts/testing'
import { one } from '../testing/one-reconciler.ts'
import { configMapOf, settledWorld } from '../testing/stand-ins.ts'

const uid = 'uid-revision-hello-00001'
const key = 'default/hello-00001'
const home = namespace({ metadata: { name: 'default', uid: 'uid-default' } })
const world = [...settledWorld(), configMapOf('config-network', { 'system-internal-tls': 'Enabled' }), home]
const resolved = revision({ status: { observedGeneration: 1, containerStatuses: [{ name: 'user-container' }] } })
const certificate: Certificate = {
  apiVersion: 'networking.internal.knative.dev/v1alpha1',
  kind: 'Certificate',
  metadata: {
    name: 'serving-certs',
    namespace: 'default',
    labels: { 'networking.knative.dev/certificate-type': 'system-internal' },
    annotations: { 'networking.knative.dev/certificate.class': 'issuer.certificate.networking.knative.dev' },
    ownerReferences: [
      { apiVersion: 'v1', kind: 'Namespace', name: 'default', uid: 'uid-default', controller: true, blockOwnerDeletion: true }
    ]
  },
  spec: { dnsNames: ['kn-user-default', 'data-plane.knative.dev'], secretName: 'serving-certs' }
}
const failed = {
  ...certificate,
  status: { conditions: [{ type: 'Ready', status: 'False' as const, reason: 'AuthorityUnusable', message: 'Put one there.' }] }
}
const secret: Secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'serving-certs', namespace: 'default' },
  type: 'kubernetes.io/tls',
  data: { 'tls.crt': 'eA==', 'tls.key': 'eA==' }
}
const waiting = 'Certificate "serving-certs", which pods need while system-internal-tls is on, is not issued yet'
const told = (message: string) => ({
  verb: 'patch' as const,
  kind: 'Revision',
  body: [
    { op: 'test' },
    {
      op: 'add',
      path: '/status',
      value: {
        conditions: [
          { type: 'ContainerHealthy' },
          { type: 'Ready', status: 'Unknown', reason: 'Deploying', message },
          { type: 'ResourcesAvailable' }
        ]
      }
    }
  ]
})
const mounted = {
  volumes: [{ name: 'server-certs', secret: { secretName: 'serving-certs' } }],
  containers: [
    { name: 'user-container' },
    { name: 'queue-proxy', volumeMounts: [{ name: 'server-certs', mountPath: '/var/lib/knative/certs', readOnly: true }] }
  ]
}
const running = (spec: object) =>
  deployment({
    metadata: {
      name: 'hello-00001-deployment',
      labels: { 'serving.knative.dev/revisionUID': uid },
      ownerReferences: [
        { apiVersion: 'serving.knative.dev/v1', kind: 'Revision', name: 'hello-00001', uid, controller: true, blockOwnerDeletion: true }
      ]
    },
    spec: { replicas: 0, template: { spec } } as never
  })

describe('a revision while requests come over TLS', () => {
  reconcileTable(one('revision'), [
    {
      name: 'has the certificate of its namespace made, and waits for it',
      world: [...world, resolved],
      key,
      writes: [{ verb: 'create', kind: 'Certificate', key: 'default/serving-certs', body: certificate }, told(`${waiting}.`)]
    },
    {
      name: 'says why there is none',
      world: [...world, resolved, failed],
      key,
      writes: [told(`${waiting}: AuthorityUnusable: Put one there.`)]
    },
    {
      name: 'has it mounted in new pods when it is there',
      world: [...world, resolved, certificate, secret],
      key,
      writes: [
        { verb: 'create', kind: 'Deployment', body: { spec: { template: { spec: mounted } } } },
        { verb: 'create', kind: 'PodAutoscaler' },
        { verb: 'create', kind: 'Image' },
        { verb: 'patch', kind: 'Revision' }
      ]
    },
    {
      name: 'that runs already goes on as it is until it is there',
      world: [...world, resolved, certificate, running({ containers: [] })],
      key,
      writes: [
        {
          verb: 'update',
          kind: 'Deployment',
          body: {
            spec: { template: { spec: { containers: [{ name: 'user-container' }, { name: 'queue-proxy', image: 'dev.local/queue:v1' }] } } }
          }
        },
        { verb: 'create', kind: 'PodAutoscaler' },
        { verb: 'create', kind: 'Image' },
        { verb: 'patch', kind: 'Revision' }
      ]
    },
    {
      name: 'keeps it while its Secret is away',
      world: [...world, resolved, certificate, running(mounted)],
      key,
      writes: [
        { verb: 'update', kind: 'Deployment', body: { spec: { template: { spec: mounted } } } },
        { verb: 'create', kind: 'PodAutoscaler' },
        { verb: 'create', kind: 'Image' },
        { verb: 'patch', kind: 'Revision' }
      ]
    },
    {
      name: 'takes somebody’s own of that name when its Secret is there',
      world: [...world, resolved, { ...certificate, metadata: { ...certificate.metadata, ownerReferences: [] } }, secret],
      key,
      writes: [
        { verb: 'create', kind: 'Deployment', body: { spec: { template: { spec: mounted } } } },
        { verb: 'create', kind: 'PodAutoscaler' },
        { verb: 'create', kind: 'Image' },
        { verb: 'patch', kind: 'Revision' }
      ]
    },
    {
      name: 'has none before',
      world: [...settledWorld(), home, resolved, certificate, secret, running(mounted)],
      key,
      writes: [
        { verb: 'update', kind: 'Deployment' },
        { verb: 'create', kind: 'PodAutoscaler' },
        { verb: 'create', kind: 'Image' },
        { verb: 'patch', kind: 'Revision' }
      ],
      check: (cluster) => {
        const { spec } = cluster.find<Deployment>(deployments, { namespace: 'default', name: 'hello-00001-deployment' }) ?? {}
        expect(spec?.template.spec?.containers).toHaveLength(2)
        expect(spec?.template.spec?.volumes).toBeUndefined()
      }
    }
  ])
})
