import { apiVersionOf, type BindingSubject, type KubeObject, type ObjectKey, type Resource } from '@knative-ts/api'
import { deployments } from '@knative-ts/api/kubernetes'
import { type Informer, type InformerFactory, selectorOf } from '@knative-ts/kube'
import { checkMayList, discoverKind } from '../../destinations/kind-discovery.ts'

/** Milliseconds that the first list of a kind is waited for. */
const firstListMs = 10_000

/** A subject that cannot be bound: the condition's reason, and words for people. */
export class SubjectProblem extends Error {
  override readonly name = 'SubjectProblem'
  readonly reason: 'SubjectMissing' | 'SubjectUnavailable'

  constructor(reason: 'SubjectMissing' | 'SubjectUnavailable', message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** Finds the subjects of SinkBindings, watching each kind from the first question on. */
export class Subjects {
  readonly #factory: InformerFactory
  readonly #kinds = new Map<string, Promise<Informer<KubeObject>>>()
  readonly #listeners: ((kind: string, object: KubeObject) => void)[] = []

  constructor(factory: InformerFactory) {
    this.#factory = factory
  }

  /** Called with `apiVersion kind` and the object, as it was or as it is now, for every change of a kind that was asked for. */
  onChange(listener: (kind: string, object: KubeObject) => void): void {
    this.#listeners.push(listener)
  }

  /** The objects of a subject, and their kind. Rejects with {@link SubjectProblem} when the one that it names is not there. */
  async find({ apiVersion = '', kind = '', namespace = '', name = '', selector }: BindingSubject): Promise<Found> {
    const { cache, resource } = await this.#watched(apiVersion, kind)
    if (name === '') return { resource, objects: cache.list(namespace).filter(({ metadata }) => selectorOf(selector)(metadata.labels)) }
    const key: ObjectKey = { namespace, name }
    const object = cache.get(key)
    const plural = resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`
    if (object === undefined) throw new SubjectProblem('SubjectMissing', `${plural} "${name}" not found`)
    return { resource, objects: [object] }
  }

  async #watched(apiVersion: string, kind: string): Promise<Informer<KubeObject>> {
    const id = `${apiVersion} ${kind}`
    const known = this.#kinds.get(id)
    if (known !== undefined) return known
    const opening = this.#open(apiVersion, kind).catch((error: Error) => {
      this.#kinds.delete(id)
      throw new SubjectProblem('SubjectUnavailable', error.message, { cause: error })
    })
    this.#kinds.set(id, opening)
    return opening
  }

  async #open(apiVersion: string, kind: string): Promise<Informer<KubeObject>> {
    const { client } = this.#factory
    const known = apiVersionOf(deployments) === apiVersion && kind === 'Deployment' ? (deployments as Resource) : undefined
    const resource = known ?? (await discoverKind(client, { apiVersion, kind, name: '' }))
    if (resource === undefined)
      throw new Error(`there is no kind ${kind} in ${apiVersion}: install what defines it, or correct the subject`)
    if (known === undefined) await checkMayList(client, resource)
    const informer = this.#factory.informer<KubeObject>(resource)
    await inTime(informer.synced(), resource)
    informer.onChange(({ before, after }) => {
      for (const object of [before, after]) {
        if (object !== undefined) for (const listener of this.#listeners) listener(`${apiVersion} ${kind}`, object)
      }
    })
    return informer
  }
}

/** What a subject stands for. */
export interface Found {
  readonly resource: Resource
  readonly objects: readonly KubeObject[]
}

async function inTime(synced: Promise<void>, { plural }: Resource): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${plural} were not listed within ${firstListMs} ms`)), firstListMs)
  })
  try {
    await Promise.race([synced, late])
  } finally {
    clearTimeout(timer)
  }
}
