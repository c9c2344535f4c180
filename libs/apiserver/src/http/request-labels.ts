/** What a request is counted as. */
import type { IncomingMessage } from 'node:http'
import type { Attributes } from '../auth/attributes.ts'
import type { RequestLabels } from '../metrics/request-metrics.ts'
import type { Registry } from '../registry/registry.ts'
import type { ResourcePath } from './request-path.ts'

const CONNECTING = new Set(['attach', 'exec', 'log', 'portforward', 'proxy'])
/** Paths that are counted by themselves; whatever else is asked for is one. */
const KNOWN_PATH = /^\/(?:api|apis|healthz|livez|metrics|readyz|version|openapi\/v[23])$/
const NOTHING = { group: '', version: '', resource: '', subresource: '', scope: '', dryRun: '' } as const
const UNKNOWN = { ...NOTHING, verb: 'other' } as const

/** Bounded whatever clients ask for: kinds that are not served, and paths that nobody knows, are one series each. */
export function labelsOf(
  registry: Registry,
  { method = 'GET', headers }: IncomingMessage,
  path: ResourcePath | undefined,
  attributes: Attributes,
  query: URLSearchParams
): RequestLabels {
  if ('path' in attributes || path === undefined)
    return method === 'GET'
      ? { ...NOTHING, verb: 'GET', subresource: 'path' in attributes && KNOWN_PATH.test(attributes.path) ? attributes.path : '' }
      : UNKNOWN
  const { group, version, plural: resource } = path
  const type = registry.lookup(group, version, resource)
  if (type === undefined) return UNKNOWN
  const subresource = path.subresource === '' || type.subresources.has(path.subresource) ? path.subresource : ''
  const { verb } = attributes
  const scope = attributes.name !== '' || verb === 'create' ? 'resource' : attributes.namespace !== '' ? 'namespace' : 'cluster'
  return {
    verb: verbOf(method, verb, subresource, headers['content-type']),
    group,
    version,
    resource,
    subresource,
    scope,
    dryRun: query.has('dryRun') ? 'All' : ''
  }
}

const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])

function verbOf(method: string, verb: string, subresource: string, type: string | undefined): string {
  if (CONNECTING.has(subresource)) return 'CONNECT'
  if (verb === 'watch' || verb === 'list') return verb.toUpperCase()
  if (method === 'PATCH' && type?.startsWith('application/apply-patch') === true) return 'APPLY'
  return METHODS.has(method) ? method : 'other'
}
