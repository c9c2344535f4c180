import { describe } from '@jest/globals'
import type { Ingress } from '@knative-ts/api'
import { reconcileTable } from '@knative-ts/testing'
import { gatewaysThat, now, one } from '../testing/one-reconciler.ts'

const finalizers = ['ingresses.networking.internal.knative.dev']
const ingress = (over: Partial<Ingress> = {}, metadata: object = {}): Ingress => ({
  apiVersion: 'networking.internal.knative.dev/v1alpha1',
  kind: 'Ingress',
  metadata: {
    name: 'hello',
    namespace: 'default',
    uid: 'uid-ingress',
    generation: 2,
    finalizers,
    annotations: { 'networking.knative.dev/ingress.class': 'gateway.ingress.networking.knative.dev' },
    ...metadata
  },
  spec: { rules: [] },
  ...over
})
const status = (value: object) =>
  ({ verb: 'patch', kind: 'Ingress', body: [{ op: 'test' }, { op: 'add', path: '/status', value }] }) as const
const said = (balancer: object, ready: object) => ({
  observedGeneration: 2,
  conditions: [
    { type: 'LoadBalancerReady', ...balancer },
    { type: 'NetworkConfigured', status: 'True' },
    { type: 'Ready', ...ready }
  ]
})
const waiting = { status: 'Unknown', reason: 'Uninitialized', message: 'Waiting for load balancer to be ready' }
const was = {
  observedGeneration: 2,
  conditions: [
    { type: 'LoadBalancerReady', status: 'True' },
    { type: 'NetworkConfigured', status: 'True' },
    { type: 'Ready', status: 'True' }
  ]
} as const

describe('KIngress of our class', () => {
  reconcileTable(one('ingress'), [
    {
      name: 'is ready when all gateways serve it, and says where they listen',
      world: [ingress()],
      key: 'default/hello',
      writes: [
        status({
          ...said({ status: 'True' }, { status: 'True' }),
          publicLoadBalancer: { ingress: [{ domainInternal: 'gateway.knative-serving.svc.cluster.local' }] },
          privateLoadBalancer: { ingress: [{ domainInternal: 'gateway-internal.knative-serving.svc.cluster.local' }] }
        })
      ]
    },
    {
      name: 'gets its finalizer first',
      world: [ingress({}, { finalizers: [] })],
      key: 'default/hello',
      writes: [
        { verb: 'patch', kind: 'Ingress', body: { metadata: { finalizers } } },
        { verb: 'create', kind: 'Event', body: { reason: 'FinalizerUpdate', message: 'Updated "hello" finalizers' } },
        status({})
      ]
    },
    {
      name: 'of another class is none of our business',
      world: [ingress({}, { annotations: { 'networking.knative.dev/ingress.class': 'istio' } })],
      key: 'default/hello',
      writes: []
    },
    {
      name: 'lets go when it is deleted',
      world: [ingress({}, { deletionTimestamp: now })],
      key: 'default/hello',
      writes: [{ verb: 'patch', kind: 'Ingress', body: { metadata: { finalizers: [] } } }]
    }
  ])
  reconcileTable(one('ingress', gatewaysThat(false)), [
    {
      name: 'waits while a gateway does not serve it',
      world: [ingress()],
      key: 'default/hello',
      writes: [status(said(waiting, waiting))]
    },
    {
      name: 'waits again with a new spec',
      world: [ingress({ status: { ...was, observedGeneration: 1, conditions: [...was.conditions] } })],
      key: 'default/hello',
      writes: [status(said(waiting, waiting))]
    },
    {
      name: 'stays ready when a gateway comes later',
      world: [ingress({ status: { ...was, conditions: [...was.conditions] } })],
      key: 'default/hello',
      writes: [status(said({ status: 'True' }, { status: 'True' }))]
    }
  ])
  reconcileTable(one('ingress', gatewaysThat(false, 'Secret default/x is not there')), [
    {
      name: 'says what it waits for when a certificate is missing',
      world: [ingress()],
      key: 'default/hello',
      writes: [
        status(
          said(
            { status: 'Unknown', reason: 'CertificateMissing', message: 'Secret default/x is not there' },
            { status: 'Unknown', reason: 'CertificateMissing', message: 'Secret default/x is not there' }
          )
        )
      ]
    }
  ])
})
