import { apiVersionOf, type KReference, type KubeObject, type ObjectKey, type Resource } from '@knative-ts/api'
import { equalJson, type Informer, type InformerFactory } from '@knative-ts/kube'
import { checkMayList, discoverKind } from './kind-discovery.ts'
import { MissingKindError } from './missing-kind-error.ts'
import { MissingKinds } from './missing-kinds.ts'

/** Milliseconds that the first list of a kind is waited for. */
const firstListMs = 10_000

/** What is kept of objects of kinds that are only looked at: who they are, whether they are ready, and where they are reached. */
interface Seen extends KubeObject {
  readonly status?: {
    readonly address?: unknown
    readonly addresses?: unknown
    readonly conditions?: unknown
    readonly observedGeneration?: unknown
  }
}

/** One object anywhere, for lists of who asked for it. */
export const referenceText = ({ apiVersion = '', kind }: Pick<KReference, 'apiVersion' | 'kind'>, { namespace, name }: ObjectKey): string =>
  `${apiVersion} ${kind} ${namespace}/${name}`

/** Finds objects of any kind, watching each kind from the first question on. */
export class ObjectFinder {
  readonly #factory: InformerFactory
  readonly #known: readonly Resource[]
  readonly #informers = new Map<string, Informer<KubeObject>>()
  readonly #opening = new Map<string, Promise<Informer<KubeObject>>>()
  readonly #listeners = new Set<(reference: string) => void>()
  readonly #missing: MissingKinds

  /** `known`: kinds that are watched whole anyway. */
  constructor(factory: InformerFactory, known: readonly Resource[]) {
    this.#factory = factory
    this.#known = known
    this.#missing = new MissingKinds(factory)
  }

  /** Called with the {@link referenceText} of every object that changes, of kinds that were asked for. */
  onChange(listener: (reference: string) => void): void {
    this.#listeners.add(listener)
  }

  /** Called with the beginning of the {@link referenceText} of all objects of a kind that is there from now on, and was missed. */
  onKind(listener: (beginning: string) => void): void {
    this.#missing.onDefined((kind) => listener(`${kind} `))
  }

  /** The object, undefined when it is not there. Rejects when there is no such kind, or it must not be looked at: in words for people. */
  async find(reference: KReference, key: ObjectKey): Promise<KubeObject | undefined> {
    const informer = await this.#informerOf(reference)
    return informer.cache.get(informer.resource.namespaced ? key : { ...key, namespace: '' })
  }

  /** The plural of a kind that was found before: for words about an object that is not there. */
  pluralOf({ apiVersion = '', kind }: KReference): string {
    const { group, plural } = this.#informers.get(`${apiVersion} ${kind}`)?.resource ?? { group: '', plural: kind }
    return group === '' ? plural : `${plural}.${group}`
  }

  async #informerOf({ apiVersion = '', kind, name }: KReference): Promise<Informer<KubeObject>> {
    const id = `${apiVersion} ${kind}`
    const open = this.#informers.get(id)
    if (open !== undefined) return open
    // Two passes at a time ask once.
    const opening = this.#opening.get(id) ?? this.#open({ apiVersion, kind, name }, id).finally(() => this.#opening.delete(id))
    this.#opening.set(id, opening)
    return opening
  }

  async #open(reference: KReference, id: string): Promise<Informer<KubeObject>> {
    const { client } = this.#factory
    const known = this.#known.find((resource) => apiVersionOf(resource) === reference.apiVersion && resource.kind === reference.kind)
    const resource = known ?? (await discoverKind(client, reference))
    if (resource === undefined) {
      this.#missing.miss(id)
      throw new MissingKindError(reference.kind, reference.apiVersion ?? '')
    }
    if (known === undefined) await checkMayList(client, resource)
    const informer = this.#factory.informer<KubeObject>(resource, known === undefined ? { trim: seen } : {})
    await inTime(informer.synced(), resource)
    this.#informers.set(id, informer)
    this.#missing.found(id)
    informer.onChange(({ before, after }) => {
      const object = after ?? before
      if (object === undefined || (before !== undefined && after !== undefined && equalJson(told(before), told(after)))) return
      const { namespace = '', name = '' } = object.metadata
      for (const listener of this.#listeners) listener(referenceText(reference, { namespace, name }))
    })
    return informer
  }
}

/** What somebody who refers to it can see of an object. */
function told({ metadata, status = {} }: Seen): unknown {
  const { address, addresses, conditions, observedGeneration } = status
  return [metadata.uid, metadata.deletionTimestamp, metadata.generation, address, addresses, conditions, observedGeneration]
}

function seen(object: Seen): Seen {
  const { name, namespace, uid, resourceVersion, generation, labels, ownerReferences, deletionTimestamp } = object.metadata
  const metadata = { name, namespace, uid, resourceVersion, generation, labels, ownerReferences, deletionTimestamp }
  const { address, addresses, conditions, observedGeneration } = object.status ?? {}
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined)),
    status: { address, addresses, conditions, observedGeneration }
  }
}

async function inTime(synced: Promise<void>, { plural, group }: Resource): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${plural} of ${group} were not listed within ${firstListMs} ms`)), firstListMs)
  })
  try {
    await Promise.race([synced, late])
  } finally {
    clearTimeout(timer)
  }
}
