import type { ConfigData } from '../config-error.ts'

/** config-features of Eventing. Unknown words count as given: they switch nothing on. */
export interface EventingFeatures {
  readonly kreferenceGroup: boolean
  readonly kreferenceMapping: boolean
  readonly deliveryTimeout: boolean
  readonly deliveryRetryAfter: boolean
  readonly eventTypeAutoCreate: boolean
  readonly authenticationOidc: boolean
  readonly crossNamespaceEventLinks: boolean
  readonly apiServerSourceFilters: boolean
  readonly transportEncryption: 'disabled' | 'permissive' | 'strict'
  readonly defaultAuthorizationMode: 'allow-all' | 'deny-all' | 'allow-same-namespace'
  readonly oidcDiscoveryBaseUrl: string
  /** An ISO 8601 period, as given. */
  readonly requestReplyDefaultTimeout: string
  /** The nodeSelector of ApiServerSources' pods. */
  readonly apiServerSourceNodeSelector: Readonly<Record<string, string>>
}

const NODE_SELECTOR = 'apiserversources-nodeselector-'

/** Reads config-features of Eventing. Case does not count, blanks do; nothing here is an error. */
export function parseEventingFeatures(data: ConfigData): EventingFeatures {
  const said = (key: string): string | undefined => data?.[key]?.toLowerCase()
  const enabled = (key: string, fallback = false): boolean => (said(key) === undefined ? fallback : said(key) === 'enabled')
  const selectors = Object.entries(data ?? {}).filter(([key]) => key.startsWith(NODE_SELECTOR))
  return {
    kreferenceGroup: enabled('kreference-group'),
    kreferenceMapping: enabled('kreference-mapping'),
    deliveryTimeout: enabled('delivery-timeout', true),
    deliveryRetryAfter: enabled('delivery-retryafter'),
    eventTypeAutoCreate: enabled('eventtype-auto-create'),
    authenticationOidc: enabled('authentication-oidc'),
    crossNamespaceEventLinks: enabled('cross-namespace-event-links'),
    apiServerSourceFilters: enabled('new-apiserversource-filters'),
    transportEncryption: oneOf(said('transport-encryption'), ['disabled', 'permissive', 'strict'] as const, 'disabled'),
    defaultAuthorizationMode: oneOf(
      said('default-authorization-mode'),
      ['allow-all', 'deny-all', 'allow-same-namespace'] as const,
      'allow-same-namespace'
    ),
    oidcDiscoveryBaseUrl: data?.['oidc-discovery-base-url'] ?? 'https://kubernetes.default.svc',
    requestReplyDefaultTimeout: data?.['requestreply-default-timeout'] ?? 'PT30S',
    apiServerSourceNodeSelector: Object.fromEntries(selectors.map(([key, value]) => [key.slice(NODE_SELECTOR.length), value]))
  }
}

const oneOf = <T extends string>(text: string | undefined, words: readonly T[], fallback: T): T =>
  words.find((word) => word === text) ?? fallback
