/** What a request is, to the rules and selectors of webhooks and policies. */
import type { KubeObject } from '@knative-ts/api'
import type { Registry } from '../registry/registry.ts'
import type { Call } from '../requests/call.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { Candidate, Operation } from './webhook-match.ts'

/** Built-in kinds that are served in more than one group or version. */
const SHARED = new Set(['autoscaling/horizontalpodautoscalers', '/events', 'events.k8s.io/events'])

export function candidateOf(
  { store, registry }: { readonly store: ObjectStore; readonly registry: Registry },
  call: Call,
  operation: Operation,
  object: KubeObject | undefined,
  before: KubeObject | undefined
): Candidate {
  const { type } = call
  const namespace = type.namespaced
    ? store.get({ resource: '/namespaces', namespace: '', name: call.namespace })?.object
    : type.storage === '/namespaces'
      ? (object ?? before)
      : undefined
  const equivalents =
    type.custom === undefined && !SHARED.has(type.storage)
      ? []
      : registry.types().filter((one) => one.storage === type.storage && one !== type)
  return { call, operation, object, before, namespaceLabels: namespace?.metadata.labels, equivalents }
}
