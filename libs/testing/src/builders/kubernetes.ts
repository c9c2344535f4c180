/** Objects of Kubernetes' own kinds as the smallest valid example, with deep overrides. */
import type { ConfigMap, Deployment, EndpointSlice, Namespace, Pod, ReplicaSet, Service } from '@knative-ts/api/kubernetes'
import { overlay, type Overrides } from '../overlay.ts'

const uidOf = (kind: string, name: string): string => `uid-${kind}-${name}`

/** A Namespace `default`. */
export function namespace(overrides?: Overrides<Namespace>): Namespace {
  const name = overrides?.metadata?.name ?? 'default'
  const base: Namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, uid: uidOf('namespace', name) },
    spec: { finalizers: ['kubernetes'] }
  }
  return overlay(base, overrides)
}

/** A ConfigMap `default/settings` without data. */
export function configMap(overrides?: Overrides<ConfigMap>): ConfigMap {
  const name = overrides?.metadata?.name ?? 'settings'
  const base: ConfigMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default', uid: uidOf('configmap', name) },
    data: {}
  }
  return overlay(base, overrides)
}

/** A Pod `default/hello-1` on no node, label app=hello, not yet running. */
export function pod(overrides?: Overrides<Pod>): Pod {
  const name = overrides?.metadata?.name ?? 'hello-1'
  const base: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: uidOf('pod', name), labels: { app: 'hello' } },
    spec: { containers: [{ name: 'main', image: 'dev.local/hello' }] },
    status: { phase: 'Pending' }
  }
  return overlay(base, overrides)
}

/** A Pod that runs on node `node` at 10.88.0.5 and is ready since 2030-01-01. */
export function readyPod(overrides?: Overrides<Pod>): Pod {
  const since = '2030-01-01T00:00:00Z'
  const base = pod({
    spec: { nodeName: 'node' },
    status: {
      phase: 'Running',
      podIP: '10.88.0.5',
      podIPs: [{ ip: '10.88.0.5' }],
      hostIP: '10.88.0.1',
      conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
        type,
        status: 'True',
        lastTransitionTime: since
      }))
    }
  })
  const name = overrides?.metadata?.name ?? 'hello-1'
  return overlay(overlay(base, { metadata: { uid: uidOf('pod', name) } }), overrides)
}

/** A Deployment `default/hello` of one replica, defaulted as the API server does. */
export function deployment(overrides?: Overrides<Deployment>): Deployment {
  const name = overrides?.metadata?.name ?? 'hello'
  const base: Deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default', uid: uidOf('deployment', name), generation: 1, labels: { app: 'hello' } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'hello' } },
      template: { metadata: { labels: { app: 'hello' } }, spec: { containers: [{ name: 'main', image: 'dev.local/hello' }] } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600
    }
  }
  return overlay(base, overrides)
}

/** A ReplicaSet `default/hello-abc` of one replica. */
export function replicaSet(overrides?: Overrides<ReplicaSet>): ReplicaSet {
  const name = overrides?.metadata?.name ?? 'hello-abc'
  const base: ReplicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace: 'default', uid: uidOf('replicaset', name), generation: 1, labels: { app: 'hello' } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'hello' } },
      template: { metadata: { labels: { app: 'hello' } }, spec: { containers: [{ name: 'main', image: 'dev.local/hello' }] } }
    }
  }
  return overlay(base, overrides)
}

/** A ClusterIP Service `default/hello` of Kubernetes, port 80 to 8080, selecting app=hello. */
export function kubeService(overrides?: Overrides<Service>): Service {
  const name = overrides?.metadata?.name ?? 'hello'
  const base: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default', uid: uidOf('service', name) },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.10',
      selector: { app: 'hello' },
      ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080 }]
    }
  }
  return overlay(base, overrides)
}

/** An EndpointSlice of Service `default/hello` with one ready endpoint, 10.88.0.5:8080. */
export function endpointSlice(overrides?: Overrides<EndpointSlice>): EndpointSlice {
  const name = overrides?.metadata?.name ?? 'hello-x7k2p'
  const base: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name,
      namespace: 'default',
      uid: uidOf('endpointslice', name),
      labels: { 'kubernetes.io/service-name': 'hello', 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' }
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.88.0.5'], conditions: { ready: true, serving: true, terminating: false }, nodeName: 'node' }],
    ports: [{ name: 'http', protocol: 'TCP', port: 8080 }]
  }
  return overlay(base, overrides)
}
