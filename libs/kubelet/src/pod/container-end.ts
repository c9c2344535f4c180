/** How one run of a container is ended: preStop, its turn, SIGTERM, and SIGKILL when the grace is over. */
import { constants } from 'node:os'
import type { RunningContainer } from '../runtime/container-runtime.ts'

/** What a container that had to wait gets at least between SIGTERM and SIGKILL: the kubelet's minimumGracePeriodInSeconds. ms. */
const leastMs = 2_000

export class ContainerEnd {
  readonly #running: RunningContainer
  readonly #stopSignal: NodeJS.Signals
  readonly #preStop: (timeoutMs: number) => Promise<void>
  #killTimer: NodeJS.Timeout | undefined
  #deadline = Number.POSITIVE_INFINITY
  #ending: Promise<void> | undefined
  #over = false

  /** `stopSignal` is the image's: a name with or without SIG, or a number. `preStop` runs the hook, for at most so many ms; it never rejects. */
  constructor(running: RunningContainer, stopSignal: string, preStop: (timeoutMs: number) => Promise<void>) {
    this.#running = running
    this.#stopSignal = signalOf(stopSignal)
    this.#preStop = preStop
  }

  /** True once it has begun. */
  get begun(): boolean {
    return this.#ending !== undefined
  }

  /** Resolves when the container has ended. `turn` is what it waits for after its hook. A later call may shorten the grace. */
  begin(graceMs: number, turn: Promise<unknown> = Promise.resolve()): Promise<void> {
    const deadline = performance.now() + graceMs
    if (this.#ending !== undefined && !this.#over && deadline < this.#deadline) this.#killAt(deadline)
    this.#ending ??= this.#end(deadline, turn)
    return this.#ending
  }

  async #end(deadline: number, turn: Promise<unknown>): Promise<void> {
    const { exited } = this.#running
    const left = (): number => deadline - performance.now()
    void exited.then(() => {
      this.#over = true
      clearTimeout(this.#killTimer)
    })
    // A second call with less grace may come while these wait: then SIGKILL is what ends them.
    if (left() > 0) {
      await Promise.race([this.#preStop(left()), exited])
      const waited = performance.now()
      if (!this.#over) await Promise.race([turn, exited, this.#lapse(left())])
      if (!this.#over && performance.now() - waited > 50) deadline = Math.max(deadline, performance.now() + leastMs)
    }
    if (!this.#over) {
      if (left() > 0) {
        this.#running.signal(this.#stopSignal)
        this.#killAt(Math.min(deadline, this.#deadline))
      } else this.#running.signal('SIGKILL')
    }
    await exited
    clearTimeout(this.#killTimer)
  }

  #killAt(deadline: number): void {
    this.#deadline = deadline
    clearTimeout(this.#killTimer)
    this.#killTimer = setTimeout(() => this.#running.signal('SIGKILL'), Math.max(0, deadline - performance.now()))
  }

  #lapse(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)).unref())
  }
}

/** SIGTERM for what is no signal here. */
function signalOf(text: string): NodeJS.Signals {
  const names = Object.entries(constants.signals)
  const wanted = text.toUpperCase()
  const found = names.find(([name, number]) => name === wanted || name === `SIG${wanted}` || String(number) === wanted)
  return (found?.[0] ?? 'SIGTERM') as NodeJS.Signals
}
