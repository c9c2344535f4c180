import { quote } from '../go/parsed.ts'
import { clusterLocal, visibilityLabel } from '../names/keys.ts'
import { ConfigError, type ConfigData } from './config-error.ts'
import { cannotUnmarshal, isMap, parseYaml } from './yaml-value.ts'

/** One domain and the labels that a Route must carry to get it. */
export interface DomainRule {
  readonly domain: string
  readonly selector: Readonly<Record<string, string>>
  /** One certificate for all hosts of a namespace. */
  readonly wildcard: boolean
}

/** config-domain: which domain a Route's host ends in. */
export interface DomainConfig {
  readonly rules: readonly DomainRule[]
  /** The domain of what stays inside the cluster: `svc.<cluster domain>`. */
  readonly localDomain: string
}

const EXAMPLE = '_example'

/** Reads config-domain; throws {@link ConfigError}. Without a domain for everybody, everything is local. */
export function parseDomainConfig(data: ConfigData, clusterDomain = 'cluster.local'): DomainConfig {
  const localDomain = `svc.${clusterDomain}`
  const rules = Object.entries(data ?? {})
    .filter(([domain]) => domain !== EXAMPLE)
    .map(([domain, text]) => ruleOf(domain, text))
  if (!rules.some(({ selector }) => Object.keys(selector).length === 0)) {
    rules.push({ domain: localDomain, selector: {}, wildcard: false })
  }
  return { rules, localDomain }
}

/** The domain for a Route with these labels: of the rules that match, the most specific one; of equals, the first by alphabet. */
export function domainFor(config: DomainConfig, labels: Readonly<Record<string, string>>): string {
  if (labels[visibilityLabel] === clusterLocal) return config.localDomain
  const matching = config.rules.filter(({ selector }) => Object.entries(selector).every(([key, value]) => labels[key] === value))
  const size = (rule: DomainRule): number => Object.keys(rule.selector).length
  const [best] = matching.sort((a, b) => size(b) - size(a) || (a.domain < b.domain ? -1 : 1))
  return best?.domain ?? config.localDomain
}

function ruleOf(domain: string, text: string): DomainRule {
  const document = parseYaml(text)
  if (!document.ok) throw new ConfigError(document.error)
  const value = document.value ?? {}
  if (!isMap(value)) throw new ConfigError(cannotUnmarshal(value, 'config.domainInternalConfig'))
  const selector = value['selector'] ?? {}
  if (!isMap(selector) || Object.values(selector).some((wanted) => typeof wanted !== 'string')) {
    throw new ConfigError(`config-domain key ${quote(domain)}: selector must be a map of strings`)
  }
  const everybody = Object.keys(selector).length === 0
  return { domain, selector: selector as Record<string, string>, wildcard: everybody || value['type'] === 'wildcard' }
}
