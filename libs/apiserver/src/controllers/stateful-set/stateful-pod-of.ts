import { statefulSets, type PersistentVolumeClaim, type Pod, type PodTemplateSpec, type StatefulSet } from '@knative-ts/api/kubernetes'
import { controllerRefOf } from '@knative-ts/kube'
import { revisionLabel } from '../controller-revision/revisions.ts'

const nameLabel = 'statefulset.kubernetes.io/pod-name'
const indexLabel = 'apps.kubernetes.io/pod-index'

export const podNameOf = (set: StatefulSet, ordinal: number): string => `${set.metadata.name}-${ordinal}`

/** The ordinal in a pod's name; undefined when the name is not of this set. */
export function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const name = pod.metadata.name ?? ''
  const prefix = `${set.metadata.name}-`
  const text = name.startsWith(prefix) ? name.slice(prefix.length) : ''
  return /^(0|[1-9]\d*)$/.test(text) ? Number(text) : undefined
}

/** The pod of one ordinal, of the template of a revision. */
export function statefulPodOf(set: StatefulSet, ordinal: number, revision: string, template: PodTemplateSpec): Pod {
  const name = podNameOf(set, ordinal)
  const { labels, annotations, finalizers } = template.metadata ?? {}
  const claims = (set.spec?.volumeClaimTemplates ?? []).map((claim) => claim.metadata.name ?? '')
  const others = (template.spec?.volumes ?? []).filter((volume) => !claims.includes(volume.name))
  const volumes = [...claims.map((claim) => ({ name: claim, persistentVolumeClaim: { claimName: `${claim}-${name}` } })), ...others]
  const serviceName = set.spec?.serviceName
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: set.metadata.namespace ?? '',
      labels: { ...labels, [nameLabel]: name, [indexLabel]: String(ordinal), [revisionLabel]: revision },
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerRefOf(set, statefulSets)]
    },
    spec: {
      ...(template.spec ?? { containers: [] }),
      hostname: name,
      ...(serviceName ? { subdomain: serviceName } : {}),
      ...(volumes.length === 0 ? {} : { volumes })
    }
  }
}

/** The claims of one ordinal's pod. They outlive it: the next pod of that name finds its data. */
export function claimsOf(set: StatefulSet, ordinal: number): PersistentVolumeClaim[] {
  return (set.spec?.volumeClaimTemplates ?? []).map((template) => ({
    ...template,
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      ...template.metadata,
      name: `${template.metadata.name}-${podNameOf(set, ordinal)}`,
      namespace: set.metadata.namespace ?? '',
      labels: { ...template.metadata.labels, ...set.spec?.selector?.matchLabels }
    }
  }))
}
