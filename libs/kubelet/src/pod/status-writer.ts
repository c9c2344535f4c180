/** Writes one pod's status with as few requests as changes allow: everything of one turn of the event loop goes in one patch. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { pods } from '@knative-ts/api/kubernetes'
import { ApiError, equalJson, type KubeClient, type Log } from '@knative-ts/kube'
import { setTimeout as wait } from 'node:timers/promises'
import type { PodName } from '../network/network.ts'

const retryMs = 200

export class StatusWriter {
  readonly #client: KubeClient
  readonly #pod: PodName
  readonly #compute: () => k8s.PodStatus
  readonly #log: Log
  #written: k8s.PodStatus | undefined
  #dirty = false
  #gone = false
  #writing: Promise<void> | undefined

  constructor(client: KubeClient, pod: PodName, compute: () => k8s.PodStatus, log: Log) {
    this.#client = client
    this.#pod = pod
    this.#compute = compute
    this.#log = log
  }

  /** Something has changed. */
  mark(): void {
    this.#dirty = true
    this.#writing ??= new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#write())
      .finally(() => (this.#writing = undefined))
  }

  /** Resolves when what was marked so far is written, or the pod is gone. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
  }

  /** The pod is gone: write nothing more. */
  close(): void {
    this.#gone = true
  }

  async #write(): Promise<void> {
    while (this.#dirty && !this.#gone) {
      this.#dirty = false
      const status = this.#compute()
      if (this.#written !== undefined && equalJson(status, this.#written)) continue
      try {
        // The uid makes it a precondition: a pod of the same name that came after is not touched.
        const body = { metadata: { uid: this.#pod.uid }, status }
        await this.#client.patch(pods, this.#pod, { type: 'merge', body }, { subresource: 'status' })
        this.#written = status
      } catch (error) {
        if (error instanceof ApiError && (error.code === 404 || error.code === 409 || error.code === 422)) {
          if (error.code !== 404)
            this.#log.warn({ pod: `${this.#pod.namespace}/${this.#pod.name}`, error }, 'the status of a pod was refused')
          return
        }
        this.#log.warn({ pod: `${this.#pod.namespace}/${this.#pod.name}`, error }, 'cannot write the status of a pod, will try again')
        this.#dirty = true
        await wait(retryMs, undefined, { ref: false })
      }
    }
  }
}
