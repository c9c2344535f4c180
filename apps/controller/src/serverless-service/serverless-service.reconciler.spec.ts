import { describe, expect } from '@jest/globals'
import type { ServerlessService } from '@knative-ts/api'
import { services } from '@knative-ts/api/kubernetes'
import { deployment, endpointSlice, kubeService, reconcileTable } from '@knative-ts/testing'
import { one } from '../testing/one-reconciler.ts'
import { privateSlice, settledWorld } from '../testing/stand-ins.ts'

const owner = [
  {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'ServerlessService',
    name: 'hello-00001',
    uid: 'uid-sks',
    controller: true,
    blockOwnerDeletion: true
  }
]
const sks = (mode: 'Serve' | 'Proxy', over: object = {}): ServerlessService => ({
  apiVersion: 'networking.internal.knative.dev/v1alpha1',
  kind: 'ServerlessService',
  metadata: { name: 'hello-00001', namespace: 'default', uid: 'uid-sks', generation: 1 },
  spec: {
    mode,
    protocolType: 'http1',
    numActivators: 2,
    objectRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'hello-00001-deployment' }
  },
  ...over
})
const selector = { 'serving.knative.dev/revisionUID': 'R' }
const target = deployment({
  metadata: { name: 'hello-00001-deployment', labels: selector },
  spec: { selector: { matchLabels: { app: undefined, ...selector } } }
})
const status = (value: object) =>
  ({ verb: 'patch', kind: 'ServerlessService', body: [{ op: 'test' }, { op: 'add', path: '/status', value }] }) as const
const created = { verb: 'create', kind: 'Service' } as const
const slice = (
  address: string,
  ports: object[] = [
    { name: 'http', port: 8012 },
    { name: 'https', port: 8112 }
  ]
) =>
  ({
    verb: 'create',
    kind: 'EndpointSlice',
    key: 'default/hello-00001',
    body: { endpoints: [{ addresses: [address] }], ports, metadata: { ownerReferences: owner } }
  }) as const
const noActivators = settledWorld().slice(0, 2)
const populated = (endpoints: string, activator: string) => ({
  serviceName: 'hello-00001',
  privateServiceName: 'hello-00001-private',
  conditions: [
    { type: 'ActivatorEndpointsPopulated', status: activator, severity: 'Info' },
    { type: 'EndpointsPopulated', status: endpoints },
    { type: 'Ready', status: endpoints }
  ]
})

describe('ServerlessService', () => {
  reconcileTable(one('serverlessservice'), [
    {
      name: 'leads to activators while there are no pods, whatever the mode',
      world: [...settledWorld(), sks('Serve'), target],
      key: 'default/hello-00001',
      writes: [
        { ...created, key: 'default/hello-00001-private', body: { spec: { selector } } },
        {
          ...created,
          key: 'default/hello-00001',
          body: {
            spec: {
              ports: [
                { name: 'http', port: 80, targetPort: 8012 },
                { name: 'https', port: 443, targetPort: 8112 }
              ]
            }
          }
        },
        slice('10.0.0.4'),
        status(populated('Unknown', 'True'))
      ]
    },
    {
      name: 'leads to the pods when it serves and there are some',
      world: [...settledWorld(), sks('Serve'), target, privateSlice('default', 'hello-00001')],
      key: 'default/hello-00001',
      writes: [created, created, slice('10.0.0.1'), status(populated('True', 'False'))]
    },
    {
      name: 'leads to activators when it proxies',
      world: [...settledWorld(), sks('Proxy'), target, privateSlice('default', 'hello-00001')],
      key: 'default/hello-00001',
      writes: [created, created, slice('10.0.0.4'), status(populated('True', 'True'))]
    },
    {
      name: 'leads to the pods when all activators are gone',
      world: [...noActivators, sks('Proxy'), target, privateSlice('default', 'hello-00001')],
      key: 'default/hello-00001',
      writes: [created, created, slice('10.0.0.1'), status(populated('True', 'True'))]
    },
    {
      name: 'moves its slice when the mode changes, and nothing else',
      world: [
        ...settledWorld(),
        sks('Serve', { status: { ...populated('True', 'False'), observedGeneration: 1 } }),
        target,
        privateSlice('default', 'hello-00001'),
        kubeService({ metadata: { name: 'hello-00001-private', ownerReferences: owner }, spec: privatePorts() }),
        kubeService({ metadata: { name: 'hello-00001', ownerReferences: owner }, spec: publicPorts() }),
        endpointSlice({
          metadata: { name: 'hello-00001', ownerReferences: owner, labels: { 'kubernetes.io/service-name': 'hello-00001' } },
          endpoints: [{ addresses: ['10.0.0.4'] }]
        })
      ],
      key: 'default/hello-00001',
      writes: [
        { verb: 'update', kind: 'EndpointSlice', body: { endpoints: [{ addresses: ['10.0.0.1'] }] } },
        { verb: 'patch', kind: 'ServerlessService' }
      ]
    },
    {
      name: 'does not take a Service of somebody else',
      world: [...settledWorld(), sks('Serve'), target, kubeService({ metadata: { name: 'hello-00001' } })],
      key: 'default/hello-00001',
      throws: /does not own Service: "hello-00001"/,
      writes: [
        created,
        slice('10.0.0.4'),
        status({
          conditions: [
            {
              type: 'EndpointsPopulated',
              status: 'False',
              reason: 'NotOwned',
              message: expect.stringMatching(/existing Service "hello-00001" .* Delete it/)
            },
            { type: 'Ready', status: 'False' }
          ]
        })
      ]
    },
    {
      name: 'finds a Deployment that the cache does not show yet',
      world: [...settledWorld(), sks('Serve'), { ...target, metadata: { ...target.metadata, labels: {} } }],
      key: 'default/hello-00001',
      writes: [{ ...created, body: { spec: { selector } } }, created, slice('10.0.0.4'), status(populated('Unknown', 'True'))]
    },
    {
      name: 'says in an event that its Deployment is not there',
      world: [...settledWorld(), sks('Serve')],
      key: 'default/hello-00001',
      throws: /Deployment "hello-00001-deployment".*is not there yet/,
      writes: [status({}), { verb: 'create', kind: 'Event', body: { reason: 'InternalError' } }]
    },
    {
      name: 'tries again when a Service cannot be made',
      world: [...settledWorld(), sks('Serve'), target],
      key: 'default/hello-00001',
      faults: [{ verb: 'create', resource: services, error: new Error('socket hang up') }],
      throws: /socket hang up/,
      writes: [created, created, slice('10.0.0.4'), status({})]
    }
  ])
})

function publicPorts() {
  return {
    selector: undefined,
    ports: [
      { name: 'http', protocol: 'TCP', port: 80, targetPort: 8012 },
      { name: 'https', protocol: 'TCP', port: 443, targetPort: 8112 }
    ]
  }
}

function privatePorts() {
  return {
    selector: { app: undefined, ...selector },
    ports: [
      ...publicPorts().ports,
      { name: 'http-autometric', protocol: 'TCP', port: 9090, targetPort: 'http-autometric' },
      { name: 'http-usermetric', protocol: 'TCP', port: 9091, targetPort: 'http-usermetric' },
      { name: 'http-istio', protocol: 'TCP', port: 8012, targetPort: 8012 }
    ]
  }
}
