import { pods, type PersistentVolumeClaim, type Pod, type Volume } from '@knative-ts/api/kubernetes'
import { controllerRefOf } from '@knative-ts/kube'

/** The claim of one ephemeral volume: it goes with its pod. Rules: `k8s.io/component-helpers/storage/ephemeral`. */
export function ephemeralClaimOf(pod: Pod, { name, ephemeral }: Volume): PersistentVolumeClaim | undefined {
  const template = ephemeral?.volumeClaimTemplate
  if (template === undefined) return undefined
  const { labels, annotations } = template.metadata ?? {}
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: `${pod.metadata.name}-${name}`,
      namespace: pod.metadata.namespace ?? '',
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [controllerRefOf(pod, pods)]
    },
    spec: template.spec
  }
}
