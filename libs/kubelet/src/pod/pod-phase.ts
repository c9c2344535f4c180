/** The phase of a pod from its containers: `getPhase` of the kubelet. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { ContainerFacts } from './container-status.ts'

/** Where init containers stand. A failed one with restartPolicy Never ends the pod. */
export type Initialization = 'pending' | 'done' | 'failed'

/** True for an init container that runs beside the others (`restartPolicy: Always`). */
export const isSidecar = (container: k8s.Container): boolean => container.restartPolicy === 'Always'

export function initializationOf(
  pod: k8s.Pod,
  init: readonly ContainerFacts[],
  containers: readonly ContainerFacts[] = []
): Initialization {
  // Once done it stays done: a sidecar that starts again, or has ended with the pod, does not take it back.
  if (containers.some(hasStarted)) return 'done'
  const specs = pod.spec?.initContainers ?? []
  let done = true
  for (const [index, spec] of specs.entries()) {
    const facts = init[index]
    const exit = facts?.state.terminated?.exitCode
    if (isSidecar(spec) ? facts?.started === true : exit === 0) continue
    if (!isSidecar(spec) && exit !== undefined && pod.spec?.restartPolicy === 'Never') return 'failed'
    done = false
  }
  return done ? 'done' : 'pending'
}

const hasStarted = ({ state, lastState }: ContainerFacts): boolean =>
  state.running !== undefined || state.terminated !== undefined || lastState?.terminated !== undefined

export function phaseOf(pod: k8s.Pod, init: readonly ContainerFacts[], containers: readonly ContainerFacts[]): string {
  const initialization = initializationOf(pod, init, containers)
  if (initialization === 'failed') return 'Failed'
  let running = 0
  let waiting = 0
  let stopped = 0
  let succeeded = 0
  for (const { state, lastState } of containers) {
    if (state.running !== undefined) running++
    else if (state.terminated !== undefined) {
      stopped++
      if (state.terminated.exitCode === 0) succeeded++
    } else if (lastState?.terminated !== undefined) stopped++
    else waiting++
  }
  if (waiting > 0 || (initialization === 'pending' && running === 0)) return 'Pending'
  if (running > 0) return 'Running'
  const policy = pod.spec?.restartPolicy ?? 'Always'
  if (policy === 'Always') return 'Running'
  if (stopped === succeeded) return 'Succeeded'
  return policy === 'Never' ? 'Failed' : 'Running'
}
