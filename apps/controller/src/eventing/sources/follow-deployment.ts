import type { Deployment } from '@knative-ts/api/kubernetes'
import type { Marks } from '@knative-ts/kube'

/** A source is deployed when its Deployment is available, in the version that was asked for and with every replica (reference 5.0). */
export function followDeployment(marks: Marks, type: string, { metadata, status = {} }: Deployment): void {
  const available = status.conditions?.find((condition) => condition.type === 'Available')
  if (available === undefined) {
    marks.unknown(type, 'DeploymentUnavailable', `The Deployment '${metadata.name}' is unavailable.`)
    return
  }
  if (available.status === 'False') marks.false(type, available.reason ?? '', available.message ?? '')
  else if (available.status !== 'True') marks.unknown(type, available.reason ?? '', available.message ?? '')
  else if (status.observedGeneration !== metadata.generation || (status.unavailableReplicas ?? 0) > 0) {
    marks.unknown(type, 'DeploymentUpdating', `The Deployment '${metadata.name}' is being updated.`)
  } else marks.true(type)
}
