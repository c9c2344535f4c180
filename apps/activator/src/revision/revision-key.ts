import type { ObjectKey } from '@knative-ts/api'
import { type InboundRequest, knativeHeaders } from '@knative-ts/proxy'

/**
 * The revision that a request is for: what the headers of the gateway say, else the revision whose public Service the Host names
 * (`<revision>.<namespace>.svc.<cluster domain>`, reference 4.1.5). Undefined when neither names one.
 */
export function revisionKeyOf(request: InboundRequest, clusterDomain: string): ObjectKey | undefined {
  const namespace = request.headers.get(knativeHeaders.namespace)
  const name = request.headers.get(knativeHeaders.revision)
  if (namespace && name) return { namespace, name }
  const [host = ''] = request.host.toLowerCase().split(':', 1)
  const suffix = `.svc.${clusterDomain}`
  if (!host.endsWith(suffix)) return undefined
  const [service, serviceNamespace, ...rest] = host.slice(0, -suffix.length).split('.')
  if (!service || !serviceNamespace || rest.length > 0) return undefined
  return { namespace: serviceNamespace, name: service }
}
