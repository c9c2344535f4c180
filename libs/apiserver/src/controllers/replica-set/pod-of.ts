import type { Pod, ReplicaSet } from '@knative-ts/api/kubernetes'
import { replicaSets } from '@knative-ts/api/kubernetes'
import { controllerRefOf } from '@knative-ts/kube'

/** One more pod for a ReplicaSet; the server completes the name. */
export function podOf(set: ReplicaSet): Pod {
  const { metadata = {}, spec } = set.spec?.template ?? {}
  const { labels, annotations, finalizers } = metadata
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${set.metadata.name}-`,
      namespace: set.metadata.namespace ?? '',
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerRefOf(set, replicaSets)]
    },
    ...(spec === undefined ? {} : { spec })
  }
}
