/** Eventing's controller at work on a fake cluster, with what an installation has before the first Broker. */
import type { KubeObject } from '@knative-ts/api'
import { eventingNamespace } from '@knative-ts/api'
import { endpointSlice, eventually, fakeCluster, keptLog, kubeService, type FakeCluster } from '@knative-ts/testing'
import { Controller } from '../../controller.ts'
import { dataPlaneServices } from '../endpoints/service-endpoints.ts'
import { eventingGroup } from '../eventing-group.ts'
import { followAs, type DataPlanePod, type DataPlanePodOptions } from './data-plane-pod.ts'

export const eventingConfig = {
  podName: 'eventing-controller-1',
  identity: 'eventing-controller-1_1',
  systemNamespace: eventingNamespace,
  electionConfig: 'config-leader-election',
  serviceAccountDirectory: '/none',
  clusterDomain: 'cluster.local',
  routing: { host: '127.0.0.1', port: 0 }
}

export const eventingConfigMap = (name: string, data: Record<string, string>, namespace = eventingNamespace): KubeObject =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data }) as KubeObject

/** Services of the data plane, one ready pod behind all of them, and the default channel of Brokers. */
export function eventingInstallation(address = '10.0.0.7'): KubeObject[] {
  return [
    eventingConfigMap('config-br-default-channel', {
      'channel-template-spec': 'apiVersion: messaging.knative.dev/v1\nkind: InMemoryChannel\n'
    }),
    ...Object.values(dataPlaneServices).flatMap((name) => [
      kubeService({ metadata: { name, namespace: eventingNamespace }, spec: { ports: [{ name: 'http', port: 80 }] } }),
      endpointSlice({
        metadata: { name: `${name}-1`, namespace: eventingNamespace, labels: { 'kubernetes.io/service-name': name } },
        endpoints: [{ addresses: [address], conditions: { ready: true }, targetRef: { kind: 'Pod', name: 'event-log-0' } }]
      })
    ])
  ]
}

export interface EventingScene {
  readonly cluster: FakeCluster
  readonly controller: Controller
  /** Another pod of the data plane. */
  follow(options?: DataPlanePodOptions): Promise<DataPlanePod>
  close(): Promise<void>
}

/** Starts a controller that leads. */
export async function eventingScene(objects: readonly KubeObject[] = []): Promise<EventingScene> {
  const cluster = fakeCluster({ objects: [...eventingInstallation(), ...objects], garbageCollection: true })
  const admit = () => Promise.resolve(undefined)
  const controller = new Controller({
    client: cluster.client,
    config: eventingConfig,
    group: eventingGroup({ sourceImage: 'dev.local/source' }),
    log: keptLog(),
    admit
  })
  await controller.start()
  await eventually(() => controller.isLeading(), 'a leader')
  const pods: DataPlanePod[] = []
  return {
    cluster,
    controller,
    follow: async (options) => {
      const pod = await followAs(controller.routingPort, options)
      pods.push(pod)
      return pod
    },
    close: async () => {
      for (const pod of pods) pod.leave()
      await controller.drain()
      await controller.stop()
    }
  }
}
