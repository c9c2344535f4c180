import type { KubeClient, Clock, InformerFactory, Log } from '@knative-ts/kube'

/** What every built-in controller works with. */
export interface ControllerContext {
  readonly client: KubeClient
  readonly factory: InformerFactory
  readonly log: Log
  readonly clock: Clock
}
