/** The conditions that the kubelet owns, with its reasons and messages; those of others are kept. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { ContainerFacts } from './container-status.ts'
import { initializationOf, isSidecar } from './pod-phase.ts'

type Condition = Pick<k8s.PodCondition, 'type' | 'status' | 'reason' | 'message'>

/** What the conditions are made from. */
export interface PodProgress {
  readonly pod: k8s.Pod
  readonly phase: string
  readonly hasSandbox: boolean
  readonly init: readonly ContainerFacts[]
  readonly containers: readonly ContainerFacts[]
  /** Message of DisruptionTarget, when the node ends the pod. */
  readonly disruption?: string | undefined
}

const is = (type: string, status: boolean, reason?: string, message?: string): Condition => ({
  type,
  status: status ? 'True' : 'False',
  ...(reason === undefined ? {} : { reason }),
  ...(message === undefined ? {} : { message })
})

/** All conditions of a pod; a condition whose status stays keeps its transition time. */
export function podConditionsOf(progress: PodProgress, before: readonly k8s.PodCondition[], now: string): k8s.PodCondition[] {
  const containersReady = containersReadyOf(progress)
  const own = [
    is('PodReadyToStartContainers', progress.hasSandbox),
    initializedOf(progress),
    readyOf(progress, containersReady, before),
    containersReady,
    is('PodScheduled', true),
    ...(progress.disruption === undefined ? [] : [is('DisruptionTarget', true, 'TerminationByKubelet', progress.disruption)])
  ]
  const { generation } = progress.pod.metadata
  const observed = generation === undefined ? {} : { observedGeneration: generation }
  const kept = before.filter((condition) => own.every(({ type }) => type !== condition.type))
  const stamped = own.map((condition) => {
    const old = before.find(({ type }) => type === condition.type)
    return { ...condition, ...observed, lastTransitionTime: old?.status === condition.status ? (old.lastTransitionTime ?? now) : now }
  })
  return [...stamped, ...kept]
}

function initializedOf({ pod, phase, init, containers }: PodProgress): Condition {
  if (phase === 'Succeeded') return is('Initialized', true, 'PodCompleted')
  if (initializationOf(pod, init, containers) === 'done') return is('Initialized', true)
  const incomplete = (pod.spec?.initContainers ?? [])
    .filter((spec, index) => (isSidecar(spec) ? init[index]?.started !== true : init[index]?.state.terminated?.exitCode !== 0))
    .map(({ name }) => name)
  return is('Initialized', false, 'ContainersNotInitialized', `containers with incomplete status: [${incomplete.join(' ')}]`)
}

function containersReadyOf({ pod, phase, init, containers }: PodProgress): Condition {
  if (phase === 'Succeeded') return is('ContainersReady', false, 'PodCompleted')
  if (phase === 'Failed') return is('ContainersReady', false, 'PodFailed')
  const sidecars = init.filter((_, index) => isSidecar(pod.spec?.initContainers?.[index] as k8s.Container))
  const unready = [...sidecars, ...containers].filter(({ ready }) => !ready).map(({ name }) => name)
  if (unready.length === 0) return is('ContainersReady', true)
  return is('ContainersReady', false, 'ContainersNotReady', `containers with unready status: [${unready.join(' ')}]`)
}

function readyOf({ pod }: PodProgress, containersReady: Condition, before: readonly k8s.PodCondition[]): Condition {
  if (containersReady.status !== 'True') return { ...containersReady, type: 'Ready' }
  const shut = (pod.spec?.readinessGates ?? []).flatMap(({ conditionType }) => {
    const gate = before.find(({ type }) => type === conditionType)
    if (gate === undefined) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`]
    return gate.status === 'True' ? [] : [`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`]
  })
  return shut.length === 0 ? is('Ready', true) : is('Ready', false, 'ReadinessGatesNotReady', shut.join(', '))
}
