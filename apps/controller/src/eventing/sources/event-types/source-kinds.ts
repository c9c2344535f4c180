import { type KubeObject, type ObjectKey, type Resource } from '@knative-ts/api'
import { customResourceDefinitions, type CustomResourceDefinition } from '@knative-ts/api/kubernetes'
import { controllerKeys, type Informer } from '@knative-ts/kube'
import { checkMayList } from '../../destinations/kind-discovery.ts'
import type { EventingWorld } from '../../eventing-world.ts'
import type { TellingSource } from './source-event-types-of.ts'

/** One source of any kind: the name of its kind's definition goes before its own, for the loop has one queue for all kinds. */
const sourceKey = (definition: string, { namespace, name }: ObjectKey): ObjectKey => ({ namespace, name: `${definition}:${name}` })

/** Milliseconds after which a kind that could not be listed is tried again. */
const againMs = 10_000

const isSource = ({ metadata }: CustomResourceDefinition): boolean => metadata.labels?.['duck.knative.dev/source'] === 'true'

/** Follows the objects of every kind whose definition says that it is a source. */
export class SourceKinds {
  readonly definitions: Informer<CustomResourceDefinition>
  readonly #world: Pick<EventingWorld, 'factory' | 'clock' | 'log'>
  readonly #sources = new Map<string, Informer<TellingSource>>()
  readonly #refused = new Set<string>()
  readonly #listeners: ((key: ObjectKey) => void)[] = []

  constructor(world: Pick<EventingWorld, 'factory' | 'clock' | 'log'>) {
    this.#world = world
    this.definitions = world.factory.informer(customResourceDefinitions, { trim: bare })
    this.definitions.onChange(({ after }) => {
      if (after !== undefined && isSource(after)) void this.#follow(after)
    })
  }

  onChange(listener: (key: ObjectKey) => void): void {
    this.#listeners.push(listener)
  }

  /** Keys of all sources of a kind, as far as they are known. */
  keysOf = ({ metadata: { name = '' } }: CustomResourceDefinition): readonly ObjectKey[] =>
    (this.#sources.get(name)?.cache.list() ?? []).map(({ metadata }) => keyOfSource(name, metadata))

  /** The key of the source that controls an object, if one does. */
  controllerOf = (object: KubeObject): readonly ObjectKey[] =>
    [...this.#sources].flatMap(([name, { resource }]) => controllerKeys(resource)(object).map((key) => sourceKey(name, key)))

  /** The source of a key of {@link sourceKey}, and its kind; undefined when it is not there. */
  find({
    namespace,
    name
  }: ObjectKey):
    | { readonly source: TellingSource; readonly resource: Resource; readonly definition: CustomResourceDefinition }
    | undefined {
    const [of = '', own = ''] = name.split(':')
    const informer = this.#sources.get(of)
    const source = informer?.cache.get({ namespace, name: own })
    const definition = this.definitions.cache.get({ namespace: '', name: of })
    if (informer === undefined || source === undefined || definition === undefined) return undefined
    return { source, resource: informer.resource, definition }
  }

  #again(name: string): void {
    const definition = this.definitions.cache.get({ namespace: '', name })
    if (definition !== undefined && isSource(definition)) void this.#follow(definition)
  }

  async #follow(definition: CustomResourceDefinition): Promise<void> {
    const { name = '' } = definition.metadata
    const resource = resourceOf(definition)
    if (this.#sources.has(name) || resource === undefined) return
    try {
      await checkMayList(this.#world.factory.client, resource)
    } catch (error) {
      // The right to look at them comes with a role that is labelled so, perhaps after the definition; a new kind is served a moment later.
      if (!this.#refused.has(name))
        this.#world.log.warn({ error, definition: name }, 'sources of this kind get no EventTypes yet: they cannot be listed')
      this.#refused.add(name)
      this.#world.clock.after(againMs, () => this.#again(name))
      return
    }
    this.#refused.delete(name)
    if (this.#sources.has(name)) return
    const informer = this.#world.factory.informer(resource, { trim: telling })
    this.#sources.set(name, informer)
    informer.onChange(({ before, after }) => {
      const source = after ?? before
      if (source !== undefined) for (const listener of this.#listeners) listener(keyOfSource(name, source.metadata))
    })
  }
}

const keyOfSource = (definition: string, { namespace = '', name = '' }: KubeObject['metadata']): ObjectKey =>
  sourceKey(definition, { namespace, name })

/** The first version that is served, as upstream takes it. */
function resourceOf({ spec }: CustomResourceDefinition): Resource<TellingSource> | undefined {
  const version = spec.versions.find(({ served }) => served)?.name
  if (version === undefined) return undefined
  return { group: spec.group, version, plural: spec.names.plural, kind: spec.names.kind, namespaced: spec.scope === 'Namespaced' }
}

/** Without the schemas, which are nearly all of it. */
function bare({ apiVersion, kind, metadata, spec }: CustomResourceDefinition): CustomResourceDefinition {
  const { name, uid, resourceVersion, labels, annotations } = metadata
  const versions = spec.versions.map(({ name: version, served, storage }) => ({ name: version, served, storage }))
  const own = { name, uid, resourceVersion, labels, annotations: { ...annotations } }
  delete own.annotations['kubectl.kubernetes.io/last-applied-configuration']
  return {
    apiVersion,
    kind,
    metadata: own,
    spec: { group: spec.group, names: spec.names, scope: spec.scope, versions }
  } as CustomResourceDefinition
}

function telling({ apiVersion, kind, metadata, spec, status }: TellingSource): TellingSource {
  const { name, namespace, uid, resourceVersion, deletionTimestamp } = metadata
  const ref = spec?.sink?.ref
  const ceAttributes = status?.ceAttributes
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, uid, resourceVersion, ...(deletionTimestamp !== undefined && { deletionTimestamp }) },
    spec: { sink: { ...(ref && { ref }) } },
    status: { ...(ceAttributes && { ceAttributes }) }
  } as TellingSource
}
