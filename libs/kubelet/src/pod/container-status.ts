import type * as k8s from '@knative-ts/api/kubernetes'

/** What the agent knows of one container; the status is made from this. */
export interface ContainerFacts {
  readonly name: string
  readonly image: string
  readonly imageId: string
  readonly containerId: string
  readonly state: k8s.ContainerState
  readonly lastState: k8s.ContainerState | undefined
  readonly restartCount: number
  readonly started: boolean
  readonly ready: boolean
}

/** `status.containerStatuses[]` of a container. */
export function containerStatusOf(facts: ContainerFacts): k8s.ContainerStatus {
  return {
    name: facts.name,
    state: facts.state,
    lastState: facts.lastState ?? {},
    ready: facts.ready,
    restartCount: facts.restartCount,
    image: facts.image,
    imageID: facts.imageId,
    ...(facts.containerId === '' ? {} : { containerID: facts.containerId }),
    started: facts.started
  }
}
