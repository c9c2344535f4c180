import { podAutoscalers, type PodAutoscaler, type ServerlessService } from '@knative-ts/api'
import { controllerRefOf } from '@knative-ts/kube'

/** What the PodAutoscaler decides about the path of requests. */
export interface RequestPath {
  readonly mode: 'Serve' | 'Proxy'
  /** 0: all. */
  readonly numActivators: number
}

/** The ServerlessService of a PodAutoscaler. Its metric annotation stays behind: it means nothing there. */
export function serverlessServiceOf(pa: PodAutoscaler, path: RequestPath): ServerlessService {
  const { 'autoscaling.knative.dev/metric': _metric, ...annotations } = pa.metadata.annotations ?? {}
  return {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'ServerlessService',
    metadata: {
      name: pa.metadata.name ?? '',
      namespace: pa.metadata.namespace ?? '',
      labels: { ...pa.metadata.labels },
      annotations,
      ownerReferences: [controllerRefOf(pa, podAutoscalers)]
    },
    // As Go writes it, so that what comes back is what was sent: 0 is nothing.
    spec: {
      mode: path.mode,
      ...(path.numActivators === 0 ? {} : { numActivators: path.numActivators }),
      objectRef: pa.spec.scaleTargetRef,
      protocolType: pa.spec.protocolType
    }
  }
}
