import type { KubeObject } from '@knative-ts/api'
import type { CloudEvent } from '@knative-ts/eventing'

export type Change = 'add' | 'update' | 'delete'

/** What makes one change into an event. */
export interface ResourceEventOptions {
  readonly mode: 'Reference' | 'Resource'
  /** The API server's URL. */
  readonly source: string
  /** Plural of the kind, for the subject. */
  readonly plural: string
  readonly id: string
  /** RFC 3339, UTC. */
  readonly time: string
}

/** The event of a change: the object itself, or a reference to it (reference 5.2). */
export function resourceEventOf(change: Change, object: KubeObject, options: ResourceEventOptions): CloudEvent {
  const { apiVersion, kind } = object
  const { name = '', namespace = '' } = object.metadata
  const { mode, source, plural, id, time } = options
  const attributes = new Map([
    ['specversion', '1.0'],
    ['id', id],
    ['source', source],
    ['type', `dev.knative.apiserver.${mode === 'Resource' ? 'resource' : 'ref'}.${change}`],
    ['subject', `/apis/${apiVersion}/namespaces/${namespace}/${plural}/${name}`],
    ['datacontenttype', 'application/json'],
    ['time', time],
    ['apiversion', apiVersion],
    ['kind', kind],
    ['name', name],
    ['namespace', namespace]
  ])
  const reference = { kind, namespace, name, apiVersion }
  return { attributes, data: Buffer.from(JSON.stringify(mode === 'Resource' ? object : reference)) }
}

/** Whether the object's controller is of this kind; an empty part is any. */
export function isOwnedBy({ metadata }: KubeObject, owner: { readonly apiVersion: string; readonly kind: string }): boolean {
  const controller = metadata.ownerReferences?.find((reference) => reference.controller === true)
  if (controller === undefined) return false
  return (owner.apiVersion === '' || owner.apiVersion === controller.apiVersion) && (owner.kind === '' || owner.kind === controller.kind)
}
