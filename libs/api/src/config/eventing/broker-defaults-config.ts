import type { DeliverySpec } from '../../duck/delivery.schema.ts'
import type { KReference } from '../../duck/reference.schema.ts'
import { decodeStruct } from '../../decoding/decode.ts'
import { brokerDefaultsShape } from '../../decoding/duck-shape.ts'
import { ConfigError, type ConfigData } from '../config-error.ts'
import { parseYaml } from '../yaml-value.ts'

/** What a Broker is configured by when it does not say it. */
export interface BrokerConfig {
  /** Undefined where the entry names nothing. */
  readonly config: KReference | undefined
  readonly delivery: DeliverySpec | undefined
}

/** The defaults of the cluster or of one namespace. */
export interface BrokerScope extends BrokerConfig {
  /** '' for none. */
  readonly brokerClass: string
  readonly brokerClasses: ReadonlyMap<string, BrokerConfig>
  /** The configuration of a Broker is in its own namespace. */
  readonly disallowDifferentNamespaceConfig: boolean
}

/** config-br-defaults. */
export interface BrokerDefaults {
  readonly cluster: BrokerScope | undefined
  readonly namespaces: ReadonlyMap<string, BrokerScope>
}

interface Entry {
  readonly kind?: string
  readonly name?: string
  readonly namespace?: string
  readonly apiVersion?: string
  readonly delivery?: DeliverySpec
}
interface Scope extends Entry {
  readonly brokerClass?: string
  readonly brokerClasses?: Readonly<Record<string, Entry>>
  readonly disallowDifferentNamespaceConfig?: boolean
}

/** Reads config-br-defaults; throws {@link ConfigError}. */
export function parseBrokerDefaults(data: ConfigData): BrokerDefaults {
  const text = data?.['default-br-config']
  if (text === undefined || text.trim() === '') return { cluster: undefined, namespaces: new Map() }
  const value = parseYaml(text)
  if (!value.ok) throw new ConfigError(`failed to parse default-br-config: ${value.error}`)
  const decoded = decodeStruct(brokerDefaultsShape, value.value)
  if (!decoded.ok) throw new ConfigError(`failed to parse default-br-config: ${decoded.error}`)
  const { clusterDefault, namespaceDefaults = {} } = decoded.value as {
    clusterDefault?: Scope
    namespaceDefaults?: Readonly<Record<string, Scope>>
  }
  return {
    cluster: clusterDefault === undefined ? undefined : scopeOf(clusterDefault),
    namespaces: new Map(Object.entries(namespaceDefaults).map(([namespace, scope]) => [namespace, scopeOf(scope)]))
  }
}

const scopeOf = (scope: Scope): BrokerScope => ({
  ...configOf(scope),
  brokerClass: scope.brokerClass ?? '',
  brokerClasses: new Map(Object.entries(scope.brokerClasses ?? {}).map(([name, entry]) => [name, configOf(entry)])),
  disallowDifferentNamespaceConfig: scope.disallowDifferentNamespaceConfig ?? false
})

function configOf({ kind = '', name = '', namespace, apiVersion, delivery }: Entry): BrokerConfig {
  const isNamed = kind !== '' || name !== '' || namespace !== undefined || apiVersion !== undefined
  const config = { kind, name, ...(namespace === undefined ? {} : { namespace }), ...(apiVersion === undefined ? {} : { apiVersion }) }
  return { config: isNamed ? config : undefined, delivery }
}

/** The class of a Broker in `namespace` that says none; '' for none. */
export function defaultBrokerClass({ cluster, namespaces }: BrokerDefaults, namespace: string): string {
  const own = namespaces.get(namespace)?.brokerClass ?? ''
  return own === '' ? (cluster?.brokerClass ?? '') : own
}

/**
 * What a Broker of that class (or '') in `namespace` is configured by; undefined when nothing is said. A class without an entry gets the
 * configuration of the cluster, whatever class that is for: as upstream.
 */
export function brokerConfigFor(defaults: BrokerDefaults, namespace: string, brokerClass: string): BrokerConfig | undefined {
  const own = defaults.namespaces.get(namespace)
  const name = brokerClass === '' ? (own?.brokerClass ?? '') : brokerClass
  const ofClass = own?.brokerClasses.get(name)
  if (ofClass !== undefined) return ofClass
  if (own !== undefined && name !== '' && name === own.brokerClass && own.config !== undefined) return own
  const { cluster } = defaults
  return cluster?.brokerClasses.get(name) ?? cluster
}

/** Whether Brokers of `namespace` must have their configuration beside them. */
export const mustKeepConfigBeside = ({ cluster, namespaces }: BrokerDefaults, namespace: string): boolean =>
  (namespaces.get(namespace) ?? cluster)?.disallowDifferentNamespaceConfig ?? false
