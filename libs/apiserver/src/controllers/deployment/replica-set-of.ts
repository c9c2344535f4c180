import type { Deployment, ReplicaSet } from '@knative-ts/api/kubernetes'
import { deployments } from '@knative-ts/api/kubernetes'
import { controllerRefOf } from '@knative-ts/kube'
import { boundsOf, wantedReplicas } from './rollout-bounds.ts'
import { hashLabel, templateHash } from './template-hash.ts'

export const revisionKey = 'deployment.kubernetes.io/revision'
export const historyKey = 'deployment.kubernetes.io/revision-history'
export const desiredKey = 'deployment.kubernetes.io/desired-replicas'
export const maxKey = 'deployment.kubernetes.io/max-replicas'

/** Annotations of a Deployment that are about itself, not about its ReplicaSets. */
const ownAnnotations = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionKey,
  historyKey,
  desiredKey,
  maxKey,
  'deprecated.deployment.rollback.to'
])

/** The Deployment's annotations that its ReplicaSets carry too. */
export function inheritedAnnotations(deployment: Deployment): Record<string, string> {
  return Object.fromEntries(Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !ownAnnotations.has(key)))
}

/** The sizes that a ReplicaSet notes down, so that a change of the Deployment's can be told from a rollout. */
export function sizeAnnotations(deployment: Deployment): Record<string, string> {
  const wanted = wantedReplicas(deployment)
  return { [desiredKey]: String(wanted), [maxKey]: String(wanted + boundsOf(deployment).maxSurge) }
}

export function revisionOf(object: ReplicaSet | Deployment): number {
  return Number.parseInt(object.metadata.annotations?.[revisionKey] ?? '0', 10) || 0
}

/** The ReplicaSet for the Deployment's present template. */
export function replicaSetOf(deployment: Deployment, replicas: number, revision: number): ReplicaSet {
  const { namespace = '', name = '' } = deployment.metadata
  const template = deployment.spec?.template ?? {}
  const hash = templateHash(template, deployment.status?.collisionCount)
  const labels = { ...template.metadata?.labels, [hashLabel]: hash }
  const selector = deployment.spec?.selector ?? {}
  const minReadySeconds = deployment.spec?.minReadySeconds
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations: { ...inheritedAnnotations(deployment), ...sizeAnnotations(deployment), [revisionKey]: String(revision) },
      ownerReferences: [controllerRefOf(deployment, deployments)]
    },
    spec: {
      replicas,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } }
    }
  }
}
