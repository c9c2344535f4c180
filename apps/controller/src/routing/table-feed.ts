import { keyOf, keyText, type Ingress } from '@knative-ts/api'
import type { EndpointSlice, Service } from '@knative-ts/api/kubernetes'
import type { Informer } from '@knative-ts/kube'
import { isOurs } from '../ingress/ingress.reconciler.ts'
import { byService } from '../serverless-service/serverless-service.reconciler.ts'
import { serviceNameLabel } from '../serverless-service/public-slices-of.ts'
import { backendOf, parseBackendKey } from './backend-of.ts'
import { routesOf } from './routes-of.ts'
import { RoutingTable } from './routing-table.ts'

export interface TableSources {
  readonly ingresses: Informer<Ingress>
  readonly services: Informer<Service>
  readonly endpointSlices: Informer<EndpointSlice>
  readonly systemNamespace: string
}

/** A routing table that follows this replica's cache. `stop` ends that. */
export function feedTable({ ingresses, services, endpointSlices, systemNamespace }: TableSources): {
  table: RoutingTable
  stop: () => void
} {
  const table = new RoutingTable((key) => {
    const { service } = parseBackendKey(key)
    const [namespace = '', name = ''] = service.split('/')
    return backendOf(key, services.cache.get({ namespace, name }), endpointSlices.cache.byIndex(byService, service), systemNamespace)
  })
  const stops = [
    ingresses.onChange(({ before, after }) => {
      // One that is being deleted is served no more: its Route is gone.
      if (after !== undefined && after.metadata.deletionTimestamp === undefined && isOurs(after)) table.setIngress(routesOf(after))
      else {
        const gone = after ?? before
        if (gone !== undefined) table.removeIngress(keyText(keyOf(gone)))
      }
    }),
    services.onChange(({ before, after }) => {
      const service = after ?? before
      if (service !== undefined) table.touchService(keyText(keyOf(service)))
    }),
    endpointSlices.onChange(({ before, after }) => {
      for (const slice of [before, after]) {
        const name = slice?.metadata.labels?.[serviceNameLabel]
        if (slice !== undefined && name !== undefined) table.touchService(`${slice.metadata.namespace}/${name}`)
      }
    })
  ]
  return { table, stop: () => stops.forEach((stop) => stop()) }
}
