/** The events of the scheduler that this agent is too: of the newer kind, without a count, as Kubernetes' scheduler writes them. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { events } from '@knative-ts/api/kubernetes'
import { isNamespaceTerminating, isNotFound, type KubeClient, type Log, microTime } from '@knative-ts/kube'

const component = 'default-scheduler'
let serial = 0

export class SchedulerEvents {
  readonly #client: KubeClient
  readonly #instance: string
  readonly #log: Log
  /** The last refusal of a pod: the same one again is no news. */
  readonly #told = new Map<string, string>()

  constructor(client: KubeClient, nodeName: string, log: Log) {
    this.#client = client
    this.#instance = `${component}-${nodeName}`
    this.#log = log
  }

  assigned(pod: k8s.Pod, nodeName: string): void {
    const { namespace, name, uid = '' } = pod.metadata
    this.#told.delete(uid)
    this.#write(pod, 'Normal', 'Scheduled', 'Binding', `Successfully assigned ${namespace}/${name} to ${nodeName}`)
  }

  refused(pod: k8s.Pod, message: string): void {
    const { uid = '' } = pod.metadata
    if (this.#told.get(uid) === message) return
    this.#told.set(uid, message)
    this.#write(pod, 'Warning', 'FailedScheduling', 'Scheduling', message)
  }

  /** The pod is gone. */
  forget(uid: string): void {
    this.#told.delete(uid)
  }

  #write(pod: k8s.Pod, type: string, reason: string, action: string, message: string): void {
    const { namespace = '', name = '', uid, resourceVersion } = pod.metadata
    const unique = (BigInt(Date.now()) * 1_000_000n + BigInt(serial++ % 1_000_000)).toString(16)
    const event: KubeObject = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { namespace, name: `${name}.${unique}` },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid, resourceVersion },
      type,
      reason,
      action,
      message,
      eventTime: microTime(Date.now()),
      reportingComponent: component,
      reportingInstance: this.#instance,
      source: {}
    } as KubeObject
    this.#client.create(events, event as never).catch((error: unknown) => {
      // The namespace goes, and the event with it.
      if (isNotFound(error) || isNamespaceTerminating(error)) return
      this.#log.warn({ pod: `${namespace}/${name}`, error }, 'cannot write an event of the scheduler')
    })
  }
}
