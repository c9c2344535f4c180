import type * as k8s from '@knative-ts/api/kubernetes'
import { type ContainerFacts, containerStatusOf } from './container-status.ts'
import { podConditionsOf } from './pod-conditions.ts'
import { isSidecar, phaseOf } from './pod-phase.ts'

/** Everything that a pod's status is made from. Addresses are '' until they are known. */
export interface PodSnapshot {
  readonly pod: k8s.Pod
  readonly podAddress: string
  readonly hostAddress: string
  readonly startTime: string
  /** False before the pod's namespaces are made, and when they are gone. */
  readonly hasSandbox: boolean
  readonly init: readonly ContainerFacts[]
  readonly containers: readonly ContainerFacts[]
  readonly ephemeral?: readonly ContainerFacts[]
  /** The status last written: transition times and foreign conditions come from it. */
  readonly before: k8s.PodStatus
  /** Set when the pod as a whole was ended: it is Failed with this reason once nothing of it runs. */
  readonly failure?: PodFailure | undefined
}

/** Why a pod was ended as a whole: deadline, eviction, the end of the node. */
export interface PodFailure {
  readonly reason: string
  readonly message: string
  /** Set when the node ended it: the message of the condition DisruptionTarget. */
  readonly disruption?: string
}

/** The whole status of a pod. */
export function podStatusOf(snapshot: PodSnapshot, now: string): k8s.PodStatus {
  const { pod, podAddress, hostAddress, init, containers, ephemeral = [], before, failure, hasSandbox } = snapshot
  const running = [...init, ...containers].some(({ state }) => state.running !== undefined)
  const failed = failure !== undefined && !running
  const phase = failed ? 'Failed' : phaseOf(pod, init, containers)
  const progress = { pod, phase, hasSandbox, init, containers, disruption: failure?.disruption }
  const { generation } = pod.metadata
  const statuses = (all: readonly ContainerFacts[]): k8s.ContainerStatus[] =>
    all.map((facts) => containerStatusOf(facts, specOf(pod, facts.name)))
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    phase,
    ...(failed ? { reason: failure.reason, message: failure.message } : {}),
    conditions: podConditionsOf(progress, before.conditions ?? [], now),
    hostIP: hostAddress,
    hostIPs: [{ ip: hostAddress }],
    ...(podAddress === '' ? {} : { podIP: podAddress, podIPs: [{ ip: podAddress }] }),
    startTime: snapshot.startTime,
    ...(init.length === 0
      ? {}
      : { initContainerStatuses: statuses(init.map((facts, index) => asInit(facts, pod.spec?.initContainers?.[index]))) }),
    containerStatuses: statuses(containers).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    ...(ephemeral.length === 0 ? {} : { ephemeralContainerStatuses: statuses(ephemeral) }),
    qosClass: qosClassOf(pod)
  }
}

function specOf({ spec }: k8s.Pod, name: string): k8s.Container | undefined {
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? []), ...((spec?.ephemeralContainers ?? []) as k8s.Container[])].find(
    (each) => each.name === name
  )
}

/** An init container that ended well counts as ready, as Kubernetes' agent tells it; a sidecar that ended does not. */
const asInit = (facts: ContainerFacts, spec: k8s.Container | undefined): ContainerFacts =>
  facts.state.terminated?.exitCode === 0 && spec !== undefined && !isSidecar(spec) ? { ...facts, ready: true } : facts

/** Guaranteed, Burstable or BestEffort, from requests and limits of cpu and memory. */
export function qosClassOf(pod: k8s.Pod): string {
  const all = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].map(({ resources }) => resources ?? {})
  const named = all.flatMap(({ requests, limits }) => [requests?.cpu, requests?.memory, limits?.cpu, limits?.memory])
  if (named.every((each) => each === undefined)) return 'BestEffort'
  const guaranteed = all.every(({ requests, limits }) =>
    (['cpu', 'memory'] as const).every((name) => limits?.[name] !== undefined && (requests?.[name] ?? limits[name]) === limits[name])
  )
  return guaranteed ? 'Guaranteed' : 'Burstable'
}
