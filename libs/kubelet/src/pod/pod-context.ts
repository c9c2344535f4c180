/** What the containers of one pod share. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { Log } from '@knative-ts/kube'
import type { Keychain } from '@knative-ts/registry'
import type { Images } from '../image/images.ts'
import type { PodName, Sandbox } from '../network/network.ts'
import type { PodVolumes } from '../volume/pod-volumes.ts'
import type { HostPorts } from '../network/host-ports.ts'
import type { BackOffPolicy } from './restart-back-off.ts'

/** Services of the node agent that containers lean on. */
export interface NodeServices {
  readonly images: Images
  readonly hostPorts: HostPorts
  readonly backOff: BackOffPolicy
  /** Between two questions to a registry. */
  readonly pullBackOff: BackOffPolicy
  readonly log: Log
}

/** One pod as its containers see it. */
export interface PodContext {
  readonly name: PodName
  readonly directory: string
  readonly services: NodeServices
  readonly sandbox: Sandbox
  readonly volumes: PodVolumes
  /** The object as last seen. */
  pod(): k8s.Pod
  /** Environment of a container over a base: that of its runtime and its image. Rejects with EnvError. */
  environment(container: k8s.Container, base: Readonly<Record<string, string>>): Promise<Record<string, string>>
  /** What the pod may pull images with. */
  keychain(): Promise<Keychain>
  /** Something in the facts of a container has changed: the status must be written. */
  changed(): void
  event(type: 'Normal' | 'Warning', reason: string, message: string, container?: string): void
}
