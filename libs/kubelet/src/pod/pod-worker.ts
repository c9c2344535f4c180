/** One pod from binding to deletion. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { pods } from '@knative-ts/api/kubernetes'
import { isNotFound, secondTime } from '@knative-ts/kube'
import { containerEnv } from '../env/container-env.ts'
import type { PodFacts } from '../env/field-ref.ts'
import type { PodStorage } from '../node/storage-limits.ts'
import { reached } from '../milestones.ts'
import type { PodName, Sandbox } from '../network/network.ts'
import type { RunningContainer } from '../runtime/container-runtime.ts'
import { PodVolumes } from '../volume/pod-volumes.ts'
import type { ContainerFacts } from './container-status.ts'
import type { ContainerRunner } from './container-runner.ts'
import type { NodeAgent } from './node-agent.ts'
import { PodContainers } from './pod-containers.ts'
import type { PodContext } from './pod-context.ts'
import { PodDirectories } from './pod-directories.ts'
import { openSandbox, sandboxFailure, setUpVolumes, type TellFailure } from './pod-preparation.ts'
import { type PodFailure, podStatusOf } from './pod-status.ts'
import { podKeychain } from './pod-keychain.ts'
import { PodTimers } from './pod-timers.ts'
import { StatusWriter } from './status-writer.ts'

export class PodWorker {
  readonly name: PodName
  readonly #agent: NodeAgent
  readonly #stopping = new AbortController()
  /** Aborted by the end of the pod, and by its failure as a whole. */
  readonly #halted = new AbortController()
  readonly #status: StatusWriter
  readonly #startTime: string
  readonly #directories: PodDirectories
  readonly #timers = new PodTimers()
  readonly #before: k8s.PodStatus
  #pod: k8s.Pod
  #lastStatus: k8s.PodStatus
  #sandbox: Sandbox | undefined
  #volumes: PodVolumes | undefined
  #containers: PodContainers | undefined
  #over = false
  #failure: PodFailure | undefined
  /** True once the volumes are there: as on a cluster, a pod has no address before. */
  #initialized = false
  #wasReady = false
  #running: Promise<void> = Promise.resolve()
  #ending: Promise<void> | undefined

  constructor(pod: k8s.Pod, agent: NodeAgent) {
    const { namespace = '', name = '', uid = '' } = pod.metadata
    this.name = { namespace, name, uid }
    this.#agent = agent
    this.#pod = pod
    this.#before = pod.status ?? {}
    this.#lastStatus = this.#before
    this.#startTime = pod.status?.startTime ?? secondTime(Date.now())
    this.#directories = new PodDirectories(agent.stateDirectory, uid)
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
    return this.#containers?.find(name)
  }

  /** Containers that run now, sidecars included. */
  running(): { readonly name: string; readonly running: RunningContainer }[] {
    return this.#containers?.running() ?? []
  }

  /** Starts the pod. `bound` resolves once the pod is bound to this node; nothing of it runs before. Never rejects. */
  start(bound: Promise<void>): void {
    this.#running = this.#run(bound).catch((error: unknown) => {
      this.#agent.services.log.error({ pod: `${this.name.namespace}/${this.name.name}`, error }, 'a pod cannot be run')
      this.#tellFailure('FailedCreatePodSandBox', sandboxFailure(error))
    })
  }

  /** The object has changed: labels, annotations, readiness gates, images. */
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
    if (!this.#over) this.#containers?.renew(pod)
    if (!this.#over && this.#initialized) this.#containers?.addEphemeral(pod)
    if (gates !== undefined || pod.metadata.generation !== this.#lastStatus.observedGeneration) this.#mark()
  }

  /** A ConfigMap or Secret of the pod's namespace has changed. */
  sourceChanged(kind: 'ConfigMap' | 'Secret', name: string): void {
    if (this.#volumes?.uses(kind, name) === true) this.#refreshVolumes()
  }

  /** Ends the pod; with `remove`, deletes the object when nothing of it runs any more. May be called again with less grace. */
  stop(graceMs: number, remove: boolean): Promise<void> {
    this.#stopping.abort()
    this.#halted.abort()
    // Without removal it is the agent that goes: the next one must see what ran, not how this one ended it.
    if (!remove) this.#status.close()
    const stopped = this.#containers?.stop(graceMs)
    this.#ending ??= this.#end(stopped, remove)
    return this.#ending
  }

  /** Ends the pod as failed, and leaves its object: the node cannot keep it (`Evicted`, `Terminated`, `DeadlineExceeded`). */
  async fail(failure: PodFailure, graceMs = this.#graceMs()): Promise<void> {
    if (this.#failure !== undefined || this.#over || this.#stopping.signal.aborted) return
    this.#failure = failure
    this.#halted.abort()
    if (this.#containers === undefined) return
    await this.#containers.stop(graceMs)
    // What is left is told, and the address given back, by the run itself.
    await this.#running
    this.#mark()
    await this.#status.flush()
  }

  /** Ends the pod as evicted, and says why. */
  evict(message: string, graceMs: number): void {
    if (this.#failure !== undefined || this.#over) return
    this.#agent.event(this.#pod, 'Warning', 'Evicted', message)
    void this.fail({ reason: 'Evicted', message }, graceMs)
  }

  /** Measures what the pod has written. */
  storage(): PodStorage {
    return this.#directories.storage((container) => this.#containers?.find(container)?.facts.restartCount ?? 0)
  }

  async #run(bound: Promise<void>): Promise<void> {
    const opening = openSandbox(this.#agent.network, this.name, () => this.#pod, this.#tellFailure, this.#stopping.signal)
    // Both at once: most of the time the sandbox is there before the API server has answered.
    const [sandbox] = await Promise.all([opening, bound]).catch(async (error: unknown) => {
      await opening.then(
        (opened) => opened.close(),
        // That it cannot be opened is the error that is thrown, or comes on top of it.
        () => undefined
      )
      throw error
    })
    this.#sandbox = sandbox
    reached('scheduled', this.name)
    const context = this.#context(sandbox)
    this.#volumes = context.volumes
    this.#containers = new PodContainers(this.#pod, this.#before, context, this.#stopping.signal)
    this.#mark()
    reached('sandbox', this.name)
    if (await setUpVolumes(context.volumes, this.#tellFailure, this.#halted.signal)) {
      this.#timers.every(context.volumes.refreshAfterMs, () => this.#refreshVolumes())
      this.#timers.limit(this.#pod, this.#startTime, () => this.#deadlineExceeded())
      this.#initialized = true
      this.#mark()
      this.#containers.addEphemeral(this.#pod)
      if (await this.#containers.initialize()) await this.#containers.runMain(() => reached('spawned', this.name))
    }
    if (!this.#stopping.signal.aborted) await this.#finish(sandbox, this.#containers)
  }

  /** Of a pod that ends by itself, or failed: what still runs beside goes, its address too; its logs stay. */
  async #finish(sandbox: Sandbox, containers: PodContainers): Promise<void> {
    await containers.stop(this.#graceMs())
    this.#timers.clear()
    this.#agent.services.hostPorts.release(this.name.uid)
    await sandbox.close()
    this.#over = true
    this.#mark()
    await this.#status.flush()
  }

  #context(sandbox: Sandbox): PodContext {
    const { agent, facts } = { agent: this.#agent, facts: this.#facts(sandbox) }
    const places = {
      directory: this.#directories.directory,
      memoryDirectory: this.#directories.memoryDirectory,
      serviceAccountDirectory: sandbox.serviceAccountDirectory,
      caPem: agent.caPem
    }
    const sources = { pod: this.#pod, facts, node: agent.allocatable, references: agent.references, issueToken: agent.issueToken }
    const own = { name: this.name, sandbox, services: agent.services }
    return {
      ...own,
      directory: this.#directories.directory,
      volumes: new PodVolumes(places, sources),
      pod: () => this.#pod,
      environment: (container, given) => {
        const base = { ...given, ...agent.serviceEnv(this.#pod) }
        return containerEnv({ pod: this.#pod, container, base, facts, node: agent.allocatable, references: agent.references })
      },
      keychain: () => podKeychain(this.#pod, agent.references, (message) => this.#tellPullSecrets(message)),
      changed: () => this.#changed(),
      event: (type, reason, message, container) => agent.event(this.#pod, type, reason, message, container)
    }
  }

  #facts(sandbox: Sandbox): PodFacts {
    return { nodeName: this.#agent.nodeName, hostAddress: this.#agent.network.facts.hostAddress, podAddress: sandbox.address }
  }

  #changed(): void {
    const main = this.#containers?.main ?? []
    if (!this.#wasReady && main.length > 0 && main.every(({ facts }) => facts.ready)) {
      this.#wasReady = true
      reached('ready', this.name)
    }
    this.#mark()
  }

  /** Nothing is told before there is something to tell: a pod without containers would look finished. */
  #mark(): void {
    if (this.#containers !== undefined) this.#status.mark()
  }

  #compute(): k8s.PodStatus {
    const status = podStatusOf(
      {
        pod: this.#pod,
        podAddress: this.#initialized ? (this.#sandbox?.address ?? '') : '',
        hostAddress: this.#agent.network.facts.hostAddress,
        startTime: this.#startTime,
        hasSandbox: this.#initialized && !this.#over,
        init: factsOf(this.#containers?.init),
        containers: factsOf(this.#containers?.main),
        ephemeral: factsOf(this.#containers?.ephemeral),
        before: this.#lastStatus,
        failure: this.#failure
      },
      secondTime(Date.now())
    )
    this.#lastStatus = status
    return status
  }

  readonly #tellFailure: TellFailure = (reason, message) => this.#agent.event(this.#pod, 'Warning', reason, message)

  #tellPullSecrets(message: string): void {
    this.#agent.event(this.#pod, 'Warning', 'FailedToRetrieveImagePullSecret', message)
  }

  #graceMs(): number {
    return (this.#pod.spec?.terminationGracePeriodSeconds ?? 30) * 1_000
  }

  #deadlineExceeded(): void {
    const message = 'Pod was active on the node longer than the specified deadline'
    this.#agent.event(this.#pod, 'Normal', 'DeadlineExceeded', message)
    void this.fail({ reason: 'DeadlineExceeded', message })
  }

  #refreshVolumes(): void {
    this.#volumes?.refresh(this.#pod).catch((error: Error) => {
      // The old content stays, as the kubelet leaves it.
      this.#agent.event(this.#pod, 'Warning', 'FailedMount', error.message)
    })
  }

  async #end(stopped: Promise<void> | undefined, remove: boolean): Promise<void> {
    await Promise.all([stopped, this.#running])
    this.#timers.clear()
    this.#agent.services.hostPorts.release(this.name.uid)
    await this.#sandbox?.close()
    this.#over = true
    this.#agent.forget(this.name.uid)
    if (remove) {
      this.#mark()
      await this.#status.flush()
      this.#status.close()
      await this.#delete()
    }
    this.#directories.remove()
  }

  async #delete(): Promise<void> {
    try {
      await this.#agent.client.delete(pods, this.name, { gracePeriodSeconds: 0, preconditions: { uid: this.name.uid } })
    } catch (error) {
      if (!isNotFound(error))
        this.#agent.services.log.warn({ pod: `${this.name.namespace}/${this.name.name}`, error }, 'cannot delete a pod that has ended')
    }
  }
}

const factsOf = (runners: readonly ContainerRunner[] = []): ContainerFacts[] => runners.map(({ facts }) => facts)
