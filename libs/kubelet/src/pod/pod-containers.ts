/** The containers of one pod and their order: init containers, sidecars, the others, and those that are added while it runs. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { RunningContainer } from '../runtime/container-runtime.ts'
import { delay } from '../time.ts'
import { ContainerRunner, type RestartPolicy } from './container-runner.ts'
import type { PodContext } from './pod-context.ts'
import { isSidecar } from './pod-phase.ts'

/** A kubelet finds out that a sidecar has started when it looks after the pod again, about a second later. ms. */
const settleMs = 500

export class PodContainers {
  readonly init: readonly ContainerRunner[]
  readonly main: readonly ContainerRunner[]
  readonly #context: PodContext
  readonly #stopping: AbortSignal
  readonly #ephemeral = new Map<string, { readonly runner: ContainerRunner; readonly run: Promise<unknown> }>()

  /** `before` is the status of an earlier life of the agent. */
  constructor(pod: k8s.Pod, before: k8s.PodStatus, context: PodContext, stopping: AbortSignal) {
    const { spec } = pod
    const policy = (spec?.restartPolicy ?? 'Always') as RestartPolicy
    const previous = (name: string): k8s.ContainerStatus | undefined => before.containerStatuses?.find((each) => each.name === name)
    const initPolicy = policy === 'Never' ? 'Never' : 'OnFailure'
    this.#context = context
    this.#stopping = stopping
    this.init = (spec?.initContainers ?? []).map(
      (each) => new ContainerRunner(each, context, isSidecar(each) ? 'Always' : initPolicy, undefined)
    )
    this.main = (spec?.containers ?? []).map((each) => new ContainerRunner(each, context, policy, previous(each.name)))
  }

  get ephemeral(): readonly ContainerRunner[] {
    return [...this.#ephemeral.values()].map(({ runner }) => runner)
  }

  get all(): readonly ContainerRunner[] {
    return [...this.init, ...this.main, ...this.ephemeral]
  }

  find(name: string): ContainerRunner | undefined {
    return this.all.find(({ spec }) => spec.name === name)
  }

  /** Containers that run now. */
  running(): { readonly name: string; readonly running: RunningContainer }[] {
    return this.all.flatMap(({ spec, running }) => (running === undefined ? [] : [{ name: spec.name, running }]))
  }

  /** Init containers one after the other; those with restartPolicy Always run on beside the rest. False when the pod ends here. */
  async initialize(): Promise<boolean> {
    for (const container of this.init) {
      if (isSidecar(container.spec)) {
        void container.run(() => undefined)
        await this.#settled(container)
      } else if ((await container.run(() => undefined)) !== 0) return false
      if (this.#stopping.aborted) return false
    }
    return true
  }

  /** Started, and still there a moment later: one that ends at once must not let the others start. */
  async #settled(sidecar: ContainerRunner): Promise<void> {
    do {
      await sidecar.started()
      await delay(settleMs, this.#stopping)
    } while (!sidecar.facts.started && !this.#stopping.aborted)
  }

  /** Runs the others until none of them starts again. */
  async runMain(onAllSpawned: () => void): Promise<void> {
    let spawned = 0
    const onSpawn = (): void => {
      if (++spawned === this.main.length) onAllSpawned()
    }
    await Promise.all(this.main.map((container) => container.run(onSpawn)))
  }

  /** Containers whose image has changed start anew. */
  renew({ spec }: k8s.Pod): void {
    for (const one of [...(spec?.initContainers ?? []).filter(isSidecar), ...(spec?.containers ?? [])]) this.find(one.name)?.renew(one)
  }

  /** Starts ephemeral containers that the pod has been given; they run once. */
  addEphemeral(pod: k8s.Pod): void {
    for (const spec of pod.spec?.ephemeralContainers ?? []) {
      if (this.#ephemeral.has(spec.name) || this.#stopping.aborted) continue
      const runner = new ContainerRunner(spec as k8s.Container, this.#context, 'Never', undefined, 'ContainerCreating')
      this.#ephemeral.set(spec.name, { runner, run: runner.run(() => undefined) })
    }
  }

  /** Ends all. Sidecars go last, in reverse: each hears of the end at once (preStop), and SIGTERM when those that may need it are gone. */
  async stop(graceMs: number): Promise<void> {
    const sidecars = this.init.filter(({ spec }) => isSidecar(spec))
    const others = this.all.filter((container) => !sidecars.includes(container))
    let before: Promise<unknown> = Promise.all(others.map((container) => container.stop(graceMs)))
    const stopped = [before]
    for (const sidecar of sidecars.toReversed()) {
      const gone = sidecar.stop(graceMs, before)
      before = Promise.all([before, gone])
      stopped.push(gone)
    }
    await Promise.all([...stopped, ...[...this.#ephemeral.values()].map(({ run }) => run)])
  }
}
