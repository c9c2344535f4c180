/** What an agent that starts again makes of a container's status as its last life left it: nothing of that life runs any more. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { secondTime } from '@knative-ts/kube'
import type { ContainerFacts } from './container-status.ts'
import type { RestartPolicy } from './container-runner.ts'

/** The state of a container that was running when the agent went: the kubelet's words for one that it lost. */
const lostState = (startedAt: string | undefined): k8s.ContainerState => ({
  terminated: {
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: 'The container was ended while the node agent was away',
    ...(startedAt === undefined ? {} : { startedAt }),
    finishedAt: secondTime(Date.now())
  }
})

/** Facts to start from. `waiting` is the state of a container that has not started yet. */
export function factsAfter(previous: k8s.ContainerStatus | undefined, spec: k8s.Container, waiting: k8s.ContainerState): ContainerFacts {
  const running = previous?.state?.running
  const ended = running === undefined ? previous?.state?.terminated && previous.state : lostState(running.startedAt)
  return {
    name: spec.name,
    image: spec.image ?? '',
    imageId: previous?.imageID ?? '',
    containerId: '',
    state: waiting,
    lastState: ended ?? previous?.lastState,
    restartCount: (previous?.restartCount ?? 0) + (ended === undefined ? 0 : 1),
    started: false,
    ready: false
  }
}

/** The exit code of a container that must not run again under its policy; undefined when it must. */
export function endedBefore(previous: k8s.ContainerStatus | undefined, policy: RestartPolicy): number | undefined {
  const exitCode = previous?.state?.running === undefined ? previous?.state?.terminated?.exitCode : 137
  if (exitCode === undefined || policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)) return undefined
  return exitCode
}
