/** What the zone cluster.local says of a name: the "Kubernetes DNS-Based Service Discovery" specification, A and CNAME records. */
import type * as k8s from '@knative-ts/api/kubernetes'

/** `foreign` names are not the cluster's to answer. */
export type Finding =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  | { readonly kind: 'alias'; readonly target: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'foreign' }

/** Where Services and their endpoints are read. */
export interface ServiceDirectory {
  service(namespace: string, name: string): k8s.Service | undefined
  slices(namespace: string, name: string): readonly k8s.EndpointSlice[]
}

const missing: Finding = { kind: 'missing' }

/** Looks a name up: `SERVICE.NAMESPACE.svc[.cluster.local]`, `HOST.SERVICE.NAMESPACE.svc.cluster.local` of headless Services. */
export function resolveName(name: string, directory: ServiceDirectory): Finding {
  const inSvc = /^(.*)\.svc(?:\.cluster\.local)?$/.exec(name)
  if (inSvc === null) return name === 'cluster.local' || name.endsWith('.cluster.local') ? missing : { kind: 'foreign' }
  const labels = (inSvc[1] as string).split('.')
  if (labels.length < 2 || labels.length > 3) return missing
  const [serviceName, namespace] = labels.slice(-2) as [string, string]
  const host = labels.length === 3 ? labels[0] : undefined
  const service = directory.service(namespace, serviceName)
  if (service === undefined) return missing
  if (service.spec?.type === 'ExternalName')
    return host === undefined ? { kind: 'alias', target: service.spec.externalName ?? '' } : missing
  const { clusterIP } = service.spec ?? {}
  if (clusterIP !== undefined && clusterIP !== '' && clusterIP !== 'None')
    return host === undefined ? { kind: 'addresses', addresses: [clusterIP] } : missing
  const wantsAll = service.spec?.publishNotReadyAddresses === true
  const endpoints = directory
    .slices(namespace, serviceName)
    .filter(({ addressType }) => addressType === 'IPv4')
    .flatMap((slice) => slice.endpoints ?? [])
    .filter((endpoint) => wantsAll || endpoint.conditions?.ready !== false)
    .filter((endpoint) => host === undefined || endpoint.hostname === host)
  const addresses = [...new Set(endpoints.flatMap((endpoint) => endpoint.addresses))]
  // A headless Service exists even while nothing is behind it.
  return addresses.length === 0 && host !== undefined ? missing : { kind: 'addresses', addresses }
}
