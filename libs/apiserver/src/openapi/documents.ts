/** `/openapi/v3`: the index with a hash for each group version, and the documents. Custom types appear as soon as they are registered. */
import { createHash } from 'node:crypto'
import type { Registry } from '../registry/registry.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import { customDefinitions, kindIndex, META, publishedDefinitions, reachable, refTo } from './definitions.ts'
import { pathsOf } from './operations.ts'

const hashes = new WeakMap<ResourceType, string>()

const digest = (text: string) => createHash('sha256').update(text).digest('hex').toUpperCase()

function typeHash(type: ResourceType): string {
  if (type.custom === undefined) return type.plural
  const known = hashes.get(type)
  if (known !== undefined) return known
  const { subresources, custom, namespaced, plural } = type
  const hash = digest(JSON.stringify([customDefinitions(type), [...subresources.keys()], custom.storageVersion, namespaced, plural]))
  hashes.set(type, hash)
  return hash
}

const pathOf = (group: string, version: string) => (group === '' ? `api/${version}` : `apis/${group}/${version}`)

/** `GET /openapi/v3`. A hash changes when its document does, so that clients may keep documents for ever. */
export function openApiIndex(registry: Registry): object {
  const seeds = new Map<string, string[]>()
  for (const type of registry.types()) {
    const path = pathOf(type.group, type.version)
    seeds.set(path, [...(seeds.get(path) ?? [registry.kubernetes]), typeHash(type)])
  }
  const paths = [...seeds].map(
    ([path, parts]) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${digest([path, ...parts].join('\n'))}` }] as const
  )
  return { paths: Object.fromEntries(paths.sort(([a], [b]) => (a < b ? -1 : 1))) }
}

/** The document of `api/v1` or `apis/GROUP/VERSION`; undefined when that is not served. Some milliseconds of work: callers cache by the hash. */
export function openApiDocument(registry: Registry, path: string): object | undefined {
  const types = registry.types().filter((type) => pathOf(type.group, type.version) === path)
  if (types.length === 0) return undefined
  const custom = types.filter((type) => type.custom !== undefined).map(customDefinitions)
  const definitions = Object.assign({ ...publishedDefinitions() }, ...custom) as ReturnType<typeof publishedDefinitions>
  const naming = { definition: kindIndex(definitions) }
  const paths = Object.assign({}, ...types.map((type) => pathsOf(type, naming))) as object
  const always = ['WatchEvent', 'Status', 'DeleteOptions', 'Patch'].map((name) => refTo(META + name))
  return {
    openapi: '3.0.0',
    info: { title: custom.length > 0 ? 'Kubernetes CRD Swagger' : 'Kubernetes', version: `v${registry.kubernetes}` },
    paths,
    components: { schemas: reachable(definitions, [paths, always]) }
  }
}
