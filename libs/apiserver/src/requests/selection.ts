/** Which objects a list, a watch or a deletecollection is about. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import type { ResourceType } from '../registry/resource-type.ts'
import type { Call, World } from './call.ts'
import { parseFieldSelector } from './field-selector.ts'
import { parseLabelSelector } from './label-selector.ts'

export interface Selection {
  /** undefined: every namespace. */
  readonly namespace: string | undefined
  /** Set when only one object can match. */
  readonly name: string | undefined
  /** undefined: everything matches. Selectors see objects in the version of the call's type. */
  readonly matches: ((object: KubeObject) => boolean) | undefined
}

/** Reads both selectors. Throws 400. */
export function selectionOf(world: World, call: Call, query: URLSearchParams): Selection {
  const labels = parseLabelSelector(query.get('labelSelector'))
  const text = query.get('fieldSelector')
  const fields = parseFieldSelector(text, call.type, text ? selectableFields(world, call.type) : [])
  const namespace = call.type.namespaced ? call.namespace || undefined : ''
  const name = call.name === '' ? fields?.name : call.name
  const byName = call.name === '' ? undefined : (object: KubeObject) => object.metadata.name === call.name
  const checks = [
    ...(labels === undefined ? [] : [(object: KubeObject) => labels(object.metadata.labels)]),
    ...(fields === undefined ? [] : [fields.matches]),
    ...(byName === undefined ? [] : [byName])
  ]
  const [first, second, third] = checks
  if (first === undefined) return { namespace, name, matches: undefined }
  if (second === undefined) return { namespace, name, matches: first }
  if (third === undefined) return { namespace, name, matches: (object) => first(object) && second(object) }
  return { namespace, name, matches: (object) => first(object) && second(object) && third(object) }
}

function selectableFields(world: World, type: ResourceType): readonly string[] {
  if (type.custom === undefined) return []
  const stored = world.store.get({ resource: 'apiextensions.k8s.io/customresourcedefinitions', namespace: '', name: type.custom.crdName })
  const definition = stored?.object as k8s.CustomResourceDefinition | undefined
  const version = definition?.spec.versions.find((one) => one.name === type.version)
  return (version?.selectableFields ?? []).map((field) => field.jsonPath)
}
