import { describe, expect, it } from '@jest/globals'
import { domainMappings, images, ingresses, routes, subscriptions, type KubeObject } from '@knative-ts/api'
import {
  clusterRoles,
  deployments,
  mutatingWebhookConfigurations,
  pods,
  secrets,
  validatingWebhookConfigurations
} from '@knative-ts/api/kubernetes'
import { leases } from '@knative-ts/kube'
import { fakeCluster, keptLog, route, virtualClock, type FakeCluster } from '@knative-ts/testing'
import { departures } from './departure.ts'
import { leave } from './leave.ts'

const [routeFinalizer, ingressFinalizer] = ['routes.serving.knative.dev', 'ingresses.networking.internal.knative.dev']
const namespace = 'knative-serving'
const ingress = (name: string, ingressClass: string, more: object = {}): KubeObject => ({
  apiVersion: 'networking.internal.knative.dev/v1alpha1',
  kind: 'Ingress',
  metadata: {
    namespace: 'default',
    name,
    finalizers: ['mine.example.com', ingressFinalizer],
    annotations: { 'networking.knative.dev/ingress.class': ingressClass },
    ...more
  }
})
const own = 'gateway.ingress.networking.knative.dev'
const configuration = (kind: string, name: string): KubeObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: { name }
})
const webhooks = [
  configuration('MutatingWebhookConfiguration', 'webhook.serving.knative.dev'),
  configuration('ValidatingWebhookConfiguration', 'validation.webhook.serving.knative.dev'),
  configuration('ValidatingWebhookConfiguration', 'config.webhook.serving.knative.dev'),
  configuration('ValidatingWebhookConfiguration', 'somebody-else')
]
const lease = (name: string): KubeObject => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name } })
const clusterRole = (name: string, more: object = {}): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name, labels: { 'app.kubernetes.io/name': 'knative-serving' } },
  ...more
})
const authority = (labels: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace, name: 'issuer-authority', labels }
})
const installed = [
  clusterRole('knative-serving-admin', { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } }),
  clusterRole('knative-serving-core'),
  ...webhooks,
  ...['controller', 'autoscaler', 'webhook', 'gateway'].map((name) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name },
    spec: { replicas: 3 }
  })),
  { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: 'webhook-certs' } },
  { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: 'somebody-else' } },
  authority({ 'networking.internal.knative.dev/issuer-authority': 'true' }),
  {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'Certificate',
    metadata: { namespace, name: 'routing-serving-certs' },
    spec: {}
  },
  {
    apiVersion: 'caching.internal.knative.dev/v1alpha1',
    kind: 'Image',
    metadata: { namespace, name: 'queue-proxy' },
    spec: { image: 'q' }
  },
  lease('controller.knative.dev.serving.pkg.reconciler.route.reconciler.00-of-01'),
  lease('autoscaler-bucket-00-of-01'),
  lease('somebody-else')
] as KubeObject[]
const controllerPod = (): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace, name: 'controller-1', labels: { app: 'controller' } }
})

const leaving = (cluster: FakeCluster, clock = virtualClock()) =>
  leave({
    client: cluster.client,
    systemNamespace: namespace,
    departure: departures.serving,
    clock,
    log: keptLog(),
    signal: new AbortController().signal
  })
const namesOf = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => metadata.name)
const finalizersIn = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => metadata.finalizers)

describe('leaving', () => {
  it('takes what waits for our controllers off Routes and KIngresses of our class, and nothing else', async () => {
    const cluster = fakeCluster({
      objects: [
        ...installed,
        route({ metadata: { finalizers: [routeFinalizer] } }),
        ingress('ours', own),
        ingress('theirs', 'istio.ingress.networking.knative.dev')
      ]
    })
    await leaving(cluster)
    expect(finalizersIn(cluster.all(routes))).toEqual([[]])
    expect(finalizersIn(cluster.all(ingresses))).toEqual([['mine.example.com'], ['mine.example.com', ingressFinalizer]])
  })

  it('takes it off DomainMappings too', async () => {
    const mapping = {
      apiVersion: 'serving.knative.dev/v1beta1',
      kind: 'DomainMapping',
      metadata: { namespace: 'default', name: 'hello.example.com', finalizers: ['domainmappings.serving.knative.dev'] }
    }
    const cluster = fakeCluster({ objects: [...installed, mapping] })
    await leaving(cluster)
    expect(finalizersIn(cluster.all(domainMappings))).toEqual([[]])
  })

  it('leaves an authority that somebody has put there', async () => {
    const cluster = fakeCluster({ objects: installed.map((each) => (each.metadata.name === 'issuer-authority' ? authority({}) : each)) })
    await leaving(cluster)
    expect(namesOf(cluster.all(secrets))).toEqual(['issuer-authority', 'somebody-else'])
  })

  it('lets deletions that wait already come to their end', async () => {
    const deletionTimestamp = '2030-01-01T00:00:00Z'
    const cluster = fakeCluster({ objects: [...installed, route({ metadata: { finalizers: [routeFinalizer], deletionTimestamp } })] })
    await leaving(cluster)
    expect(cluster.all(routes)).toEqual([])
  })

  it('closes admission before anything is written, ends who writes, and removes what roles have made', async () => {
    const cluster = fakeCluster({ objects: [...installed, route({ metadata: { finalizers: [routeFinalizer] } })] })
    await leaving(cluster)
    expect(cluster.writes.map(({ verb, resource, key }) => `${verb} ${resource.plural} ${key.name}`)).toEqual([
      'delete mutatingwebhookconfigurations webhook.serving.knative.dev',
      'delete validatingwebhookconfigurations validation.webhook.serving.knative.dev',
      'delete validatingwebhookconfigurations config.webhook.serving.knative.dev',
      'patch deployments controller',
      'patch deployments autoscaler',
      'patch deployments webhook',
      'patch routes hello',
      'delete images queue-proxy',
      'delete secrets webhook-certs',
      'delete certificates routing-serving-certs',
      'delete secrets issuer-authority',
      'delete leases autoscaler-bucket-00-of-01',
      'delete leases controller.knative.dev.serving.pkg.reconciler.route.reconciler.00-of-01',
      'delete clusterroles knative-serving-admin'
    ])
    expect(namesOf(cluster.all(mutatingWebhookConfigurations))).toEqual([])
    expect(namesOf(cluster.all(validatingWebhookConfigurations))).toEqual(['somebody-else'])
    expect(cluster.all(deployments).map(({ metadata, spec }) => [metadata.name, spec?.replicas])).toEqual([
      ['autoscaler', 0],
      ['controller', 0],
      ['gateway', 3],
      ['webhook', 0]
    ])
    expect(namesOf(cluster.all(secrets))).toEqual(['somebody-else'])
    expect(namesOf(cluster.all(leases))).toEqual(['somebody-else'])
    expect(cluster.all(images)).toEqual([])
    expect(namesOf(cluster.all(clusterRoles))).toEqual(['knative-serving-core'])
  })

  it('waits for controllers that still run, since they would take hold again', async () => {
    const clock = virtualClock()
    const cluster = fakeCluster({ objects: [...installed, controllerPod(), route({ metadata: { finalizers: [routeFinalizer] } })] })
    const done = leaving(cluster, clock)
    await clock.advance(10_000)
    expect(finalizersIn(cluster.all(routes))).toEqual([[routeFinalizer]])
    cluster.remove(controllerPod())
    await clock.advance(1_000)
    await done
    expect(finalizersIn(cluster.all(routes))).toEqual([[]])
  })

  it('names the controllers that do not end', async () => {
    const clock = virtualClock()
    const cluster = fakeCluster({ objects: [...installed, controllerPod()] })
    const outcome = leaving(cluster, clock).then(
      () => 'left',
      (error: Error) => error.message
    )
    await clock.advance(91_000)
    expect(await outcome).toContain('have not ended within 90 s: controller-1')
    expect(cluster.all(pods)).toHaveLength(1)
  })

  it('goes on where somebody else wrote at the same time', async () => {
    const cluster = fakeCluster({ objects: [...installed, route({ metadata: { finalizers: [routeFinalizer] } })] })
    cluster.fail({ verb: 'patch', resource: routes, error: 'Conflict' })
    await leaving(cluster)
    expect(finalizersIn(cluster.all(routes))).toEqual([[]])
  })

  it('leaves a second time, and what was never whole', async () => {
    const cluster = fakeCluster()
    await leaving(cluster)
    await leaving(cluster)
    expect(cluster.writes.filter(({ effective }) => effective)).toEqual([])
  })

  it('says which object it may not write', async () => {
    const cluster = fakeCluster({ objects: [...installed, route({ metadata: { finalizers: [routeFinalizer] } })] })
    cluster.fail({ verb: 'patch', resource: routes, error: 'Forbidden' })
    await expect(leaving(cluster)).rejects.toThrow('cannot let go of Route default/hello')
  })
})

describe('leaving of Eventing', () => {
  const [system, finalizer] = ['knative-eventing', 'subscriptions.messaging.knative.dev']
  const subscription = {
    apiVersion: 'messaging.knative.dev/v1',
    kind: 'Subscription',
    metadata: { namespace: 'default', name: 'one', finalizers: ['mine.example.com', finalizer] }
  }
  const deployed = ['eventing-controller', 'eventing-webhook'].map((name) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: system, name },
    spec: { replicas: 1 }
  }))

  it('lets its own objects go, and leaves those of Serving alone', async () => {
    const cluster = fakeCluster({
      objects: [...installed, ...deployed, subscription, route({ metadata: { finalizers: [routeFinalizer] } })] as never
    })
    await leave({
      client: cluster.client,
      systemNamespace: system,
      departure: departures.eventing,
      clock: virtualClock(),
      log: keptLog(),
      signal: new AbortController().signal
    })
    expect(finalizersIn(cluster.all(subscriptions))).toEqual([['mine.example.com']])
    expect(finalizersIn(cluster.all(routes))).toEqual([[routeFinalizer]])
    expect(cluster.writes.map(({ verb, resource, key }) => `${verb} ${resource.plural} ${key.name}`)).toEqual([
      'delete mutatingwebhookconfigurations webhook.eventing.knative.dev',
      'delete mutatingwebhookconfigurations inmemorychannel.eventing.knative.dev',
      'delete mutatingwebhookconfigurations sinkbindings.webhook.sources.knative.dev',
      'delete validatingwebhookconfigurations validation.webhook.eventing.knative.dev',
      'delete validatingwebhookconfigurations validation.inmemorychannel.eventing.knative.dev',
      'delete validatingwebhookconfigurations config.webhook.eventing.knative.dev',
      'patch deployments eventing-controller',
      'patch deployments eventing-webhook',
      'patch subscriptions one',
      'delete secrets eventing-webhook-certs'
    ])
  })
})
