/** Namespace: born Active, held by the finalizer `kubernetes` in its spec until the namespace controller has emptied it. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { invalidValue } from '../http/errors.ts'
import { checkNamespaceFinalizers } from './finalizers.ts'
import type { KindRules } from './kind-rules.ts'
import { labelProblems } from './names.ts'

/** Namespaces that nobody may delete. */
export const IMMORTAL_NAMESPACES: readonly string[] = ['default', 'kube-system', 'kube-public']

export const namespaceRules: KindRules<k8s.Namespace> = {
  nameProblems: labelProblems,
  defaults(namespace) {
    if (namespace.metadata.name) {
      namespace.metadata.labels = { ...namespace.metadata.labels, 'kubernetes.io/metadata.name': namespace.metadata.name }
    }
  },
  prepareCreate(namespace) {
    namespace.spec = { ...namespace.spec, finalizers: [...new Set([...(namespace.spec?.finalizers ?? []), 'kubernetes'])] }
    namespace.metadata.labels = { ...namespace.metadata.labels, 'kubernetes.io/metadata.name': namespace.metadata.name ?? '' }
    namespace.status = { phase: 'Active' }
  },
  prepareUpdate(namespace, before) {
    // Only `namespaces/finalize` removes them.
    if (before.spec !== undefined) namespace.spec = before.spec
  },
  checkCreate: ({ spec }) => checkNamespaceFinalizers(spec?.finalizers ?? [], false),
  checkStatus: ({ status, metadata }) => {
    const wanted = metadata.deletionTimestamp === undefined ? 'Active' : 'Terminating'
    if (status?.phase === wanted) return []
    const when = wanted === 'Active' ? 'empty' : 'not empty'
    return [invalidValue('status.Phase', status?.phase ?? '', `may only be '${wanted}' if \`deletionTimestamp\` is ${when}`)]
  },
  parts: {
    finalize: { prepare: () => {}, check: ({ spec }) => checkNamespaceFinalizers(spec?.finalizers ?? [], true) }
  },
  fields: { 'status.phase': (namespace) => namespace.status?.phase ?? '' }
}
