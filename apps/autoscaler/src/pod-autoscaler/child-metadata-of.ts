import { podAutoscalers, type ObjectMeta, type PodAutoscaler } from '@knative-ts/api'
import { controllerRefOf } from '@knative-ts/kube'

/** Metadata of what a PodAutoscaler owns: its name, its labels and annotations, and who controls it. */
export function childMetadataOf(pa: PodAutoscaler): ObjectMeta {
  const { name = '', namespace = '', labels, annotations } = pa.metadata
  return {
    name,
    namespace,
    labels: { ...labels },
    annotations: { ...annotations },
    ownerReferences: [controllerRefOf(pa, podAutoscalers)]
  }
}
