import { apiVersionOf, type DomainMapping, type KubeObject } from '@knative-ts/api'
import { services } from '@knative-ts/api/kubernetes'

/** What can be addressed: anything that tells its address in its status. */
export interface Addressable extends KubeObject {
  readonly status?: { readonly address?: { readonly url?: string } }
}

/** What a mapping refers to, as it was found; or, in words, why it was not. */
export type Found = { readonly object: Addressable } | { readonly problem: string }

/** A Kubernetes Service behind an address, or why there is none. */
export type DomainTarget =
  | { readonly kind: 'resolved'; readonly host: string; readonly service: string }
  | { readonly kind: 'unresolved'; readonly message: string }

/** The Kubernetes Service that requests for a domain go to. */
export function domainTarget(mapping: DomainMapping, found: Found, clusterDomain: string): DomainTarget {
  const { ref } = mapping.spec
  const called = `${mapping.metadata.namespace}/${ref.name}`
  const unresolved = (message: string): DomainTarget => ({ kind: 'unresolved', message })
  if ('problem' in found) return unresolved(`failed to get object ${called}: ${found.problem}`)
  if (ref.apiVersion === apiVersionOf(services) && ref.kind === services.kind) {
    return serviceOf(mapping, `http://${ref.name}.${mapping.metadata.namespace}.svc.${clusterDomain}`, clusterDomain)
  }
  const { address } = found.object.status ?? {}
  if (address === undefined) return unresolved(`address not set for ${ref.kind} ${called}`)
  if ((address.url ?? '') === '') return unresolved(`URL missing in address of ${ref.kind} ${called}`)
  return serviceOf(mapping, address.url ?? '', clusterDomain)
}

/** An address must be that of a Kubernetes Service beside the mapping: only there can a KIngress lead. */
function serviceOf({ metadata }: DomainMapping, url: string, clusterDomain: string): DomainTarget {
  const unresolved = (message: string): DomainTarget => ({ kind: 'unresolved', message: `resolved URI "${url}" ${message}` })
  const [, host = '', path = ''] = /^[a-z]+:\/\/([^/?#:]*)(?::\d+)?(.*)$/.exec(url) ?? []
  if (path !== '' && path !== '/') return unresolved('contains a path')
  const suffix = `.svc.${clusterDomain}`
  const [name = '', namespace, ...more] = host.endsWith(suffix) ? host.slice(0, -suffix.length).split('.') : []
  if (namespace === undefined || more.length > 0) return unresolved(`must be of the form {name}.{namespace}${suffix}`)
  if (namespace !== metadata.namespace) return unresolved('must be in same namespace as DomainMapping')
  return { kind: 'resolved', host, service: name }
}
