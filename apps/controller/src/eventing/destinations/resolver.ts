import { keyOf, mappedUrl, type Destination, type KReference, type KReferenceMapping, type KubeObject } from '@knative-ts/api'
import type { KubeClient } from '@knative-ts/kube'
import { addressOf, serviceAddress, uriAddress, withDestination, type Addressed } from './addressed.ts'
import { preferredVersion } from './kind-discovery.ts'
import { referenceText, type ObjectFinder } from './object-finder.ts'
import type { ReferenceTracker } from './reference-tracker.ts'

export interface ResolverSettings {
  /** Templates of config-kreference-mapping by `Kind.version.group`; undefined while the feature is off. */
  mapping(): KReferenceMapping | undefined
  /** Whether references may name a group alone (feature kreference-group). */
  groups(): boolean
}

export interface ResolverOptions {
  readonly client: KubeClient
  readonly finder: ObjectFinder
  readonly tracker: ReferenceTracker
  readonly settings: ResolverSettings
  readonly systemNamespace: string
  readonly clusterDomain: string
}

/**
 * Finds where destinations lead, for the objects of one loop, which are passed again when that may have changed (Knative's
 * `URIResolver`). What it throws says for people why there is no address.
 */
export class Resolver {
  readonly #with: ResolverOptions

  constructor(options: ResolverOptions) {
    this.#with = options
  }

  /** A pass over `parent` begins: what it spoke of before counts no more. */
  begin(parent: KubeObject): void {
    this.#with.tracker.forget(keyOf(parent))
  }

  /** Where a destination of `parent` leads. */
  async resolve(destination: Destination, parent: KubeObject): Promise<Addressed> {
    if (destination.ref !== undefined) return withDestination(await this.#ofReference(destination.ref, destination, parent), destination)
    if (destination.uri !== undefined) return uriAddress(destination)
    throw new Error('destination missing Ref and URI, expected at least one')
  }

  /** The object that `parent` refers to; undefined when it is not there. */
  async find(reference: KReference, parent: KubeObject): Promise<KubeObject | undefined> {
    const key = { namespace: reference.namespace ?? parent.metadata.namespace ?? '', name: reference.name }
    // Before it is looked at: what changes from here on is seen.
    this.#with.tracker.track(keyOf(parent), referenceText(reference, key))
    return this.#with.finder.find(reference, key)
  }

  /** The server's words for an object that is not there. */
  #absent(reference: KReference): string {
    return `${this.#with.finder.pluralOf(reference)} "${reference.name}" not found`
  }

  async #ofReference(given: KReference, destination: Destination, parent: KubeObject): Promise<Addressed> {
    const namespaced = { ...given, namespace: given.namespace ?? parent.metadata.namespace ?? '' }
    const reference = await this.#versioned(namespaced)
    const mapped = this.#mapped(reference, parent)
    if (mapped !== undefined) return { url: mapped }
    const object = await this.find(reference, parent)
    if (object === undefined) throw new Error(`failed to get object ${reference.namespace}/${reference.name}: ${this.#absent(reference)}`)
    if (reference.apiVersion === 'v1' && reference.kind === 'Service')
      return serviceAddress(reference, destination, this.#with.clusterDomain)
    return addressOf(object, reference)
  }

  async #versioned<T extends KReference>(reference: T): Promise<T> {
    const { group = '', apiVersion = '' } = reference
    if (apiVersion !== '' || group === '' || !this.#with.settings.groups()) return reference
    const found = await preferredVersion(this.#with.client, group)
    if (found === undefined) throw new Error(`there is no API group ${group}: install what defines it, or correct the reference`)
    return { ...reference, apiVersion: found }
  }

  #mapped(reference: KReference & { namespace: string }, { metadata }: KubeObject): string | undefined {
    const mapping = this.#with.settings.mapping()
    if (mapping === undefined) return undefined
    return mappedUrl(mapping, reference.kind, reference.apiVersion ?? '', {
      Name: reference.name,
      Namespace: reference.namespace,
      SystemNamespace: this.#with.systemNamespace,
      UID: metadata.uid ?? ''
    })
  }
}
