import {
  apiVersionOf,
  knativeServices,
  routes,
  type DomainMapping,
  type KReference,
  type KubeObject,
  type ObjectKey,
  type Resource
} from '@knative-ts/api'
import { services } from '@knative-ts/api/kubernetes'
import { ApiError, errorText, type KubeClient } from '@knative-ts/kube'
import type { Objects } from '../objects.ts'
import type { Addressable, Found } from './domain-target.ts'

/** Index of DomainMappings: what they lead to. */
export const byTarget = 'target'

const filed = (apiVersion: string, kind: string, { namespace, name }: ObjectKey): string => `${apiVersion} ${kind} ${namespace}/${name}`
const keyOfTarget = ({ metadata, spec: { ref } }: DomainMapping): ObjectKey => ({ namespace: metadata.namespace ?? '', name: ref.name })

/** Files a DomainMapping under what it leads to. */
export const targetOf = (mapping: DomainMapping): readonly string[] => {
  const { apiVersion = '', kind } = mapping.spec.ref
  return [filed(apiVersion, kind, keyOfTarget(mapping))]
}

/** The name that an object is filed under by those who lead to it. */
export const asTarget = ({ apiVersion, kind, metadata }: KubeObject): string =>
  filed(apiVersion, kind, { namespace: metadata.namespace ?? '', name: metadata.name ?? '' })

const watched: readonly Resource[] = [services, knativeServices, routes]
const refersTo = (resource: Resource, { apiVersion, kind }: KReference): boolean =>
  apiVersionOf(resource) === apiVersion && resource.kind === kind

/** True for kinds whose changes are seen by a watch; others have to be asked for again. */
export const isWatched = (ref: KReference): boolean => watched.some((resource) => refersTo(resource, ref))

/** Finds what DomainMappings lead to. */
export class Targets {
  readonly #objects: Pick<Objects, 'services' | 'knativeServices' | 'routes'>
  readonly #client: KubeClient

  constructor(objects: Pick<Objects, 'services' | 'knativeServices' | 'routes'>, client: KubeClient) {
    this.#objects = objects
    this.#client = client
  }

  /** Of the mapping's own namespace: it can lead nowhere else. Rejects when the API server does not answer. */
  async find(mapping: DomainMapping): Promise<Found> {
    const { ref } = mapping.spec
    const key = keyOfTarget(mapping)
    if (!isWatched(ref)) return this.#ask(guessedResource(ref), key)
    const { services: ofServices, knativeServices: ofKnative, routes: ofRoutes } = this.#objects
    const object = [ofServices, ofKnative, ofRoutes].find(({ resource }) => refersTo(resource, ref))?.get(key)
    return object === undefined ? { problem: `${guessedResource(ref).plural} "${ref.name}" not found` } : { object: object as Addressable }
  }

  async #ask(resource: Resource<Addressable>, key: ObjectKey): Promise<Found> {
    try {
      return { object: await this.#client.get(resource, key) }
    } catch (error) {
      // Not there, a kind that the server does not have, or one that nobody has granted: each tells so itself.
      if (error instanceof ApiError && error.code < 500 && error.code !== 429) return { problem: errorText(error) }
      throw error
    }
  }
}

/** A reference as a resource; its plural is guessed from the kind, as Kubernetes' `UnsafeGuessKindToResource` guesses it. */
export function guessedResource({ apiVersion = '', kind }: KReference): Resource<Addressable> {
  const slash = apiVersion.indexOf('/')
  const singular = kind.toLowerCase()
  const plural = singular.endsWith('s') ? `${singular}es` : singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`
  return { group: slash < 0 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1), plural, kind, namespaced: true }
}
