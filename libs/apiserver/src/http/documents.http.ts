/** Discovery, OpenAPI, version and health: answers that depend on nothing but what is served. */
import { aggregatedDiscovery, apiGroup, apiGroupList, apiResourceList, apiVersions } from '../discovery/documents.ts'
import { openApiDocument, openApiIndex } from '../openapi/documents.ts'
import type { Registry } from '../registry/registry.ts'
import type { Answer } from './send.ts'
import { negotiate } from './negotiation.ts'

const JSON_TYPE = 'application/json'
const AGGREGATED_TYPE = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
const OLD_OPENAPI_TYPE = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'
/**
 * kubectl asks the old document about kinds that the v3 ones do not have, to say of them that they do not exist. So it is there, as a
 * protobuf Document with its version alone.
 */
const EMPTY_OLD_OPENAPI = '\n\u00032.0'
const TEXT_TYPE = 'text/plain; charset=utf-8'

/** The paths that anybody may ask, and those of `/openapi`. */
export class Documents {
  readonly #registry: Registry
  readonly #health: () => string | undefined
  readonly #jwks: () => object
  readonly #issuer: string
  #cache = new Map<string, string>()
  #cachedVersion = -1

  /** `health` names what is wrong, undefined when nothing is. */
  constructor(
    registry: Registry,
    options: { readonly health: () => string | undefined; readonly jwks: () => object; readonly issuer: string }
  ) {
    this.#registry = registry
    this.#health = options.health
    this.#jwks = options.jwks
    this.#issuer = options.issuer
  }

  /** The answer to a GET; undefined for a path that is no document. */
  answer(path: string, accept: string | undefined, query: URLSearchParams, host: string): Answer | undefined {
    const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
    switch (trimmed) {
      case '/livez':
      case '/readyz':
      case '/healthz':
        return this.#healthAnswer(query.has('verbose'))
      case '/version':
        return json(this.#cached('version', () => versionOf(this.#registry.kubernetes)))
      case '/openapi/v3':
        return json(this.#cached(trimmed, () => openApiIndex(this.#registry)))
      case '/openapi/v2':
        return accept?.includes(OLD_OPENAPI_TYPE) === true
          ? { status: 200, contentType: OLD_OPENAPI_TYPE.replace('@', '.'), body: EMPTY_OLD_OPENAPI }
          : undefined
      case '/.well-known/openid-configuration':
        return json(
          JSON.stringify({
            issuer: this.#issuer,
            jwks_uri: `${this.#issuer}/openid/v1/jwks`,
            response_types_supported: ['id_token'],
            subject_types_supported: ['public'],
            id_token_signing_alg_values_supported: ['ES256']
          })
        )
      case '/openid/v1/jwks':
        return { status: 200, contentType: 'application/jwk-set+json', body: JSON.stringify(this.#jwks()) }
      case '/api':
      case '/apis':
        return this.#roots(trimmed, accept, host)
      case '/':
        return json(JSON.stringify({ paths: ['/api', '/api/v1', '/apis', '/healthz', '/livez', '/openapi/v3', '/readyz', '/version'] }))
      default:
        return this.#nested(trimmed)
    }
  }

  #nested(path: string): Answer | undefined {
    if (/^\/(?:livez|readyz|healthz)\/[\w.-]+$/.test(path)) return this.#healthAnswer(false)
    const document = /^\/openapi\/v3\/(.+)$/.exec(path)?.[1]
    if (document !== undefined) return this.#maybe(path, () => openApiDocument(this.#registry, document))
    const [, group, version] = /^\/apis\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? /^\/api()\/([^/]+)$/.exec(path) ?? []
    if (group === undefined) return undefined
    if (version !== undefined) return this.#maybe(path, () => apiResourceList(this.#registry, group, version))
    return this.#maybe(path, () => apiGroup(this.#registry, group))
  }

  #roots(path: string, accept: string | undefined, host: string): Answer {
    if (wantsAggregated(accept)) {
      const body = this.#cached(`${path} aggregated`, () => aggregatedDiscovery(this.#registry, path === '/api' ? 'api' : 'apis'))
      return { status: 200, contentType: AGGREGATED_TYPE, body, headers: { Vary: 'Accept' } }
    }
    negotiate(accept)
    return path === '/api' ? json(JSON.stringify(apiVersions(host))) : json(this.#cached(path, () => apiGroupList(this.#registry)))
  }

  #healthAnswer(verbose: boolean): Answer {
    const problem = this.#health()
    if (problem !== undefined) return { status: 500, contentType: TEXT_TYPE, body: `[-]${problem}\n` }
    return {
      status: 200,
      contentType: TEXT_TYPE,
      body: verbose ? '[+]ping ok\n[+]store ok\nhealthz check passed\n' : 'ok',
      headers: { 'X-Content-Type-Options': 'nosniff' }
    }
  }

  #maybe(key: string, make: () => object | undefined): Answer | undefined {
    const body = this.#cached(key, make)
    return body === '' ? undefined : json(body)
  }

  #cached(key: string, make: () => object | undefined): string {
    if (this.#cachedVersion !== this.#registry.version) {
      this.#cache = new Map()
      this.#cachedVersion = this.#registry.version
    }
    const known = this.#cache.get(key)
    if (known !== undefined) return known
    const made = make()
    // What is not there is not kept: any path may be asked for.
    if (made === undefined) return ''
    const text = JSON.stringify(made)
    this.#cache.set(key, text)
    return text
  }
}

const json = (body: string): Answer => ({ status: 200, contentType: JSON_TYPE, body })

function wantsAggregated(accept: string | undefined): boolean {
  const [first] = (accept ?? '').split(',').filter((clause) => !clause.includes('v=v2beta1'))
  return (
    first !== undefined &&
    /^application\/json\b/.test(first) &&
    first.includes('as=APIGroupDiscoveryList') &&
    /v=v2(?:;|$)/.test(first.trim())
  )
}

function versionOf(kubernetes: string): object {
  const [major = '1', minor = '34'] = kubernetes.split('.')
  return {
    major,
    minor,
    gitVersion: `v${kubernetes}`,
    gitCommit: '',
    gitTreeState: '',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: 'v8',
    platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`
  }
}
