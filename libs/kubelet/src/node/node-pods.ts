/** Which pods this node runs: binds those without a node, starts, updates and ends workers as objects come, change and go. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { type Informer, isNotFound } from '@knative-ts/kube'
import type { NodeAgent } from '../pod/node-agent.ts'
import { PodWorker } from '../pod/pod-worker.ts'
import type { MeasuredPod } from '../usage/usage-sampler.ts'
import { bind, refuse } from './binding.ts'
import { type FindClaim, unmetClaim, usesClaim } from './claims.ts'
import { misfit } from './fit.ts'
import { SchedulerEvents } from './scheduler-events.ts'

/** Priority of `system-cluster-critical` and above: other pods lean on these. */
const systemCritical = 2_000_000_000
const shutDownMessage = 'Pod was terminated in response to imminent node shutdown.'

export class NodePods {
  readonly #agent: NodeAgent
  readonly #informer: Informer<k8s.Pod>
  readonly #node: () => k8s.Node
  readonly #scheduler: SchedulerEvents
  readonly #findClaim: FindClaim
  readonly #workers = new Map<string, PodWorker>()
  #unsubscribe: () => void = () => undefined
  #leaving = false

  /** `node` gives the Node as it is now: it may be cordoned and tainted. */
  constructor(agent: NodeAgent, informer: Informer<k8s.Pod>, node: () => k8s.Node, findClaim: FindClaim) {
    this.#agent = agent
    this.#informer = informer
    this.#node = node
    this.#scheduler = new SchedulerEvents(agent.client, agent.nodeName, agent.services.log)
    this.#findClaim = findClaim
  }

  start(): void {
    this.#unsubscribe = this.#informer.onChange(({ before, after }) => {
      // Deleted and made again under the same name between two events: the old one is over.
      if (before !== undefined && before.metadata.uid !== after?.metadata.uid) this.#gone(before)
      if (after !== undefined) this.#seen(after)
    })
  }

  /** The worker of a pod by name; undefined when it does not run here. */
  find(namespace: string, name: string): PodWorker | undefined {
    return [...this.#workers.values()].find((worker) => worker.name.namespace === namespace && worker.name.name === name)
  }

  /** The workers of all pods here. */
  workers(): Iterable<PodWorker> {
    return [...this.#workers.values()]
  }

  /** All pods with their containers that run now. */
  measured(): MeasuredPod[] {
    return [...this.#workers.values()].map((worker) => ({ ...worker.name, containers: worker.running() }))
  }

  sourceChanged(kind: 'ConfigMap' | 'Secret', object: KubeObject): void {
    for (const worker of this.#workers.values()) {
      if (worker.name.namespace === object.metadata.namespace) worker.sourceChanged(kind, object.metadata.name ?? '')
    }
  }

  /** Pods that wait for the claim are looked at afresh. */
  claimChanged({ metadata: { namespace = '', name = '' } }: KubeObject): void {
    for (const pod of this.#informer.cache.list(namespace)) if (!pod.spec?.nodeName && usesClaim(pod, name)) this.#seen(pod)
  }

  /** The node has been changed: pods that did not fit may do so now. */
  nodeChanged(): void {
    for (const pod of this.#informer.cache.list()) if (!pod.spec?.nodeName) this.#seen(pod)
  }

  /** Ends all pods without deleting their objects, critical ones last: the next start runs them again. */
  async stop(graceMs: number): Promise<void> {
    this.#unsubscribe()
    for (const group of this.#byPriority()) await Promise.all(group.map((worker) => worker.stop(graceMs, false)))
  }

  /** Ends all pods for good, critical ones last: the node goes. They are Failed, and what controls them makes others elsewhere. */
  async shutDown(graceMs: number): Promise<void> {
    this.#leaving = true
    for (const group of this.#byPriority()) {
      await Promise.all(
        group.map((worker) => {
          const seconds = worker.pod.spec?.terminationGracePeriodSeconds ?? 30
          return worker.fail(
            { reason: 'Terminated', message: shutDownMessage, disruption: shutDownMessage },
            Math.min(seconds * 1_000, graceMs)
          )
        })
      )
    }
  }

  #byPriority(): PodWorker[][] {
    const isCritical = ({ pod }: PodWorker): boolean => (pod.spec?.priority ?? 0) >= systemCritical
    const all = [...this.#workers.values()]
    return [all.filter((worker) => !isCritical(worker)), all.filter(isCritical)]
  }

  #seen(pod: k8s.Pod): void {
    const { uid = '', deletionTimestamp } = pod.metadata
    const worker = this.#workers.get(uid)
    if (deletionTimestamp !== undefined && (worker !== undefined || pod.spec?.nodeName === this.#agent.nodeName))
      return this.#end(pod, worker)
    if (worker !== undefined) return worker.update(pod)
    if (deletionTimestamp !== undefined || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return
    if (pod.spec?.nodeName === this.#agent.nodeName) this.#start(pod, Promise.resolve())
    else if (pod.spec?.nodeName === undefined || pod.spec.nodeName === '') this.#schedule(pod)
  }

  /** The pod's start is prepared while the binding is being written; its worker runs nothing before that has succeeded. */
  #schedule(pod: k8s.Pod): void {
    if (this.#leaving) return
    const { schedulingGates = [], schedulerName = 'default-scheduler' } = pod.spec ?? {}
    if (schedulingGates.length > 0 || schedulerName !== 'default-scheduler') return
    const { namespace = '', name = '', uid = '' } = pod.metadata
    const message = misfit(pod, this.#node()) ?? unmetClaim(pod, this.#findClaim)
    if (message !== undefined) {
      this.#scheduler.refused(pod, message)
      void refuse(this.#agent.client, pod, message).catch((error: unknown) =>
        this.#complain(pod, error, 'cannot say that a pod does not fit')
      )
      return
    }
    const bound = bind(this.#agent.client, { namespace, name, uid }, this.#agent.nodeName).then(() => {
      this.#scheduler.assigned(pod, this.#agent.nodeName)
    })
    bound.catch((error: unknown) => {
      // Not bound here: deleted meanwhile, or another scheduler was faster. Its next event is looked at afresh.
      const worker = this.#workers.get(uid)
      this.#workers.delete(uid)
      void worker?.stop(0, false)
      if (!isNotFound(error)) this.#complain(pod, error, 'cannot bind a pod')
    })
    this.#start(pod, bound)
  }

  #start(pod: k8s.Pod, bound: Promise<void>): void {
    const worker = new PodWorker(pod, this.#agent)
    this.#workers.set(worker.name.uid, worker)
    worker.start(bound)
  }

  #end(pod: k8s.Pod, worker: PodWorker | undefined): void {
    const { uid = '', deletionGracePeriodSeconds = 30 } = pod.metadata
    // Bound here in an earlier life of the agent, and asked to go: a worker that never starts removes it.
    const ending = worker ?? new PodWorker(pod, this.#agent)
    this.#workers.set(uid, ending)
    void ending.stop(deletionGracePeriodSeconds * 1_000, true).finally(() => this.#workers.delete(uid))
  }

  #gone(pod: k8s.Pod): void {
    const uid = pod.metadata.uid ?? ''
    this.#scheduler.forget(uid)
    void this.#workers
      .get(uid)
      ?.stop(0, false)
      .finally(() => this.#workers.delete(uid))
  }

  #complain(pod: k8s.Pod, error: unknown, message: string): void {
    this.#agent.services.log.warn({ pod: `${pod.metadata.namespace}/${pod.metadata.name}`, error }, message)
  }
}
