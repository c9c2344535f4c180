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

/** `status.containerStatuses[]` of a container. One that was never made has no resources and no volumes yet. */
export function containerStatusOf(facts: ContainerFacts, spec: k8s.Container | undefined): k8s.ContainerStatus {
  const made = facts.containerId !== '' || facts.lastState?.terminated !== undefined || facts.state.terminated !== undefined
  return {
    name: facts.name,
    state: facts.state,
    lastState: facts.lastState ?? {},
    ready: facts.ready,
    restartCount: facts.restartCount,
    image: facts.image,
    imageID: facts.imageId,
    ...(facts.containerId === '' ? {} : { containerID: facts.containerId }),
    started: facts.started,
    ...(made && spec !== undefined ? grantedTo(spec) : {})
  }
}

/** Resources as they are in force, and the mounts. */
function grantedTo({ resources = {}, volumeMounts = [] }: k8s.Container): Partial<k8s.ContainerStatus> {
  const { limits, requests } = resources
  return {
    resources: { ...(limits === undefined ? {} : { limits }), ...(requests === undefined ? {} : { requests }) },
    ...(requests === undefined ? {} : { allocatedResources: requests }),
    ...(volumeMounts.length === 0 ? {} : { volumeMounts: volumeMounts.map(mountStatusOf) })
  }
}

function mountStatusOf({ name, mountPath, readOnly }: k8s.VolumeMount): k8s.VolumeMountStatus {
  return { name, mountPath, ...(readOnly === true ? { readOnly, recursiveReadOnly: 'Disabled' } : {}) }
}
