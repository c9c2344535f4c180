import { apiVersionOf, inMemoryChannels, type InMemoryChannel, type Resource } from '@knative-ts/api'
import { Kept, type Change, type InformerFactory } from '@knative-ts/kube'
import { checkMayList, discoverKind } from '../destinations/kind-discovery.ts'
import { MissingKindError } from '../destinations/missing-kind-error.ts'

/** Any kind of channel, by what they have in common (Knative's duck type Channelable), which is what an InMemoryChannel has. */
export type Channelable = InMemoryChannel

/** A kind of channel, as templates name it. */
export interface ChannelKind {
  readonly apiVersion: string
  readonly kind: string
}

/** The channels of each kind that somebody has named so far. */
export class ChannelKinds {
  readonly #factory: InformerFactory
  readonly #kept = new Map<string, Promise<Kept<Channelable>>>()
  readonly #listeners = new Set<(change: Change<Channelable>) => void>()

  constructor(factory: InformerFactory, own: Kept<InMemoryChannel>) {
    this.#factory = factory
    this.#kept.set(`${apiVersionOf(inMemoryChannels)} ${inMemoryChannels.kind}`, Promise.resolve(own))
    own.informer.onChange((change) => this.#tell(change))
  }

  /** Called with each change of a channel, of the kinds that were named. */
  onChange(listener: (change: Change<Channelable>) => void): void {
    this.#listeners.add(listener)
  }

  /** Rejects, in words for people, when there is no such kind or it must not be looked at. */
  async of(named: ChannelKind): Promise<Kept<Channelable>> {
    const id = `${named.apiVersion} ${named.kind}`
    const known = this.#kept.get(id)
    if (known !== undefined) return known
    const opening = this.#open(named)
    this.#kept.set(id, opening)
    try {
      return await opening
    } catch (error) {
      // What defines the kind may be installed later.
      this.#kept.delete(id)
      throw error
    }
  }

  async #open({ apiVersion, kind }: ChannelKind): Promise<Kept<Channelable>> {
    const { client } = this.#factory
    const resource = await discoverKind(client, { apiVersion, kind, name: '' })
    if (resource === undefined) throw new MissingKindError(kind, apiVersion)
    await checkMayList(client, resource)
    // By the duck type: what defines a kind of channel promises this shape.
    const informer = this.#factory.informer(resource as unknown as Resource<Channelable>)
    await informer.synced()
    informer.onChange((change) => this.#tell(change))
    return new Kept(client, informer)
  }

  #tell(change: Change<Channelable>): void {
    for (const listener of this.#listeners) listener(change)
  }
}
