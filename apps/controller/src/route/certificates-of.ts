import { adler32, routeLabel, wildcardDomainLabel, type Certificate, type certificateTypes, type Route } from '@knative-ts/api'
import { defaultTag } from '@knative-ts/traffic'
import { certificateClassOf, certificateOf } from '../certificate/certificate-of.ts'
import type { RouteHost } from './route-hosts.ts'
import type { RouteSettings } from './route-settings.ts'

/** Name of the Certificate of one of a Route's hosts: tags are told apart by a short hash. */
const nameOf = (route: Route, { tag }: RouteHost): string => `route-${route.metadata.uid}${tag === defaultTag ? '' : `-${adler32(tag)}`}`

/** The Certificate for a host outside the cluster. `domain`: what the Route's hosts end in. */
export function externalCertificateOf(route: Route, host: RouteHost, domain: string, settings: RouteSettings): Certificate {
  return wanted(route, nameOf(route, host), 'external-domain', [host.domain], domain, settings)
}

/** The Certificate for all names that a host has inside the cluster. */
export function localCertificateOf(route: Route, host: RouteHost, settings: RouteSettings): Certificate {
  return wanted(
    route,
    `${nameOf(route, host)}-local`,
    'cluster-local-domain',
    host.local.toSorted(),
    `svc.${settings.clusterDomain}`,
    settings
  )
}

function wanted(
  route: Route,
  name: string,
  type: (typeof certificateTypes)[number],
  dnsNames: readonly string[],
  domain: string,
  { network }: RouteSettings
): Certificate {
  const { namespace = '', name: routeName = '' } = route.metadata
  const labels = { [routeLabel]: routeName }
  return certificateOf(route, { name, namespace, type, dnsNames, domain, labels }, certificateClassOf(route, network.certificateClass))
}

/** The namespace's certificate for all hosts under `domain`, where it has one that `host` is among. */
export function wildcardFor(host: string, domain: string, certificates: readonly Certificate[]): Certificate | undefined {
  const parent = (name: string): string => name.slice(name.indexOf('.') + 1)
  return certificates.find(
    ({ metadata, spec }) =>
      metadata.labels?.[wildcardDomainLabel] === domain &&
      spec.dnsNames.some((name) => name.startsWith('*.') && parent(name) === parent(host))
  )
}
