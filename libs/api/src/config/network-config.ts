import { quote } from '../go/parsed.ts'
import { ConfigError, type ConfigData } from './config-error.ts'
import { ConfigReader } from './config-reader.ts'
import { defaultDomainTemplate, defaultTagTemplate, hostTemplate, tagTemplate } from './host-template.ts'
import type { Template } from '../go/template/parse-template.ts'
import { cannotUnmarshal, isMap, parseYaml } from './yaml-value.ts'

/** Which namespaces get one certificate for all their hosts: a Kubernetes label selector. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
}

/** config-network. */
export interface NetworkConfig {
  readonly ingressClass: string
  readonly certificateClass: string
  /** Renders Name, Namespace, Domain, Annotations, Labels: see `domainNameOf`. */
  readonly domainTemplate: Template
  /** Renders Name and Tag: see `hostOfTag`. */
  readonly tagTemplate: Template
  /** Null means no namespace. */
  readonly namespaceWildcardCertSelector: LabelSelector | null
  readonly externalDomainTls: boolean
  readonly clusterLocalDomainTls: boolean
  readonly systemInternalTls: boolean
  readonly httpProtocol: 'enabled' | 'redirected' | 'disabled'
  readonly rolloutDurationSeconds: number
  readonly autocreateClusterDomainClaims: boolean
  readonly enableMeshPodAddressability: boolean
  readonly meshCompatibilityMode: 'auto' | 'enabled' | 'disabled'
  readonly defaultExternalScheme: string
  /** Ours: the port that stands in a Route's URL; 80 is not written. */
  readonly defaultExternalPort: number
  /** Ours: the same for URLs of TLS; 443 is not written. */
  readonly defaultExternalHttpsPort: number
}

/** The ingress that comes with knative-ts. */
export const gatewayIngressClass = 'gateway.ingress.networking.knative.dev'
/** The issuer that comes with knative-ts. */
export const issuerCertificateClass = 'issuer.certificate.networking.knative.dev'

/** Reads config-network; throws {@link ConfigError}. */
export function parseNetworkConfig(data: ConfigData): NetworkConfig {
  const read = new ConfigReader(data)
  const rolloutDurationSeconds = read.int64(0, 'rolloutDuration', 'rollout-duration')
  const autocreateClusterDomainClaims = read.boolean(false, 'autocreateClusterDomainClaims', 'autocreate-cluster-domain-claims')
  const enableMeshPodAddressability = read.boolean(false, 'enable-mesh-pod-addressability')
  const internalEncryption = read.boolean(false, 'internal-encryption')
  if (rolloutDurationSeconds < 0) {
    throw new ConfigError(`rollout-duration must be a positive integer, but was ${rolloutDurationSeconds}`)
  }
  return {
    ingressClass: read.text(gatewayIngressClass, 'ingress.class', 'ingress-class'),
    certificateClass: read.text(issuerCertificateClass, 'certificate.class', 'certificate-class'),
    domainTemplate: hostTemplate(read.raw('domainTemplate', 'domain-template') ?? defaultDomainTemplate),
    tagTemplate: tagTemplate(read.raw('tagTemplate', 'tag-template') ?? defaultTagTemplate),
    namespaceWildcardCertSelector: selectorOf(read.raw('namespace-wildcard-cert-selector')),
    externalDomainTls: isEnabled(read.raw('autoTLS', 'auto-tls', 'external-domain-tls')),
    clusterLocalDomainTls: strictlyEnabled('cluster-local-domain-tls', read),
    systemInternalTls: strictlyEnabled('system-internal-tls', read) || internalEncryption,
    httpProtocol: httpProtocolOf(read.raw('httpProtocol', 'http-protocol')),
    rolloutDurationSeconds,
    autocreateClusterDomainClaims,
    enableMeshPodAddressability,
    meshCompatibilityMode: meshModeOf(read.raw('mesh-compatibility-mode')),
    defaultExternalScheme: read.text('http', 'defaultExternalScheme', 'default-external-scheme'),
    defaultExternalPort: portOf(read, 'default-external-port', 80),
    defaultExternalHttpsPort: portOf(read, 'default-external-https-port', 443)
  }
}

const isEnabled = (text: string | undefined): boolean => text?.toLowerCase() === 'enabled'

function strictlyEnabled(key: string, read: ConfigReader): boolean {
  const text = read.raw(key)
  if (text === undefined || ['', 'enabled', 'disabled'].includes(text.toLowerCase())) return isEnabled(text)
  throw new ConfigError(`${key} with value: ${quote(text)} in config-network ConfigMap is not supported`)
}

function httpProtocolOf(text: string | undefined): NetworkConfig['httpProtocol'] {
  const word = text?.toLowerCase() ?? ''
  if (word === '' || word === 'enabled') return 'enabled'
  if (word === 'redirected' || word === 'disabled') return word
  throw new ConfigError(`httpProtocol ${text} in config-network ConfigMap is not supported`)
}

function meshModeOf(text: string | undefined): NetworkConfig['meshCompatibilityMode'] {
  const word = text?.toLowerCase()
  return word === 'enabled' || word === 'disabled' ? word : 'auto'
}

function portOf(read: ConfigReader, key: string, fallback: number): number {
  const port = read.int32(fallback, key)
  if (port < 1 || port > 65535) throw new ConfigError(`${key} must be between 1 and 65535, was: ${port}`)
  return port
}

function selectorOf(text: string | undefined): LabelSelector | null {
  if (text === undefined || text === '') return null
  const document = parseYaml(text)
  if (!document.ok) throw new ConfigError(document.error)
  if (document.value === null) return null
  if (!isMap(document.value)) throw new ConfigError(cannotUnmarshal(document.value, 'v1.LabelSelector'))
  return document.value
}
