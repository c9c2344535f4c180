import type { PodAutoscaler, ServerlessService } from '@knative-ts/api'
import { childMetadataOf } from './child-metadata-of.ts'

/** What the PodAutoscaler decides about the path of requests. */
export interface RequestPath {
  readonly mode: 'Serve' | 'Proxy'
  /** 0: all. */
  readonly numActivators: number
}

/** The ServerlessService of a PodAutoscaler. Its metric annotation stays behind: it means nothing there. */
export function serverlessServiceOf(pa: PodAutoscaler, path: RequestPath): ServerlessService {
  const metadata = childMetadataOf(pa)
  const { 'autoscaling.knative.dev/metric': _metric, ...annotations } = metadata.annotations ?? {}
  return {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'ServerlessService',
    metadata: { ...metadata, annotations },
    // As Go writes it, so that what comes back is what was sent: 0 is nothing.
    spec: {
      mode: path.mode,
      ...(path.numActivators === 0 ? {} : { numActivators: path.numActivators }),
      objectRef: pa.spec.scaleTargetRef,
      protocolType: pa.spec.protocolType
    }
  }
}
