import { keyOf } from '@knative-ts/api'
import { pods, type Pod } from '@knative-ts/api/kubernetes'
import { isNotFound, type Informer, type KubeClient } from '@knative-ts/kube'
import { trackingFinalizer } from './job-pod-of.ts'

/** Takes the Job's finalizer off pods, and knows of which pods it did so before the cache shows it. */
export class PodTracking {
  readonly #client: KubeClient
  readonly #untracked = new Set<string>()

  /** Made before the Job controller's loop listens to `shown`. */
  constructor(client: KubeClient, shown: Informer<Pod>) {
    this.#client = client
    shown.onChange(({ before, after }) => {
      if (after === undefined || after.metadata.finalizers?.includes(trackingFinalizer) !== true)
        this.#untracked.delete((after ?? before)?.metadata.uid ?? '')
    })
  }

  /** Uids of pods whose finalizer is off although the cache still shows it. */
  get untracked(): ReadonlySet<string> {
    return this.#untracked
  }

  async untrack(pod: Pod): Promise<void> {
    const uid = pod.metadata.uid ?? ''
    const at = pod.metadata.finalizers?.indexOf(trackingFinalizer) ?? -1
    if (at < 0 || this.#untracked.has(uid)) return
    // Before the answer: the event may come first, and would be missed.
    this.#untracked.add(uid)
    try {
      await this.#client.patch(pods, keyOf(pod), {
        type: 'json',
        operations: [
          { op: 'test', path: '/metadata/uid', value: uid },
          { op: 'test', path: `/metadata/finalizers/${at}`, value: trackingFinalizer },
          { op: 'remove', path: `/metadata/finalizers/${at}` }
        ]
      })
    } catch (error) {
      this.#untracked.delete(uid)
      if (!isNotFound(error)) throw error
    }
  }
}
