import { appLabel, deploymentHashLabel } from '@knative-ts/api'
import type { Deployment } from '@knative-ts/api/kubernetes'

type StringMap = Readonly<Record<string, string>>

/**
 * The Deployment to write when what should be has changed since `current` was written; undefined when it has not, so that edits by
 * hand live until then. Scale and selector stay, and so do labels and annotations that are not Knative's (`kubectl rollout restart`).
 */
export function mergedDeployment(current: Deployment, desired: Deployment): Deployment | undefined {
  if (current.metadata.labels?.[deploymentHashLabel] === desired.metadata.labels?.[deploymentHashLabel]) return undefined
  if (current.spec === undefined || desired.spec === undefined) return desired
  const before = current.spec.template.metadata
  const after = desired.spec.template.metadata
  return {
    ...current,
    metadata: {
      ...current.metadata,
      labels: merged(current.metadata.labels, desired.metadata.labels),
      annotations: merged(current.metadata.annotations, desired.metadata.annotations)
    },
    spec: {
      ...desired.spec,
      ...(current.spec.replicas === undefined ? {} : { replicas: current.spec.replicas }),
      selector: current.spec.selector,
      template: {
        ...desired.spec.template,
        metadata: {
          ...after,
          labels: merged(before?.labels, after?.labels),
          annotations: merged(before?.annotations, after?.annotations)
        }
      }
    }
  }
}

function merged(current: StringMap | undefined, desired: StringMap | undefined): Record<string, string> {
  const foreign = Object.entries(current ?? {}).filter(([key]) => !key.includes('knative.dev/') && key !== appLabel)
  return { ...Object.fromEntries(foreign), ...desired }
}
