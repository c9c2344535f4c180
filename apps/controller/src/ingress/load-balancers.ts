import type { LoadBalancerStatus } from '@knative-ts/api'

/** Where our gateways listen. Named by Service: their addresses come and go. */
export const gatewayService = 'gateway'
const gatewayInternalService = 'gateway-internal'
const home = 'knative-serving'

export const publicLoadBalancer = (clusterDomain: string, namespace = home): LoadBalancerStatus => ({
  ingress: [{ domainInternal: `${gatewayService}.${namespace}.svc.${clusterDomain}` }]
})

export const privateLoadBalancer = (clusterDomain: string, namespace = home): LoadBalancerStatus => ({
  ingress: [{ domainInternal: `${gatewayInternalService}.${namespace}.svc.${clusterDomain}` }]
})
