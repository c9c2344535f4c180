/** One pod from binding to deletion. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { pods } from '@knative-ts/api/kubernetes'
import { isNotFound } from '@knative-ts/kube'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { containerEnv } from '../env/container-env.ts'
import type { PodFacts } from '../env/field-ref.ts'
import { reached } from '../milestones.ts'
import type { PodName, Sandbox } from '../network/network.ts'
import type { RunningContainer } from '../runtime/container-runtime.ts'
import { delay, timeText } from '../time.ts'
import { VolumeError } from '../volume/payload.ts'
import { PodVolumes } from '../volume/pod-volumes.ts'
import { ContainerRunner, type RestartPolicy } from './container-runner.ts'
import type { NodeAgent } from './node-agent.ts'
import type { PodContext } from './pod-context.ts'
import { isSidecar } from './pod-phase.ts'
import { podStatusOf } from './pod-status.ts'
import { StatusWriter } from './status-writer.ts'

export class PodWorker {
  readonly name: PodName
  readonly #agent: NodeAgent
  readonly #stopping = new AbortController()
  readonly #status: StatusWriter
  readonly #startTime: string
  readonly #directory: string
  readonly #before: k8s.PodStatus
  #pod: k8s.Pod
  #lastStatus: k8s.PodStatus
  #sandbox: Sandbox | undefined
  #volumes: PodVolumes | undefined
  #init: ContainerRunner[] = []
  #containers: ContainerRunner[] = []
  #failure: { reason: string; message: string } | undefined
  #wasReady = false
  #running: Promise<void> = Promise.resolve()
  #ending: Promise<void> | undefined
  #timers: NodeJS.Timeout[] = []

  constructor(pod: k8s.Pod, agent: NodeAgent) {
    const { namespace = '', name = '', uid = '' } = pod.metadata
    this.name = { namespace, name, uid }
    this.#agent = agent
    this.#pod = pod
    this.#before = pod.status ?? {}
    this.#lastStatus = this.#before
    this.#startTime = pod.status?.startTime ?? timeText()
    this.#directory = join(agent.stateDirectory, 'pods', uid)
    this.#status = new StatusWriter(agent.client, this.name, () => this.#compute(), agent.services.log)
  }

  get pod(): k8s.Pod {
    return this.#pod
  }

  /** The pod's address and namespaces; undefined before they are made. */
  get sandbox(): Sandbox | undefined {
    return this.#sandbox
  }

  /** The container's runner, init containers included. */
  container(name: string): ContainerRunner | undefined {
    return [...this.#containers, ...this.#init].find(({ spec }) => spec.name === name)
  }

  /** Containers that run now, sidecars included. */
  running(): { readonly name: string; readonly running: RunningContainer }[] {
    return [...this.#init, ...this.#containers].flatMap(({ spec, running }) =>
      running === undefined ? [] : [{ name: spec.name, running }]
    )
  }

  /** Starts the pod. `bound` resolves once the pod is bound to this node; nothing of it runs before. Never rejects. */
  start(bound: Promise<void>): void {
    this.#running = this.#run(bound).catch((error: unknown) => {
      this.#agent.services.log.error({ pod: `${this.name.namespace}/${this.name.name}`, error }, 'a pod cannot be run')
      this.#agent.event(this.#pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${(error as Error).message}`)
    })
  }

  /** The object has changed: labels, annotations, readiness gates. */
  update(pod: k8s.Pod): void {
    const gates = pod.spec?.readinessGates?.length ? pod.status?.conditions : undefined
    this.#pod = pod
    if (gates !== undefined)
      this.#lastStatus = {
        ...this.#lastStatus,
        conditions: [
          ...(this.#lastStatus.conditions ?? []),
          ...gates.filter(({ type }) => this.#lastStatus.conditions?.every((each) => each.type !== type))
        ]
      }
    this.#refreshVolumes()
    if (gates !== undefined) this.#status.mark()
  }

  /** A ConfigMap or Secret of the pod's namespace has changed. */
  sourceChanged(kind: 'ConfigMap' | 'Secret', name: string): void {
    if (this.#volumes?.uses(kind, name) === true) this.#refreshVolumes()
  }

  /** Ends the pod; with `remove`, deletes the object when nothing of it runs any more. May be called again with less grace. */
  stop(graceMs: number, remove: boolean): Promise<void> {
    this.#stopping.abort()
    // Without removal it is the agent that goes: the next one must see what ran, not how this one ended it.
    if (!remove) this.#status.close()
    const stopped = [...this.#containers, ...this.#init].map((container) => container.stop(graceMs))
    this.#ending ??= this.#end(stopped, remove)
    return this.#ending
  }

  async #run(bound: Promise<void>): Promise<void> {
    const opening = this.#open()
    // Both at once: most of the time the sandbox is there before the API server has answered.
    const [sandbox] = await Promise.all([opening, bound]).catch(async (error: unknown) => {
      await opening.then(
        (opened) => opened.close(),
        () => undefined
      )
      throw error
    })
    this.#sandbox = sandbox
    reached('scheduled', this.name)
    const context = this.#context(sandbox)
    this.#volumes = context.volumes
    const policy = (this.#pod.spec?.restartPolicy ?? 'Always') as RestartPolicy
    const previous = (name: string): k8s.ContainerStatus | undefined => this.#before.containerStatuses?.find((each) => each.name === name)
    const { spec } = this.#pod
    this.#init = (spec?.initContainers ?? []).map(
      (each) => new ContainerRunner(each, context, isSidecar(each) ? 'Always' : policy === 'Never' ? 'Never' : 'OnFailure', undefined)
    )
    this.#containers = (spec?.containers ?? []).map((each) => new ContainerRunner(each, context, policy, previous(each.name)))
    this.#status.mark()
    reached('sandbox', this.name)
    if (!(await this.#setUpVolumes(context.volumes)) || !(await this.#initialize())) return
    this.#limitTime()
    let spawned = 0
    const onSpawn = (): void => {
      if (++spawned === this.#containers.length) reached('spawned', this.name)
    }
    await Promise.all(this.#containers.map((container) => container.run(onSpawn)))
    // Only pods that end by themselves come here: their address goes, their logs stay.
    if (this.#stopping.signal.aborted) return
    await Promise.all(this.#init.map((container) => container.stop(this.#graceMs())))
    this.#clearTimers()
    await this.#status.flush()
    this.#agent.services.hostPorts.release(this.name.uid)
    await sandbox.close()
  }

  /** A sandbox that cannot be made (no process, no memory) is tried again: the machine may have some later. */
  async #open(): Promise<Sandbox> {
    for (;;) {
      try {
        return await this.#agent.network.open(this.name, this.#pod)
      } catch (error) {
        if (this.#stopping.signal.aborted) throw error
        this.#agent.event(this.#pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${(error as Error).message}`)
        await delay(1_000, this.#stopping.signal)
      }
    }
  }

  /** Volumes are tried until their sources are there; the pod waits meanwhile, as on a cluster. False when stopped. */
  async #setUpVolumes(volumes: PodVolumes): Promise<boolean> {
    for (let waitMs = 250; !this.#stopping.signal.aborted; waitMs = Math.min(waitMs * 2, 10_000)) {
      try {
        await volumes.setUp()
        this.#refreshLater(volumes)
        return true
      } catch (error) {
        const message = error instanceof VolumeError ? error.message : `MountVolume.SetUp failed: ${(error as Error).message}`
        this.#agent.event(this.#pod, 'Warning', 'FailedMount', message)
        await delay(waitMs, this.#stopping.signal)
      }
    }
    return false
  }

  /** Init containers one after the other; those with restartPolicy Always run on beside the rest. False when the pod ends here. */
  async #initialize(): Promise<boolean> {
    for (const container of this.#init) {
      if (isSidecar(container.spec)) {
        void container.run(() => undefined)
        await container.started()
      } else {
        const exitCode = await container.run(() => undefined)
        if (exitCode !== 0) return false
      }
      if (this.#stopping.signal.aborted) return false
    }
    return true
  }

  #context(sandbox: Sandbox): PodContext {
    const { agent, facts } = { agent: this.#agent, facts: this.#facts(sandbox) }
    const places = { directory: this.#directory, serviceAccountDirectory: sandbox.serviceAccountDirectory, caPem: agent.caPem }
    const sources = { pod: this.#pod, facts, node: agent.allocatable, references: agent.references, issueToken: agent.issueToken }
    const own = { name: this.name, sandbox, services: agent.services }
    return {
      ...own,
      directory: this.#directory,
      volumes: new PodVolumes(places, sources),
      pod: () => this.#pod,
      environment: (container, given) => {
        const base = { ...given, ...agent.serviceEnv(this.#pod) }
        return containerEnv({ pod: this.#pod, container, base, facts, node: agent.allocatable, references: agent.references })
      },
      changed: () => this.#changed(),
      event: (type, reason, message, container) => agent.event(this.#pod, type, reason, message, container)
    }
  }

  #facts(sandbox: Sandbox): PodFacts {
    return { nodeName: this.#agent.nodeName, hostAddress: this.#agent.network.facts.hostAddress, podAddress: sandbox.address }
  }

  #changed(): void {
    if (!this.#wasReady && this.#containers.length > 0 && this.#containers.every(({ facts }) => facts.ready)) {
      this.#wasReady = true
      reached('ready', this.name)
    }
    this.#status.mark()
  }

  #compute(): k8s.PodStatus {
    const status = podStatusOf(
      {
        pod: this.#pod,
        podAddress: this.#sandbox?.address ?? '',
        hostAddress: this.#agent.network.facts.hostAddress,
        startTime: this.#startTime,
        init: this.#init.map(({ facts }) => facts),
        containers: this.#containers.map(({ facts }) => facts),
        before: this.#lastStatus,
        failure: this.#failure
      },
      timeText()
    )
    this.#lastStatus = status
    return status
  }

  #graceMs(): number {
    return (this.#pod.spec?.terminationGracePeriodSeconds ?? 30) * 1_000
  }

  #limitTime(): void {
    const seconds = this.#pod.spec?.activeDeadlineSeconds
    if (seconds === undefined) return
    const passed = Date.now() - Date.parse(this.#startTime)
    const timer = setTimeout(
      () => {
        this.#failure = { reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' }
        for (const container of this.#containers) void container.stop(this.#graceMs())
      },
      Math.max(0, seconds * 1_000 - passed)
    )
    this.#timers.push(timer.unref())
  }

  #refreshLater(volumes: PodVolumes): void {
    const after = volumes.refreshAfterMs
    // Timers cannot be longer than 2^31 - 1 ms; a token that lives longer is looked at in between.
    if (after !== undefined) this.#timers.push(setInterval(() => this.#refreshVolumes(), Math.min(after, 2 ** 31 - 1)).unref())
  }

  #refreshVolumes(): void {
    this.#volumes?.refresh(this.#pod).catch((error: Error) => {
      // The old content stays, as the kubelet leaves it.
      this.#agent.event(this.#pod, 'Warning', 'FailedMount', error.message)
    })
  }

  async #end(stopped: readonly Promise<void>[], remove: boolean): Promise<void> {
    await Promise.all([...stopped, this.#running])
    this.#clearTimers()
    this.#agent.services.hostPorts.release(this.name.uid)
    await this.#sandbox?.close()
    this.#agent.forget(this.name.uid)
    if (remove) {
      this.#status.mark()
      await this.#status.flush()
      this.#status.close()
      await this.#delete()
    }
    rmSync(this.#directory, { recursive: true, force: true })
  }

  async #delete(): Promise<void> {
    try {
      await this.#agent.client.delete(pods, this.name, { gracePeriodSeconds: 0, preconditions: { uid: this.name.uid } })
    } catch (error) {
      if (!isNotFound(error))
        this.#agent.services.log.warn({ pod: `${this.name.namespace}/${this.name.name}`, error }, 'cannot delete a pod that has ended')
    }
  }

  #clearTimers(): void {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer)
  }
}
