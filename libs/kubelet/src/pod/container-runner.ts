/** One container through its life: waits, runs, ends, and starts again as the restart policy says. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { join } from 'node:path'
import { errorText, secondTime } from '@knative-ts/kube'
import { ContainerLog } from '../logs/container-log.ts'
import { Blocked } from '../runtime/blocked.ts'
import type { Exit, RunningContainer } from '../runtime/container-runtime.ts'
import { StartError } from '../runtime/start-error.ts'
import { delay } from '../time.ts'
import { startContainer } from './container-process.ts'
import { ContainerRun } from './container-run.ts'
import type { ContainerFacts } from './container-status.ts'
import { endedBefore, factsAfter } from './earlier-life.ts'
import { ImagePull } from './image-pull.ts'
import type { PodContext } from './pod-context.ts'
import { afterEnd, type BackOff, goDuration } from './restart-back-off.ts'
import { terminationMessage } from './termination-message.ts'

/** When a container that ended starts again. */
export type RestartPolicy = 'Always' | 'OnFailure' | 'Never'

/** A kubelet looks after a pod about as often as that, and says each time what is wrong. ms. */
const tellEveryMs = 12_000

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
  /** Told once there is a container. */
  #imageId = ''
  #run: ContainerRun | undefined
  #log: ContainerLog | undefined
  #previousLog: ContainerLog | undefined
  /** A start that cannot be made is tried often and told seldom. ms. */
  #toldAt = Number.NEGATIVE_INFINITY
  #renewed = false
  #renewing = new AbortController()

  /** `previous` is the status of an earlier life of the agent; `waitingFor` the reason to wait at first, when it is not the usual one. */
  constructor(
    spec: k8s.Container,
    context: PodContext,
    policy: RestartPolicy,
    previous: k8s.ContainerStatus | undefined,
    waitingFor?: 'ContainerCreating'
  ) {
    // Its image may change while it runs.
    this.spec = { ...spec }
    this.#context = context
    this.#policy = policy
    this.#pull = new ImagePull(this.spec, context, (change) => this.#set(change))
    const usual = context.pod().spec?.initContainers?.length ? 'PodInitializing' : 'ContainerCreating'
    const waiting = { waiting: { reason: waitingFor ?? usual } }
    this.#facts = factsAfter(previous, spec, waiting)
    this.#endedBefore = endedBefore(previous, policy)
  }

  get facts(): ContainerFacts {
    return this.#facts
  }

  /** The running program; undefined while there is none. */
  get running(): RunningContainer | undefined {
    return this.#run?.running
  }

  /** The log of the run that is, or of the one that was last; `previous` is the run of `lastState`, as a kubelet sees it. */
  log(previous: boolean): ContainerLog | undefined {
    if (!previous) return this.#log
    if (this.#facts.lastState?.terminated === undefined) return undefined
    return this.#facts.state.waiting === undefined ? this.#previousLog : this.#log
  }

  #keepLog(log: ContainerLog): void {
    // Two runs can be asked for; what was before is nobody's any more.
    this.#previousLog?.remove()
    this.#previousLog = this.#log
    this.#log = log
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
        if (this.#renewed) {
          this.#renewed = false
          backOff = { failures: 0 }
          await this.#backOff(0)
        } else {
          if (this.#policy === 'Never' || (this.#policy === 'OnFailure' && exitCode === 0)) return exitCode
          const next = afterEnd(this.#context.services.backOff, backOff, performance.now() - began)
          backOff = next.state
          await this.#backOff(next.delayMs)
        }
        if (this.#stopping.signal.aborted) return exitCode
        this.#set({ restartCount: this.#facts.restartCount + 1 })
      }
    } finally {
      for (const resolve of this.#onStarted.splice(0)) resolve()
    }
  }

  /** Ends the container, and keeps it from starting again. `turn` is what it waits for before SIGTERM. May be called again with less grace. */
  stop(graceMs: number, turn?: Promise<unknown>): Promise<void> {
    this.#stopping.abort()
    if (this.#run === undefined) return Promise.resolve()
    if (!this.#run.isEnding) this.#context.event('Normal', 'Killing', `Stopping container ${this.spec.name}`, this.spec.name)
    return this.#run.end(graceMs, turn)
  }

  /** The pod's object has another image for it: what runs ends and starts anew from that, whatever the restart policy says. */
  renew({ image }: k8s.Container): void {
    if (image === this.spec.image || image === undefined || this.#stopping.signal.aborted) return
    this.spec.image = image
    if (this.#run === undefined) this.#set({ image })
    this.#pull.renew()
    this.#renewing.abort()
    this.#renewing = new AbortController()
    if (this.#run === undefined) return
    this.#renewed = true
    this.#context.event('Normal', 'Killing', `Container ${this.spec.name} definition changed, will be restarted`, this.spec.name)
    this.#kill((this.#context.pod().spec?.terminationGracePeriodSeconds ?? 30) * 1_000)
  }

  /** One run. Undefined when stopped before the program ran. */
  async #once(onSpawn: () => void): Promise<number | undefined> {
    for (;;) {
      const image = await this.#pull.until(this.#stopping.signal)
      if (image === undefined) return undefined
      this.#imageId = image.imageId
      const log = new ContainerLog(join(this.#context.directory, 'logs', this.spec.name, `${this.#facts.restartCount}.log`))
      let running: RunningContainer
      try {
        running = await startContainer(this.#context, this.spec, image, this.#facts.restartCount, log)
      } catch (error) {
        log.end()
        if (error instanceof StartError) return this.#failedStart(error, log)
        await this.#blocked(error instanceof Blocked ? error : this.#unexpected(error))
        if (this.#stopping.signal.aborted) return undefined
        continue
      }
      this.#keepLog(log)
      // Stopped while it was being started: nothing of it has run yet that a grace would serve.
      if (this.#stopping.signal.aborted) running.signal('SIGKILL')
      this.#run = new ContainerRun(this.#context, this.spec, running, image.config.stopSignal)
      onSpawn()
      return this.#supervise(this.#run, log)
    }
  }

  async #supervise(run: ContainerRun, log: ContainerLog): Promise<number> {
    const { running } = run
    const startedAt = secondTime(Date.now())
    // All three at once, so that those of containers that start side by side stay apart.
    this.#pull.present()
    this.#context.event('Normal', 'Created', `Created container: ${this.spec.name}`, this.spec.name)
    this.#context.event('Normal', 'Started', `Started container ${this.spec.name}`, this.spec.name)
    const image = this.spec.image ?? ''
    this.#set({ state: { running: { startedAt } }, containerId: running.id, image, imageId: this.#imageId })
    const watched = run.watch({
      onReadiness: (ready) => this.#set({ ready }),
      onStarted: () => {
        this.#set({ started: true })
        for (const resolve of this.#onStarted.splice(0)) resolve()
      },
      onUseless: (graceMs) => this.#kill(graceMs)
    })
    const exit = await running.exited
    run.over()
    this.#run = undefined
    log.end()
    const message = terminationMessage(this.spec, running.terminationMessage(), exit.exitCode, log)
    this.#terminated(exit, exit.outOfMemory ? 'OOMKilled' : exit.exitCode === 0 ? 'Completed' : 'Error', startedAt, message)
    await watched
    return exit.exitCode
  }

  #kill(graceMs: number): void {
    if (this.#stopping.signal.aborted) return
    void this.#run?.end(graceMs)
  }

  #terminated({ exitCode }: Pick<Exit, 'exitCode'>, reason: string, startedAt: string, message: string | undefined): void {
    const { containerId } = this.#facts
    const terminated: k8s.ContainerStateTerminated = {
      exitCode,
      reason,
      ...(message === undefined ? {} : { message }),
      startedAt,
      finishedAt: secondTime(Date.now()),
      ...(containerId === '' ? {} : { containerID: containerId })
    }
    this.#set({ state: { terminated }, started: false, ready: false, imageId: this.#imageId })
  }

  #failedStart(error: StartError, log: ContainerLog): number {
    this.#keepLog(log)
    const message = runtimeWords(error.message)
    this.#pull.present()
    this.#set({ containerId: `process://${this.#context.name.uid}-${this.spec.name}-${this.#facts.restartCount}` })
    this.#context.event('Normal', 'Created', `Created container: ${this.spec.name}`, this.spec.name)
    this.#context.event('Warning', 'Failed', `Error: ${message}`, this.spec.name)
    this.#terminated({ exitCode: 128 }, 'StartError', '1970-01-01T00:00:00Z', message)
    if (this.#policy === 'Never') return 128
    this.#set({ lastState: this.#facts.state, state: { waiting: { reason: 'RunContainerError', message } } })
    return 128
  }

  async #blocked(problem: Blocked): Promise<void> {
    const { reason, message } = problem
    if (performance.now() - this.#toldAt >= tellEveryMs) {
      this.#pull.present()
      this.#context.event('Warning', 'Failed', `Error: ${message}`, this.spec.name)
      this.#toldAt = performance.now()
    }
    this.#set({ state: { waiting: { reason, message } } })
    await delay(this.#context.services.backOff.initialMs, this.#stopping.signal)
  }

  /** A defect of this agent must not leave the pod without a word, nor for ever: it is told and tried again. */
  #unexpected(error: unknown): Blocked {
    const { namespace, name } = this.#context.name
    this.#context.services.log.error({ pod: `${namespace}/${name}`, container: this.spec.name, error }, 'a container cannot be started')
    return new Blocked('CreateContainerError', errorText(error))
  }

  async #backOff(delayMs: number): Promise<void> {
    const { namespace, name, uid } = this.#context.name
    if (this.#facts.state.terminated !== undefined) this.#set({ lastState: this.#facts.state })
    if (delayMs === 0) return
    const pod = `${name}_${namespace}(${uid})`
    const what = `restarting failed container=${this.spec.name} pod=${pod}`
    this.#context.event('Warning', 'BackOff', `Back-off restarting failed container ${this.spec.name} in pod ${pod}`, this.spec.name)
    this.#set({ state: { waiting: { reason: 'CrashLoopBackOff', message: `back-off ${goDuration(delayMs)} ${what}` } } })
    await delay(delayMs, AbortSignal.any([this.#stopping.signal, this.#renewing.signal]))
  }

  #set(change: Partial<ContainerFacts>): void {
    this.#facts = { ...this.#facts, ...change }
    this.#context.changed()
  }
}

/** What cannot be executed, as containerd and runc put it. */
function runtimeWords(message: string): string {
  if (!/^(exec|chdir)/.test(message)) return message
  const task = 'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed'
  const found = message.replace(/^(exec: "([^"]+)"): no such file/, '$1: stat $2: no such file')
  return `${task}: unable to start container process: ${found}: unknown`
}
