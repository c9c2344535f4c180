import {
  clusterLocal,
  domainFor,
  domainNameOf,
  hostOfTag,
  parseTemplate,
  defaultDomainTemplate,
  visibilityLabel,
  type Route,
  type Template
} from '@knative-ts/api'
import { defaultTag, hostNameProblem, localNames, type Visibility } from '@knative-ts/traffic'
import { externalUrl } from '../ingress/external-url.ts'
import type { RouteSettings } from './route-settings.ts'

/** A domain or tag template gives no host. */
export class HostError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'HostError'
  }
}

/** One name that a Route is reached by: its own, or a tag's. */
export interface RouteHost {
  readonly tag: string
  /** First label; also the name of the placeholder Service. */
  readonly name: string
  readonly visibility: Visibility
  /** What stands in the URL. */
  readonly domain: string
  /** `name.namespace.svc.<cluster domain>` and its shorter forms. */
  readonly local: readonly string[]
}

/** The first label of a target's host: the Route's name, or what the tag template makes of it. */
export function hostNameOf(route: Route, tag: string, settings: RouteSettings): string {
  const { name = '' } = route.metadata
  if (tag === defaultTag) return name
  const made = hostOfTag(settings.network.tagTemplate, name, tag)
  if (!made.ok) throw new HostError(`error executing the tag template: ${made.error}`)
  return made.value
}

/** True when the Route's labels put all of it inside the cluster. */
export function isLocalRoute(route: Route, { domain }: RouteSettings): boolean {
  return domainFor(domain, route.metadata.labels ?? {}) === domain.localDomain
}

/** Everything about one host. Throws HostError when it is no host name. */
export function routeHostOf(route: Route, tag: string, visibility: Visibility, settings: RouteSettings): RouteHost {
  const { namespace = '', labels = {}, annotations = {} } = route.metadata
  const name = hostNameOf(route, tag, settings)
  const { [visibilityLabel]: _own, ...others } = labels
  const wanted = visibility === 'ClusterLocal' ? { ...others, [visibilityLabel]: clusterLocal } : others
  const domain = domainFor(settings.domain, wanted)
  // Names inside the cluster are what its DNS answers for, whatever the template says.
  const template = domain === settings.domain.localDomain ? plainTemplate : settings.network.domainTemplate
  const made = domainNameOf(template, { name, namespace, domain, annotations, labels: wanted })
  if (!made.ok) throw new HostError(`error executing the domain template: ${made.error}`)
  const problem = hostNameProblem(made.value)
  if (problem !== undefined) throw new HostError(`invalid domain name ${problem}`)
  return { tag, name, visibility, domain: made.value, local: localNames(name, namespace, settings.clusterDomain) }
}

/** The URL of a host, with the scheme that it is served by: without one, plain HTTP inside the cluster, outside what is configured. */
export function urlOf(host: RouteHost, { network }: RouteSettings, scheme?: 'http' | 'https'): string {
  if (host.visibility === 'ClusterLocal') return `${scheme ?? 'http'}://${host.domain}`
  return externalUrl(scheme ?? network.defaultExternalScheme, host.domain, network)
}

const plainTemplate = plain()

function plain(): Template {
  const made = parseTemplate('domain-template', defaultDomainTemplate)
  if (!made.ok) throw new Error(made.error)
  return made.value
}
