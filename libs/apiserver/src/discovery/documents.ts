/** What clients read to learn which kinds are served: aggregated discovery (v2) and the legacy documents. */
import { createHash } from 'node:crypto'
import type { Registry } from '../registry/registry.ts'
import type { ResourceType } from '../registry/resource-type.ts'

const apiVersionText = (group: string, version: string) => (group === '' ? version : `${group}/${version}`)

function typesOf(registry: Registry, group: string, version: string): readonly ResourceType[] {
  const types = registry.types().filter((type) => type.group === group && type.version === version)
  return types.toSorted((a, b) => (a.plural < b.plural ? -1 : 1))
}

/** Built-in kinds leave group and version empty where they are the list's own. */
function responseKind(type: ResourceType, of: { readonly group: string; readonly version: string; readonly kind: string }) {
  const isOwn = type.custom === undefined && of.group === type.group && of.version === type.version
  return { group: isOwn ? '' : of.group, version: isOwn ? '' : of.version, kind: of.kind }
}

function aggregatedResource(type: ResourceType): object {
  const subresources = [...type.subresources].map(([subresource, sub]) => ({
    subresource,
    responseKind: responseKind(type, sub),
    verbs: sub.verbs
  }))
  return {
    resource: type.plural,
    responseKind: responseKind(type, type),
    scope: type.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: type.singular,
    verbs: type.verbs,
    ...(type.shortNames.length > 0 ? { shortNames: type.shortNames } : {}),
    ...(type.categories.length > 0 ? { categories: type.categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {})
  }
}

/**
 * `APIGroupDiscoveryList` of the core group (`api`) or of all others (`apis`). The answer's Content-Type must be
 * `application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`, else client-go takes it for a legacy document.
 */
export function aggregatedDiscovery(registry: Registry, root: 'api' | 'apis'): object {
  const items = registry
    .groups()
    .filter(({ group }) => (group === '') === (root === 'api'))
    .map(({ group, versions }) => ({
      metadata: group === '' ? {} : { name: group },
      versions: versions.map((version) => ({
        version,
        resources: typesOf(registry, group, version).map(aggregatedResource),
        freshness: 'Current'
      }))
    }))
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items }
}

/** `GET /api` for legacy clients. `serverAddress` is `host:port` as the client reached it. */
export function apiVersions(serverAddress: string): object {
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }] }
}

function groupBody(group: string, versions: readonly string[]): object {
  const listed = versions.map((version) => ({ groupVersion: apiVersionText(group, version), version }))
  return { name: group, versions: listed, preferredVersion: listed[0] }
}

/** `GET /apis` for legacy clients. */
export function apiGroupList(registry: Registry): object {
  const named = registry.groups().filter(({ group }) => group !== '')
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: named.map(({ group, versions }) => groupBody(group, versions)) }
}

/** `GET /apis/GROUP`; undefined when the group is not served. */
export function apiGroup(registry: Registry, name: string): object | undefined {
  const found = registry.groups().find(({ group }) => group === name && name !== '')
  return found === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...groupBody(found.group, found.versions) }
}

/** Changes with the version in which objects are kept: `k8s.io/apiserver/pkg/endpoints/discovery/storageversionhash.go`. */
function storageVersionHash({ group, version, kind, custom }: ResourceType): string {
  const kept = custom?.storageVersion ?? version
  return createHash('sha256').update(`${group}/${kept}/${kind}`).digest().subarray(0, 8).toString('base64')
}

function legacyResources(type: ResourceType): { readonly name: string }[] {
  const own = {
    name: type.plural,
    singularName: type.singular,
    namespaced: type.namespaced,
    kind: type.kind,
    verbs: type.verbs,
    ...(type.shortNames.length > 0 ? { shortNames: type.shortNames } : {}),
    ...(type.categories.length > 0 ? { categories: type.categories } : {}),
    ...(type.verbs.includes('update') ? { storageVersionHash: storageVersionHash(type) } : {})
  }
  const subresources = [...type.subresources].map(([name, sub]) => ({
    name: `${type.plural}/${name}`,
    singularName: '',
    namespaced: type.namespaced,
    ...(sub.group === type.group && sub.version === type.version ? {} : { group: sub.group, version: sub.version }),
    kind: sub.kind,
    verbs: sub.verbs
  }))
  return [own, ...subresources]
}

/** `GET /api/v1` (group '') or `/apis/GROUP/VERSION`, subresources included; undefined when the version is not served. */
export function apiResourceList(registry: Registry, group: string, version: string): object | undefined {
  const types = typesOf(registry, group, version)
  if (types.length === 0) return undefined
  // Built-in ones by name; those of a definition as its handler lists them.
  const order = (resources: { readonly name: string }[]) => resources.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const resources = [
    ...order(types.filter(({ custom }) => custom === undefined).flatMap(legacyResources)),
    ...types.filter(({ custom }) => custom !== undefined).flatMap(legacyResources)
  ]
  // The core group's list alone says nothing of its own version: so old is its handler.
  const own = group === '' ? {} : { apiVersion: 'v1' }
  return { kind: 'APIResourceList', ...own, groupVersion: apiVersionText(group, version), resources }
}
