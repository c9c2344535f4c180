import type { KubeObject } from '@knative-ts/api'
import type { StoredObject, StoreKey } from './object-store.ts'

/**
 * One committed state. Holds the JSON text and parses it at the first look at `object`: after a restart most objects are never looked
 * at, and what the writer goes on doing to its own object cannot reach the stored one.
 */
export class StoredState implements StoredObject {
  readonly key: StoreKey
  readonly revision: number
  readonly json: string
  #object: KubeObject | undefined

  constructor(key: StoreKey, revision: number, json: string) {
    this.key = key
    this.revision = revision
    this.json = json
  }

  get object(): KubeObject {
    this.#object ??= JSON.parse(this.json) as KubeObject
    return this.#object
  }

  /** Forgets the parsed form: for states that live on only in the history. */
  shrink(): void {
    this.#object = undefined
  }
}

/** The state that `object` becomes when it is written at `revision`. */
export function stateOf(key: StoreKey, revision: number, object: KubeObject): StoredState {
  const json = JSON.stringify({ ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } })
  return new StoredState({ resource: key.resource, namespace: key.namespace, name: key.name }, revision, json)
}
