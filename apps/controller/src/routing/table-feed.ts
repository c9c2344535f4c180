import { keyOf, keyText, parseKey, revisionLabel, servesTls, type Ingress, type ObjectKey } from '@knative-ts/api'
import type { EndpointSlice, Pod, Secret, Service } from '@knative-ts/api/kubernetes'
import { watchTrust, type Informer, type InformerFactory, type Log } from '@knative-ts/kube'
import { isOurs } from '../ingress/ingress.reconciler.ts'
import { byService } from '../serverless-service/serverless-service.reconciler.ts'
import { serviceNameLabel } from '../serverless-service/public-slices-of.ts'
import { backendOf, parseBackendKey } from './backend-of.ts'
import { certificateOf } from './certificate-of.ts'
import { routesOf } from './routes-of.ts'
import { RoutingTable } from './routing-table.ts'

export interface TableSources {
  /** Not started yet. */
  readonly factory: InformerFactory
  readonly ingresses: Informer<Ingress>
  readonly services: Informer<Service>
  readonly endpointSlices: Informer<EndpointSlice>
  /** Those of revisions. */
  readonly pods: Informer<Pod>
  /** Those of type `kubernetes.io/tls`. */
  readonly secrets: Informer<Secret>
  readonly systemNamespace: string
  readonly log: Log
}

/** A routing table that follows this replica's cache. `stop` ends that. */
export function feedTable({ factory, ingresses, services, endpointSlices, pods, secrets, systemNamespace, log }: TableSources): {
  table: RoutingTable
  stop: () => void
} {
  const table = new RoutingTable({
    backend: (key) => {
      const { service } = parseBackendKey(key)
      const slices = endpointSlices.cache.byIndex(byService, service)
      const secure = { trusted: table.trusts, podOf: (pod: ObjectKey) => pods.cache.get(pod) }
      return backendOf(key, services.cache.get(parseKey(service)), slices, systemNamespace, secure)
    },
    certificate: (key, before) => {
      const secret = secrets.cache.get(parseKey(key))
      if (secret === undefined) return undefined
      const result = certificateOf(secret)
      if ('certificate' in result) return result.certificate
      // A slip in a renewal must not take a host away that is being served.
      log.warn(
        { secret: key, reason: result.unusable, keeping: before !== undefined },
        'a certificate that a KIngress names cannot be used'
      )
      return before
    }
  })
  watchTrust({ factory, namespace: systemNamespace, secrets, changed: (authorities) => table.trust(authorities), log })
  const stops = [
    pods.onChange(({ before, after }) => {
      // Its endpoint may have come before it.
      if (before !== undefined || after === undefined || !servesTls(after)) return
      table.touchService(`${after.metadata.namespace}/${after.metadata.labels?.[revisionLabel]}`)
    }),
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
    secrets.onChange(({ before, after }) => {
      const secret = after ?? before
      if (secret !== undefined) table.touchSecret(keyText(keyOf(secret)))
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
