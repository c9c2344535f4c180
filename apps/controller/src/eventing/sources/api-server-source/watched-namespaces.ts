import type { ApiServerSource } from '@knative-ts/api'
import type { Namespace } from '@knative-ts/api/kubernetes'
import { selectorOf } from '@knative-ts/kube'

/** Namespaces that a source watches. */
export interface WatchedNamespaces {
  /** By name: what people are told. */
  readonly names: readonly string[]
  /** Every one, also those that come later. */
  readonly all: boolean
}

/** The namespace of the source, those that its selector selects, or all with a selector that selects everything (reference 5.2). */
export function watchedNamespaces({ metadata, spec }: ApiServerSource, namespaces: readonly Namespace[]): WatchedNamespaces {
  const { namespaceSelector } = spec
  if (namespaceSelector === undefined) return { names: [metadata.namespace ?? ''], all: false }
  const all = Object.keys(namespaceSelector.matchLabels ?? {}).length === 0 && (namespaceSelector.matchExpressions ?? []).length === 0
  const selects = selectorOf(namespaceSelector)
  const names = namespaces.filter(({ metadata: { labels } }) => selects(labels)).map(({ metadata: { name = '' } }) => name)
  return { names: names.toSorted(), all }
}
