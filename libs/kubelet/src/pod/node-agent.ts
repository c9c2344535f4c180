import type * as k8s from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'
import type { References } from '../env/container-env.ts'
import type { Allocatable } from '../env/field-ref.ts'
import type { Network } from '../network/network.ts'
import type { IssueToken } from '../volume/payload.ts'
import type { NodeServices } from './pod-context.ts'

/** What a pod needs of the node that runs it. */
export interface NodeAgent {
  readonly client: KubeClient
  readonly nodeName: string
  readonly stateDirectory: string
  readonly network: Network
  readonly services: NodeServices
  readonly references: References
  readonly issueToken: IssueToken
  readonly allocatable: Allocatable
  /** Certificate of the authority that signed the API server's. */
  readonly caPem: string
  /** Variables that tell a pod of Services: the API server always, the others of its namespace when it asks for links. */
  serviceEnv(pod: k8s.Pod): Record<string, string>
  event(pod: k8s.Pod, type: 'Normal' | 'Warning', reason: string, message: string, container?: string): void
  /** A pod is over: drop what is kept under its uid. */
  forget(uid: string): void
}
