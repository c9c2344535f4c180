import { keyText } from '@knative-ts/api'
import type { EndpointSlice } from '@knative-ts/api/kubernetes'
import type { Informer } from '@knative-ts/kube'
import { gatewayService } from '../ingress/load-balancers.ts'
import { serviceNameLabel } from '../serverless-service/public-slices-of.ts'
import { byService } from '../serverless-service/serverless-service.reconciler.ts'
import type { Fleet, GatewayEndpoint } from './fleet.ts'

/** The gateways that get requests: the ready endpoints of a Service. */
export function gatewayEndpointsOf(slices: readonly EndpointSlice[]): GatewayEndpoint[] {
  return slices.flatMap((slice) =>
    (slice.endpoints ?? [])
      .filter((endpoint) => endpoint.conditions?.ready !== false)
      .flatMap((endpoint) => endpoint.addresses.map((address) => ({ name: endpoint.targetRef?.name ?? '', address })))
  )
}

/** Keeps the fleet informed of the gateways that it must wait for. */
export function followGatewayEndpoints(endpointSlices: Informer<EndpointSlice>, systemNamespace: string, fleet: Fleet): () => void {
  const service = keyText({ namespace: systemNamespace, name: gatewayService })
  return endpointSlices.onChange(({ before, after }) => {
    const slice = after ?? before
    if (slice === undefined || `${slice.metadata.namespace}/${slice.metadata.labels?.[serviceNameLabel]}` !== service) return
    fleet.expect(gatewayEndpointsOf(endpointSlices.cache.byIndex(byService, service)))
  })
}
