import { keyOf, type KubeObject, type ObjectKey, type SinkBinding } from '@knative-ts/api'
import { selectorOf } from '@knative-ts/kube'

/** The bindings whose subject an object is. `kind`: its `apiVersion kind`, which items of lists do not say. */
export function bindingsOf(bindings: readonly SinkBinding[], kind: string, { metadata }: KubeObject): readonly ObjectKey[] {
  return bindings
    .filter(({ metadata: own, spec: { subject } }) => {
      const { apiVersion, kind: ofKind, namespace = own.namespace, name = '', selector } = subject
      if (`${apiVersion} ${ofKind}` !== kind || namespace !== metadata.namespace) return false
      return name === '' ? selectorOf(selector)(metadata.labels) : name === metadata.name
    })
    .map(keyOf)
}
