/** What the other roles and Kubernetes' controllers do for one revision, in as few steps as a test needs. */
import { podAutoscalers, serverlessServices, type PodAutoscaler, type ServerlessService } from '@knative-ts/api'
import { deployments, endpointSlices, type Deployment, type EndpointSlice } from '@knative-ts/api/kubernetes'
import { controllerRefOf, type KubeClient } from '@knative-ts/kube'
import { endpointSlice, type FakeCluster } from '@knative-ts/testing'

const time = '2030-01-01T00:00:00Z'
const is = (type: string, status: 'True' | 'False' | 'Unknown', reason = '', message = '') => ({
  type,
  status,
  lastTransitionTime: time,
  ...(reason === '' ? {} : { reason }),
  ...(message === '' ? {} : { message })
})

/** ConfigMaps, activators and one gateway: what a cluster has before the first Service. */
export function settledWorld(): (EndpointSlice | ReturnType<typeof configMapOf>)[] {
  return [
    configMapOf('config-deployment', { 'queue-sidecar-image': 'dev.local/queue:v1', 'progress-deadline': '120s' }),
    configMapOf('config-domain', { 'example.com': '' }),
    endpointSlice({
      metadata: {
        name: 'activator-service-1',
        namespace: 'knative-serving',
        labels: { 'kubernetes.io/service-name': 'activator-service' }
      },
      endpoints: [
        {
          addresses: ['10.0.0.4'],
          conditions: { ready: true },
          nodeName: 'node',
          targetRef: { kind: 'Pod', namespace: 'knative-serving', name: 'activator-864f485fdc-klr89', uid: 'uid-activator' }
        }
      ],
      ports: [
        { name: 'http', protocol: 'TCP', port: 8012 },
        { name: 'http2', protocol: 'TCP', port: 8013 },
        { name: 'https', protocol: 'TCP', port: 8112 }
      ]
    })
  ]
}

export function configMapOf(name: string, data: Record<string, string>) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'knative-serving' }, data }
}

/** The autoscaler's first pass: a ServerlessService, and a PodAutoscaler that waits for pods. */
export async function autoscalerStarts(client: KubeClient, autoscaler: PodAutoscaler): Promise<void> {
  const { name = '', namespace = '', labels = {}, annotations = {} } = autoscaler.metadata
  const { 'autoscaling.knative.dev/metric': _metric, ...others } = annotations
  const sks: ServerlessService = {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'ServerlessService',
    metadata: { name, namespace, labels, annotations: others, ownerReferences: [controllerRefOf(autoscaler, podAutoscalers)] },
    spec: { mode: 'Proxy', numActivators: 4, protocolType: autoscaler.spec.protocolType, objectRef: autoscaler.spec.scaleTargetRef }
  }
  await client.create(serverlessServices, sks)
  const text = 'Requests to the target are being buffered as resources are provisioned.'
  await setStatus(client, autoscaler, {
    desiredScale: -1,
    actualScale: 0,
    serviceName: '',
    metricsServiceName: '',
    conditions: [
      is('Active', 'Unknown', 'Queued', text),
      is('Ready', 'Unknown', 'Queued', text),
      is('SKSReady', 'Unknown', 'NotReady', 'No Private Service Name'),
      is('ScaleTargetInitialized', 'Unknown')
    ]
  })
}

/** One pod is ready: endpoints, Deployment and PodAutoscaler say so. */
export async function podBecomesReady(cluster: FakeCluster, namespace: string, revision: string): Promise<void> {
  const { client } = cluster
  const deployment = await client.get(deployments, { namespace, name: `${revision}-deployment` })
  await client.create(endpointSlices, privateSlice(namespace, revision))
  await client.updateStatus(deployments, {
    ...deployment,
    status: {
      observedGeneration: 1,
      replicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
      updatedReplicas: 1,
      conditions: [
        is('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.'),
        is('Progressing', 'True', 'NewReplicaSetAvailable', `ReplicaSet "${revision}-deployment-1" has successfully progressed.`)
      ]
    }
  } as Deployment)
  await setStatus(client, await client.get(podAutoscalers, { namespace, name: revision }), {
    desiredScale: 1,
    actualScale: 1,
    serviceName: revision,
    metricsServiceName: `${revision}-private`,
    conditions: [is('Active', 'True'), is('Ready', 'True'), is('SKSReady', 'True'), is('ScaleTargetInitialized', 'True')]
  })
}

export function privateSlice(namespace: string, revision: string): EndpointSlice {
  return endpointSlice({
    metadata: {
      name: `${revision}-private-d4tn5`,
      namespace,
      labels: { 'kubernetes.io/service-name': `${revision}-private`, 'networking.internal.knative.dev/serverlessservice': revision }
    },
    endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true }, nodeName: 'node' }],
    ports: [
      { name: 'http', protocol: 'TCP', port: 8012 },
      { name: 'http-istio', protocol: 'TCP', port: 8012 },
      { name: 'https', protocol: 'TCP', port: 8112 },
      { name: 'http-autometric', protocol: 'TCP', port: 9090 }
    ]
  })
}

async function setStatus(client: KubeClient, autoscaler: PodAutoscaler, status: NonNullable<PodAutoscaler['status']>): Promise<void> {
  const observedGeneration = autoscaler.metadata.generation ?? 1
  await client.patch(
    podAutoscalers,
    { namespace: autoscaler.metadata.namespace ?? '', name: autoscaler.metadata.name ?? '' },
    { type: 'merge', body: { status: { ...status, observedGeneration } } },
    { subresource: 'status' }
  )
}
