/** One container through its life: waits, runs, ends, and starts again as the restart policy says. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { join } from 'node:path'
import { ContainerLog } from '../logs/container-log.ts'
import { Blocked } from '../runtime/blocked.ts'
import type { Exit, RunningContainer } from '../runtime/container-runtime.ts'
import { StartError } from '../runtime/start-error.ts'
import { delay, timeText } from '../time.ts'
import { startContainer } from './container-process.ts'
import { ContainerProbes } from './container-probes.ts'
import type { ContainerFacts } from './container-status.ts'
import { endedBefore, factsAfter } from './earlier-life.ts'
import { ImagePull } from './image-pull.ts'
import { runHook } from './lifecycle-hook.ts'
import type { PodContext } from './pod-context.ts'
import { afterEnd, type BackOff, goDuration } from './restart-back-off.ts'
import { probeTarget } from './probe-target.ts'
import { terminationMessage } from './termination-message.ts'

/** When a container that ended starts again. */
export type RestartPolicy = 'Always' | 'OnFailure' | 'Never'

export class ContainerRunner {
  readonly spec: k8s.Container
  readonly #context: PodContext
  readonly #policy: RestartPolicy
  readonly #stopping = new AbortController()
  readonly #onStarted: (() => void)[] = []
  readonly #pull: ImagePull
  /** Exit code from an earlier life of the agent, when the container is not to run again. */
  readonly #endedBefore: number | undefined
  #facts: ContainerFacts
  #running: RunningContainer | undefined
  #probes: ContainerProbes | undefined
  #log: ContainerLog | undefined
  #previousLog: ContainerLog | undefined
  #killTimer: NodeJS.Timeout | undefined
  #ending: Promise<void> | undefined

  /** `previous` is the status of an earlier life of the agent. */
  constructor(spec: k8s.Container, context: PodContext, policy: RestartPolicy, previous: k8s.ContainerStatus | undefined) {
    this.spec = spec
    this.#context = context
    this.#policy = policy
    this.#pull = new ImagePull(spec, context, (change) => this.#set(change))
    const waiting = { waiting: { reason: context.pod().spec?.initContainers?.length ? 'PodInitializing' : 'ContainerCreating' } }
    this.#facts = factsAfter(previous, spec, waiting)
    this.#endedBefore = endedBefore(previous, policy)
  }

  get facts(): ContainerFacts {
    return this.#facts
  }

  /** The running program; undefined while there is none. */
  get running(): RunningContainer | undefined {
    return this.#running
  }

  log(previous: boolean): ContainerLog | undefined {
    return previous ? this.#previousLog : this.#log
  }

  /** Resolves once the container has started (startup probe passed), or will not any more. */
  started(): Promise<void> {
    if (this.#facts.started || this.#stopping.signal.aborted) return Promise.resolve()
    return new Promise((resolve) => this.#onStarted.push(resolve))
  }

  /** Runs until the container will not start again; gives the last exit code, undefined when it was stopped before it ran. */
  async run(onSpawn: () => void): Promise<number | undefined> {
    if (this.#endedBefore !== undefined) {
      const { lastState, restartCount } = this.#facts
      this.#set({ state: lastState ?? this.#facts.state, lastState: undefined, restartCount: restartCount - 1 })
      return this.#endedBefore
    }
    let backOff: BackOff = { failures: 0 }
    let exitCode: number | undefined
    try {
      for (;;) {
        const began = performance.now()
        exitCode = await this.#once(onSpawn)
        if (exitCode === undefined || this.#stopping.signal.aborted) return exitCode
        if (this.#policy === 'Never' || (this.#policy === 'OnFailure' && exitCode === 0)) return exitCode
        const next = afterEnd(this.#context.services.backOff, backOff, performance.now() - began)
        backOff = next.state
        await this.#backOff(next.delayMs)
        if (this.#stopping.signal.aborted) return exitCode
        this.#set({ restartCount: this.#facts.restartCount + 1 })
      }
    } finally {
      for (const resolve of this.#onStarted.splice(0)) resolve()
    }
  }

  /** Ends the container: preStop, SIGTERM to its group, SIGKILL when the grace is over. May be called again with less grace. */
  stop(graceMs: number): Promise<void> {
    this.#stopping.abort()
    if (this.#running === undefined) return Promise.resolve()
    clearTimeout(this.#killTimer)
    this.#killTimer = setTimeout(() => this.#running?.signal('SIGKILL'), graceMs)
    if (this.#ending === undefined) this.#context.event('Normal', 'Killing', `Stopping container ${this.spec.name}`, this.spec.name)
    this.#ending ??= this.#end(graceMs)
    return this.#ending
  }

  /** One run. Undefined when stopped before the program ran. */
  async #once(onSpawn: () => void): Promise<number | undefined> {
    for (;;) {
      const image = await this.#pull.until(this.#stopping.signal)
      if (image === undefined) return undefined
      const log = new ContainerLog(join(this.#context.directory, 'logs', this.spec.name, `${this.#facts.restartCount}.log`))
      try {
        this.#running = await startContainer(this.#context, this.spec, image, this.#facts.restartCount, log)
      } catch (error) {
        log.end()
        if (error instanceof StartError) return this.#failedStart(error, log)
        if (!(error instanceof Blocked)) throw error
        await this.#blocked(error)
        if (this.#stopping.signal.aborted) return undefined
        continue
      }
      this.#previousLog = this.#log
      this.#log = log
      // Stopped while it was being started: nothing of it has run yet that a grace would serve.
      if (this.#stopping.signal.aborted) this.#running.signal('SIGKILL')
      onSpawn()
      return this.#supervise(this.#running, log)
    }
  }

  async #supervise(running: RunningContainer, log: ContainerLog): Promise<number> {
    const startedAt = timeText()
    this.#context.event('Normal', 'Created', `Created container: ${this.spec.name}`, this.spec.name)
    this.#context.event('Normal', 'Started', `Started container ${this.spec.name}`, this.spec.name)
    this.#set({ state: { running: { startedAt } }, containerId: running.id })
    const target = probeTarget(this.#context, this.spec, running)
    const watched = this.#watchOver(target)
    const exit = await running.exited
    clearTimeout(this.#killTimer)
    this.#probes?.stop()
    this.#running = undefined
    log.end()
    const message = terminationMessage(this.spec, running.terminationMessage(), exit.exitCode, log)
    this.#terminated(exit, exit.outOfMemory ? 'OOMKilled' : exit.exitCode === 0 ? 'Completed' : 'Error', startedAt, message)
    await watched
    return exit.exitCode
  }

  /** postStart first; probes look only after it, as in Kubernetes. */
  async #watchOver(target: ReturnType<typeof probeTarget>): Promise<void> {
    const grace = (this.#context.pod().spec?.terminationGracePeriodSeconds ?? 30) * 1_000
    const hook = this.spec.lifecycle?.postStart
    if (hook !== undefined) {
      const seen = await runHook(hook, target, 120_000)
      if (!seen.ok) {
        this.#context.event('Warning', 'FailedPostStartHook', `PostStartHook failed: ${seen.message}`, this.spec.name)
        return this.#kill(grace)
      }
    }
    if (this.#running === undefined) return
    this.#probes = new ContainerProbes(this.spec, target, {
      onReadiness: (ready) => this.#set({ ready }),
      onStarted: () => {
        this.#set({ started: true })
        for (const resolve of this.#onStarted.splice(0)) resolve()
      },
      onUnhealthy: (kind, message) => this.#context.event('Warning', 'Unhealthy', `${kind} probe failed: ${message}`, this.spec.name),
      onDead: (kind, graceSeconds) => {
        this.#context.event('Normal', 'Killing', `Container ${this.spec.name} failed ${kind} probe, will be restarted`, this.spec.name)
        void this.#kill(graceSeconds === undefined ? grace : graceSeconds * 1_000)
      }
    })
    this.#probes.start()
  }

  async #kill(graceMs: number): Promise<void> {
    if (this.#running === undefined || this.#stopping.signal.aborted) return
    clearTimeout(this.#killTimer)
    this.#killTimer = setTimeout(() => this.#running?.signal('SIGKILL'), graceMs)
    await this.#end(graceMs)
  }

  async #end(graceMs: number): Promise<void> {
    const running = this.#running
    if (running === undefined) return
    const hook = this.spec.lifecycle?.preStop
    if (hook !== undefined && graceMs > 0) {
      const seen = await Promise.race([runHook(hook, probeTarget(this.#context, this.spec, running), graceMs), running.exited])
      if ('ok' in seen && !seen.ok)
        this.#context.event('Warning', 'FailedPreStopHook', `PreStopHook failed: ${seen.message}`, this.spec.name)
    }
    if (this.#running === running) running.signal(graceMs > 0 ? 'SIGTERM' : 'SIGKILL')
    await running.exited
  }

  #terminated(exit: Pick<Exit, 'exitCode' | 'signal'>, reason: string, startedAt: string, message: string | undefined): void {
    const { containerId } = this.#facts
    const terminated: k8s.ContainerStateTerminated = {
      exitCode: exit.exitCode,
      ...(exit.signal === undefined ? {} : { signal: exit.signal }),
      reason,
      ...(message === undefined ? {} : { message }),
      startedAt,
      finishedAt: timeText(),
      ...(containerId === '' ? {} : { containerID: containerId })
    }
    this.#set({ state: { terminated }, started: false, ready: false })
  }

  #failedStart(error: StartError, log: ContainerLog): number {
    this.#previousLog = this.#log
    this.#log = log
    this.#context.event('Warning', 'Failed', `Error: ${error.message}`, this.spec.name)
    this.#terminated({ exitCode: 128, signal: undefined }, 'StartError', '1970-01-01T00:00:00Z', error.message)
    return 128
  }

  async #blocked(problem: Blocked): Promise<void> {
    const { reason, message } = problem
    if (this.#facts.state.waiting?.message !== message) this.#context.event('Warning', 'Failed', `Error: ${message}`, this.spec.name)
    this.#set({ state: { waiting: { reason, message } } })
    await delay(this.#context.services.backOff.initialMs, this.#stopping.signal)
  }

  async #backOff(delayMs: number): Promise<void> {
    const { namespace, name, uid } = this.#context.name
    this.#set({ lastState: this.#facts.state })
    if (delayMs === 0) return
    const pod = `${name}_${namespace}(${uid})`
    this.#context.event('Warning', 'BackOff', `Back-off restarting failed container ${this.spec.name} in pod ${pod}`, this.spec.name)
    const message = `back-off ${goDuration(delayMs)} restarting failed container=${this.spec.name} pod=${pod}`
    this.#set({ state: { waiting: { reason: 'CrashLoopBackOff', message } } })
    await delay(delayMs, this.#stopping.signal)
  }

  #set(change: Partial<ContainerFacts>): void {
    this.#facts = { ...this.#facts, ...change }
    this.#context.changed()
  }
}
