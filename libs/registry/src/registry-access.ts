import { type TrustEnvironment, trustedAuthorities } from './authorities.ts'
import type { Proxies } from './proxy-choice.ts'

/** How registries are reached from this process. Times in milliseconds. */
export interface RegistryAccess {
  /** Authorities in PEM; read when the first connection is made. */
  readonly authorities: () => readonly string[]
  readonly proxies: Proxies
  /** For a connection, TLS included. */
  readonly connectMs: number
  /** For the head of an answer, and between two pieces of a body. */
  readonly idleMs: number
}

type ProxyVariable = 'HTTP_PROXY' | 'HTTPS_PROXY' | 'NO_PROXY' | 'REGISTRY_PROXY'

/** What is read of the environment: proxies as curl and Go read them, REGISTRY_PROXY for {@link Proxies.only}, and authorities. */
export type AccessEnvironment = TrustEnvironment & Readonly<Partial<Record<ProxyVariable | Lowercase<ProxyVariable>, string | undefined>>>

/** Access as an environment has it; `authorityFiles` are trusted too where they are. */
export function registryAccess(environment: AccessEnvironment, authorityFiles: readonly string[] = []): RegistryAccess {
  const variable = (name: ProxyVariable): string => environment[name.toLowerCase() as Lowercase<ProxyVariable>] ?? environment[name] ?? ''
  return {
    authorities: () => trustedAuthorities(environment, authorityFiles),
    proxies: { http: variable('HTTP_PROXY'), https: variable('HTTPS_PROXY'), none: variable('NO_PROXY'), only: variable('REGISTRY_PROXY') },
    connectMs: 10_000,
    idleMs: 30_000
  }
}
