import type { Kept } from '@knative-ts/kube'
import type { EndpointSlice } from '@knative-ts/api/kubernetes'
import { gatewayEndpointsOf } from '../../routing/gateway-endpoints.ts'
import type { GatewayEndpoint } from '../../routing/fleet.ts'
import { byService } from '../eventing-objects.ts'

/** The ready pods behind a Service of the system namespace. */
export function endpointsOf(slices: Kept<EndpointSlice>, systemNamespace: string, service: string): readonly GatewayEndpoint[] {
  return gatewayEndpointsOf(slices.byIndex(byService, `${systemNamespace}/${service}`))
}

/** The Services of Eventing's data plane, under upstream's names. */
export const dataPlaneServices = {
  ingress: 'broker-ingress',
  filter: 'broker-filter',
  channel: 'imc-dispatcher',
  'job-sink': 'job-sink'
} as const

/** What a pod of the data plane does. */
export type DataPlaneRole = keyof typeof dataPlaneServices

/** `http://<service>.<namespace>.svc.<domain>` */
export const serviceUrl = (service: string, systemNamespace: string, clusterDomain: string): string =>
  `http://${service}.${systemNamespace}.svc.${clusterDomain}`
