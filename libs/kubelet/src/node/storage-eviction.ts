/** Evicts pods that take more of the disk than they may. Only pods with such limits cost anything. */
import type { Log } from '@knative-ts/kube'
import type { PodWorker } from '../pod/pod-worker.ts'
import { limitsStorage, storageExcess } from './storage-limits.ts'

/** A kubelet looks every 10 s. ms. */
const everyMs = 5_000
/** The kubelet's immediateEvictionGracePeriodSeconds. ms. */
const graceMs = 1_000

export class StorageEviction {
  readonly #workers: () => Iterable<PodWorker>
  readonly #log: Log
  #timer: NodeJS.Timeout | undefined
  #looking = false

  constructor(workers: () => Iterable<PodWorker>, log: Log) {
    this.#workers = workers
    this.#log = log
  }

  start(intervalMs = everyMs): void {
    this.#timer = setInterval(() => {
      this.look().catch((error: unknown) => this.#log.warn({ error }, 'cannot measure the storage of a pod'))
    }, intervalMs).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** One round; nothing while the one before still measures. */
  async look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    try {
      for (const worker of this.#workers()) {
        if (!limitsStorage(worker.pod)) continue
        const message = await storageExcess(worker.pod, worker.storage())
        if (message !== undefined) worker.evict(message, graceMs)
      }
    } finally {
      this.#looking = false
    }
  }
}
