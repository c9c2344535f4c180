import { keyOf, keyText } from '@knative-ts/api'
import type { KubeObject } from '@knative-ts/api'
import { pods, type Pod } from '@knative-ts/api/kubernetes'
import {
  createEventRecorder,
  errorOf,
  errorText,
  type EventRecorder,
  type Informer,
  isNamespaceTerminating,
  isNotFound
} from '@knative-ts/kube'
import type { ControllerContext } from './controller-context.ts'
import { Expectations } from './expectations.ts'
import { slowStart } from './slow-start.ts'

/** How events tell it: from the names of owner and pod. */
export interface Wording {
  readonly created: (owner: string, pod: string) => string
  readonly deleted: (owner: string, pod: string) => string
}

const usual: Wording = { created: (_owner, pod) => `Created pod: ${pod}`, deleted: (_owner, pod) => `Deleted pod: ${pod}` }

/** Creates and deletes the pods of owners: says so in events, and expects the cache to show it before the owner's next decision. */
export class PodWriter {
  readonly events: EventRecorder
  readonly expectations = new Expectations()
  readonly #context: ControllerContext
  readonly #wording: Wording

  /** Made before the controller's loop listens to `shown`, so that a pass never runs on a cache that is ahead of its expectations. */
  constructor(context: ControllerContext, component: string, shown: Informer<Pod>, wording = usual) {
    const { client, log, clock } = context
    this.#context = context
    this.#wording = wording
    this.events = createEventRecorder({ client, component, log, clock })
    shown.onChange(({ before, after }) => {
      const uid = (after ?? before)?.metadata.uid ?? ''
      if (after === undefined || after.metadata.deletionTimestamp !== undefined) this.expectations.left(uid)
      else this.expectations.appeared(uid)
    })
  }

  /** Rejects with what the server said; a namespace on its way out is no failure, the owner goes with it. */
  async create(owner: KubeObject, pod: Pod): Promise<void> {
    const { client, clock } = this.#context
    try {
      const created = await client.create(pods, pod)
      this.expectations.created(keyText(keyOf(owner)), created.metadata.uid ?? '', clock.now())
      this.events.record(owner, 'Normal', 'SuccessfulCreate', this.#wording.created(owner.metadata.name ?? '', created.metadata.name ?? ''))
    } catch (error) {
      if (isNamespaceTerminating(error)) return
      this.events.record(owner, 'Warning', 'FailedCreate', `Error creating: ${errorText(error)}`)
      throw error
    }
  }

  /** A pod that is gone already is as good as deleted. */
  async remove(owner: KubeObject, pod: Pod): Promise<void> {
    const { client, clock } = this.#context
    try {
      await client.delete(pods, keyOf(pod), { preconditions: { uid: pod.metadata.uid ?? '' } })
      this.expectations.deleted(keyText(keyOf(owner)), pod.metadata.uid ?? '', clock.now())
      this.events.record(owner, 'Normal', 'SuccessfulDelete', this.#wording.deleted(owner.metadata.name ?? '', pod.metadata.name ?? ''))
    } catch (error) {
      if (isNotFound(error)) return
      this.events.record(owner, 'Warning', 'FailedDelete', `Error deleting: ${errorText(error)}`)
      throw error
    }
  }

  /** Creates all, few at first: see {@link slowStart}. Resolves with how many were created, and the first failure, if any. */
  async createAll(owner: KubeObject, wanted: readonly Pod[]): Promise<{ readonly created: number; readonly failure: Error | undefined }> {
    let created = 0
    const failure = await slowStart(wanted, async (pod) => {
      await this.create(owner, pod)
      created++
    })
    return { created, failure }
  }

  /** Deletes all; resolves with the first failure, if any. */
  async removeAll(owner: KubeObject, doomed: readonly Pod[]): Promise<Error | undefined> {
    const results = await Promise.allSettled(doomed.map((pod) => this.remove(owner, pod)))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed === undefined) return undefined
    return errorOf(failed.reason)
  }
}
