/** Discovery, OpenAPI, version and health: answers that depend on nothing but what is served. */
import { createHash } from 'node:crypto'
import { aggregatedDiscovery, apiGroup, apiGroupList, apiResourceList, apiVersions } from '../discovery/documents.ts'
import { openApiDocument, openApiIndex } from '../openapi/documents.ts'
import { swaggerDocument } from '../openapi/swagger.ts'
import type { Registry } from '../registry/registry.ts'
import type { Answer } from './send.ts'
import { writeYaml } from './write-yaml.ts'
import { encodeProtobuf } from '../protobuf/encode.ts'
import { formatOf, formatOfAggregated, MEDIA, type Format } from './negotiation.ts'

const JSON_TYPE = 'application/json'
const AGGREGATED = ';g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
const OLD_OPENAPI_TYPE = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'
const OLD_OPENAPI_TYPES = [OLD_OPENAPI_TYPE, 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf']
/**
 * kubectl asks the old document about kinds that the v3 ones do not have, to say of them that they do not exist. It takes protobuf alone,
 * and gets a Document with its version alone.
 */
const EMPTY_OLD_OPENAPI = '\n\u00032.0'
const TEXT_TYPE = 'text/plain; charset=utf-8'

/** Parts of health that can be asked for alone. */
const HEALTH_CHECK = /^\/(?:livez|readyz|healthz)\/(?:ping|log|etcd|store)$/
/** The handler of documents finds nothing, and says no more. */
const NO_DOCUMENT: Answer = { status: 404, contentType: '', body: '' }

/** The paths that anybody may ask, and those of `/openapi`. */
export class Documents {
  readonly #registry: Registry
  readonly #health: () => string | undefined
  readonly #jwks: () => object
  readonly #issuer: string
  #cache = new Map<string, string | Buffer>()
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
        return this.#swagger(accept)
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
        return this.#nested(trimmed, accept)
    }
  }

  #nested(path: string, accept: string | undefined): Answer | undefined {
    if (HEALTH_CHECK.test(path)) return this.#healthAnswer(false)
    const document = /^\/openapi\/v3\/(.+)$/.exec(path)?.[1]
    if (document !== undefined) {
      const body = this.#cached(path, () => openApiDocument(this.#registry, document))
      return body === '' ? NO_DOCUMENT : json(body)
    }
    const [, group, version] = /^\/apis\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? /^\/api()\/([^/]+)$/.exec(path) ?? []
    if (group === undefined) return undefined
    return this.#discovery(path, accept, version !== undefined, () =>
      version === undefined ? apiGroup(this.#registry, group) : apiResourceList(this.#registry, group, version)
    )
  }

  /** The first of the two formats that the client takes, in its order (`kube-openapi/pkg/handler`). */
  #swagger(accept = '*/*'): Answer {
    for (const clause of accept.split(',')) {
      const media = (clause.split(';')[0] ?? '').trim()
      if (OLD_OPENAPI_TYPES.includes(media))
        return { status: 200, contentType: OLD_OPENAPI_TYPE, body: EMPTY_OLD_OPENAPI, headers: { Vary: 'Accept' } }
      if (!['*/*', 'application/*', JSON_TYPE].includes(media)) continue
      const body = this.#cached('/openapi/v2', () => swaggerDocument(this.#registry))
      const tag = this.#cached('/openapi/v2 tag', () => ({ tag: createHash('sha512').update(body).digest('hex').toUpperCase() }))
      return { ...json(body), headers: { ETag: JSON.stringify((JSON.parse(String(tag)) as { tag: string }).tag), Vary: 'Accept' } }
    }
    return { status: 406, contentType: '', body: '', headers: { Vary: 'Accept' } }
  }

  #roots(path: string, accept: string | undefined, host: string): Answer {
    const root = path === '/api' ? 'api' : 'apis'
    const format = formatOfAggregated(accept)
    if (format !== undefined) {
      const body = this.#cached(`${path} aggregated`, () => aggregatedDiscovery(this.#registry, root), format)
      return { status: 200, contentType: `${MEDIA[format]}${AGGREGATED}`, body, headers: { Vary: 'Accept' } }
    }
    const plain = formatOf(accept, root === 'api')
    // Says by which address the client came: that is not kept.
    const body = root === 'api' ? bodyOf(apiVersions(host), plain) : this.#cached(path, () => apiGroupList(this.#registry), plain)
    return { status: 200, contentType: MEDIA[plain], body }
  }

  /** One document of discovery in the format that the client takes. Throws 406. */
  #discovery(key: string, accept: string | undefined, isRouted: boolean, make: () => object | undefined): Answer | undefined {
    // What is not there is not found, whatever the client takes.
    if (this.#cached(key, make) === '') return undefined
    const format = formatOf(accept, isRouted)
    return { status: 200, contentType: MEDIA[format], body: this.#cached(key, make, format) }
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

  #cached(path: string, make: () => object | undefined, format: Format = 'json'): string | Buffer {
    if (this.#cachedVersion !== this.#registry.version) {
      this.#cache = new Map()
      this.#cachedVersion = this.#registry.version
    }
    const key = `${format} ${path}`
    const known = this.#cache.get(key)
    if (known !== undefined) return known
    const made = make()
    // What is not there is not kept: any path may be asked for.
    if (made === undefined) return ''
    const body = bodyOf(made, format)
    this.#cache.set(key, body)
    return body
  }
}

function bodyOf(document: object, format: Format): string | Buffer {
  if (format === 'protobuf') return encodeProtobuf({ apiVersion: '', kind: '', ...document })
  return format === 'yaml' ? writeYaml(document) : JSON.stringify(document)
}

const json = (body: string | Buffer): Answer => ({ status: 200, contentType: JSON_TYPE, body })

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
