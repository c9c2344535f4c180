/** A few sandboxes made ahead, so that a pod's start does not wait for the 30 ms and twenty processes that one takes. */
import type { Log } from '@knative-ts/kube'
import type { NetnsSandbox } from './netns-sandbox.ts'

/** Refilling waits until the pod that took one has most likely started: both want the processor. ms. */
const refillDelayMs = 400

/** Keeps `size` sandboxes ready. */
export class SandboxPool {
  readonly #make: () => Promise<NetnsSandbox>
  readonly #size: number
  readonly #log: Log
  readonly #ready: NetnsSandbox[] = []
  #making: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(make: () => Promise<NetnsSandbox>, size: number, log: Log) {
    this.#make = make
    this.#size = size
    this.#log = log
  }

  /** Fills the pool, one after the other. */
  fill(): Promise<void> {
    this.#making = this.#making.then(async () => {
      while (!this.#closed && this.#ready.length < this.#size) this.#ready.push(await this.#make())
    })
    return this.#making
  }

  /** A ready sandbox; undefined when there is none. */
  take(): NetnsSandbox | undefined {
    this.#refillLater()
    return this.#ready.shift()
  }

  #refillLater(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.fill().catch((error: unknown) => {
        // Pods still get sandboxes made for them; the next take tries again.
        this.#making = Promise.resolve()
        this.#log.warn({ error }, 'cannot make network namespaces ahead')
      })
    }, refillDelayMs)
    this.#timer.unref()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    // A failure to fill was already reported; what matters here is that nothing is being made any more.
    await this.#making.catch(() => undefined)
    await Promise.all(this.#ready.splice(0).map((sandbox) => sandbox.close()))
  }
}
