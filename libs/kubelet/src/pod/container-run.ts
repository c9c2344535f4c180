/** One run of a container's program: its hooks, its probes, and how it is ended. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { ProbeTarget } from '../probe/attempt.ts'
import type { RunningContainer } from '../runtime/container-runtime.ts'
import { ContainerEnd } from './container-end.ts'
import { ContainerProbes } from './container-probes.ts'
import { runHook } from './lifecycle-hook.ts'
import type { PodContext } from './pod-context.ts'
import { probeTarget } from './probe-target.ts'

/** Hears of a run while it lasts. */
export interface ContainerRunListener {
  /** The startup probe has passed, or there is none. */
  onStarted(): void
  onReadiness(ready: boolean): void
  /** It is of no use as it is, and must be ended within the grace. */
  onUseless(graceMs: number): void
}

/** The kubelet's limit for postStart. ms. */
const postStartMs = 120_000

export class ContainerRun {
  readonly running: RunningContainer
  readonly #context: PodContext
  readonly #spec: k8s.Container
  readonly #target: ProbeTarget
  readonly #end: ContainerEnd
  #probes: ContainerProbes | undefined
  #over = false

  /** `stopSignal` is what the image wants to be asked to end with. */
  constructor(context: PodContext, spec: k8s.Container, running: RunningContainer, stopSignal: string) {
    this.running = running
    this.#context = context
    this.#spec = spec
    this.#target = probeTarget(context, spec, running)
    this.#end = new ContainerEnd(running, stopSignal, (timeoutMs) => this.#preStop(timeoutMs))
  }

  /** True once it is being ended. */
  get isEnding(): boolean {
    return this.#end.begun
  }

  /** Resolves when the program has ended. `turn` is what it waits for before SIGTERM. A later call may shorten the grace. */
  end(graceMs: number, turn?: Promise<unknown>): Promise<void> {
    return this.#end.begin(graceMs, turn)
  }

  /** The program has ended: nothing looks at it any more. */
  over(): void {
    this.#over = true
    this.#probes?.stop()
  }

  /** postStart first; probes look only after it, as in Kubernetes. */
  async watch(listener: ContainerRunListener): Promise<void> {
    const grace = (this.#context.pod().spec?.terminationGracePeriodSeconds ?? 30) * 1_000
    const hook = this.#spec.lifecycle?.postStart
    if (hook !== undefined) {
      const seen = await runHook(hook, this.#target, postStartMs)
      if (!seen.ok) {
        this.#tell('Warning', 'FailedPostStartHook', 'PostStartHook failed')
        this.#tell('Normal', 'Killing', 'FailedPostStartHook')
        return listener.onUseless(grace)
      }
    }
    if (this.#over) return
    this.#probes = new ContainerProbes(this.#spec, this.#target, {
      onReadiness: (ready) => listener.onReadiness(ready),
      onStarted: () => listener.onStarted(),
      onUnhealthy: (kind, message) => this.#tell('Warning', 'Unhealthy', `${kind} probe failed: ${message}`),
      onDead: (kind, graceSeconds) => {
        this.#tell('Normal', 'Killing', `Container ${this.#spec.name} failed ${kind} probe, will be restarted`)
        listener.onUseless(graceSeconds === undefined ? grace : graceSeconds * 1_000)
      }
    })
    this.#probes.start()
  }

  async #preStop(timeoutMs: number): Promise<void> {
    const hook = this.#spec.lifecycle?.preStop
    if (hook === undefined) return
    const seen = await runHook(hook, this.#target, timeoutMs)
    if (!seen.ok && !this.#over) this.#tell('Warning', 'FailedPreStopHook', 'PreStopHook failed')
  }

  #tell(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#context.event(type, reason, message, this.#spec.name)
  }
}
