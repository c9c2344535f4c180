import type * as k8s from '@knative-ts/api/kubernetes'
import { type ContainerFacts, containerStatusOf } from './container-status.ts'
import { podConditionsOf } from './pod-conditions.ts'
import { phaseOf } from './pod-phase.ts'

/** Everything that a pod's status is made from. Addresses are '' until they are known. */
export interface PodSnapshot {
  readonly pod: k8s.Pod
  readonly podAddress: string
  readonly hostAddress: string
  readonly startTime: string
  readonly init: readonly ContainerFacts[]
  readonly containers: readonly ContainerFacts[]
  /** The status last written: transition times and foreign conditions come from it. */
  readonly before: k8s.PodStatus
  /** Set when the pod as a whole was ended (deadline, eviction): it is Failed with this reason. */
  readonly failure?: { readonly reason: string; readonly message: string } | undefined
}

/** The whole status of a pod. */
export function podStatusOf(snapshot: PodSnapshot, now: string): k8s.PodStatus {
  const { pod, podAddress, hostAddress, init, containers, before, failure } = snapshot
  const phase = failure === undefined ? phaseOf(pod, init, containers) : 'Failed'
  const progress = { pod, phase, hasSandbox: podAddress !== '', init, containers }
  return {
    phase,
    ...failure,
    conditions: podConditionsOf(progress, before.conditions ?? [], now),
    hostIP: hostAddress,
    hostIPs: [{ ip: hostAddress }],
    ...(podAddress === '' ? {} : { podIP: podAddress, podIPs: [{ ip: podAddress }] }),
    startTime: snapshot.startTime,
    ...(init.length === 0 ? {} : { initContainerStatuses: init.map(initStatusOf) }),
    containerStatuses: containers.map(containerStatusOf),
    qosClass: qosClassOf(pod)
  }
}

/** An init container that ended well counts as ready, as Kubernetes' agent tells it. */
const initStatusOf = (facts: ContainerFacts): k8s.ContainerStatus =>
  containerStatusOf(facts.state.terminated?.exitCode === 0 ? { ...facts, ready: true } : facts)

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
