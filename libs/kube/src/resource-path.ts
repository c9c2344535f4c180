import type { ObjectKey, Resource } from '@knative-ts/api'
import type { ListOptions, Selection, WriteOptions } from './client.ts'

/** Path of a resource's collection: all namespaces when `namespace` is undefined or ''. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`
  const scope = resource.namespaced && namespace !== undefined && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${root}${scope}/${resource.plural}`
}

/** Path of one object, or of a subresource of it. */
export function objectPath(resource: Resource, key: ObjectKey, subresource?: string): string {
  const path = `${collectionPath(resource, key.namespace)}/${encodeURIComponent(key.name)}`
  return subresource === undefined ? path : `${path}/${subresource}`
}

/** `?a=b&c=d` of the defined members, '' when there are none. */
export function queryOf(parameters: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, String(value))
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

/** The query parameters of a selection; the namespace travels in the path. */
export function selectionQuery(selection: Selection): Record<string, string | undefined> {
  return { labelSelector: selection.labelSelector, fieldSelector: selection.fieldSelector }
}

/** The query of a list. */
export function listQuery(options: ListOptions): string {
  const { limit, resourceVersion, resourceVersionMatch } = options
  return queryOf({ ...selectionQuery(options), limit, continue: options.continue, resourceVersion, resourceVersionMatch })
}

/** The query of a write. */
export function writeQuery(options: WriteOptions & { readonly force?: boolean }): string {
  return queryOf({ fieldManager: options.fieldManager, dryRun: options.dryRun === true ? 'All' : undefined, force: options.force })
}
