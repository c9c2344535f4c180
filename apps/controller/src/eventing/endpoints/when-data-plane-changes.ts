import type { KubeObject } from '@knative-ts/api'
import type { EventingWorld } from '../eventing-world.ts'
import { dataPlaneServices, type DataPlaneRole } from './service-endpoints.ts'

/** Calls back when the Service of one of these roles, or the pods behind it, have changed. */
export function whenDataPlaneChanges(
  { objects, systemNamespace }: Pick<EventingWorld, 'objects' | 'systemNamespace'>,
  roles: readonly DataPlaneRole[],
  changed: () => void
): void {
  const services: readonly string[] = roles.map((role) => dataPlaneServices[role])
  objects.endpointSlices.informer.onChange(({ before, after }) => {
    const slice = (after ?? before) as KubeObject
    if (services.includes(slice.metadata.labels?.['kubernetes.io/service-name'] ?? '')) changed()
  })
  objects.services.informer.onChange(({ before, after }) => {
    const { metadata } = (after ?? before) as KubeObject
    if (metadata.namespace === systemNamespace && services.includes(metadata.name ?? '')) changed()
  })
}
