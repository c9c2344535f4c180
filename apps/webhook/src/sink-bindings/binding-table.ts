import { sinkBindings, type KubeObject, type SinkBinding } from '@knative-ts/api'
import { selectorOf, type Informer, type InformerFactory } from '@knative-ts/kube'
import type { Rule } from '../registration/registration.ts'

/** The SinkBindings of the cluster: which of them an object is a subject of, and which kinds are asked about at all. */
export class BindingTable {
  readonly #informer: Informer<SinkBinding>

  constructor(factory: InformerFactory) {
    this.#informer = factory.informer(sinkBindings)
  }

  /** Resolves once the bindings are known. */
  synced(): Promise<void> {
    return this.#informer.synced()
  }

  /** Called when {@link rules} may have become others. */
  onChange(listener: () => void): void {
    this.#informer.onChange(({ before, after }) => {
      if (before === undefined || after === undefined || kindOf(before) !== kindOf(after)) listener()
    })
  }

  /** One rule for each kind that some binding speaks of: about others nobody is asked, and nothing waits for this webhook. */
  rules(): readonly Rule[] {
    const kinds = new Set(this.#informer.cache.list().map(kindOf))
    return [...kinds].toSorted().map((kind) => {
      const [apiVersion = '', name = ''] = kind.split(' ')
      const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
      return { operations: ['CREATE', 'UPDATE'], apiGroups: [group], apiVersions: [version], resources: [pluralOf(name)], scope: '*' }
    })
  }

  /** The bindings that an object is a subject of and that know their sink, by name. `kind`: its `apiVersion kind`. */
  of(kind: string, namespace: string, { metadata: { name, labels } }: KubeObject): readonly SinkBinding[] {
    return this.#informer.cache
      .list(namespace)
      .filter((binding) => {
        const { metadata, spec, status } = binding
        const { name: named = '', namespace: of = metadata.namespace, selector } = spec.subject
        if (kindOf(binding) !== kind || of !== namespace) return false
        if (metadata.deletionTimestamp !== undefined || (status?.sinkUri ?? '') === '') return false
        return named === '' ? selectorOf(selector)(labels) : named === name
      })
      .toSorted((one, other) => ((one.metadata.name ?? '') < (other.metadata.name ?? '') ? -1 : 1))
  }
}

const kindOf = ({ spec: { subject } }: SinkBinding): string => `${subject.apiVersion ?? ''} ${subject.kind ?? ''}`

function pluralOf(kind: string): string {
  const word = kind.toLowerCase()
  if (word.endsWith('s')) return `${word}es`
  return word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`
}
