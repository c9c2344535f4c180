import type { KubeObject } from '@knative-ts/api'
import type { StoredObject, StoreKey } from './object-store.ts'
import { ownershipIn, type Ownership } from './ownership.ts'
import type { PackedText } from './packed-text.ts'

/** Who decides which forms of a state stay in memory. */
export interface StateKeeper {
  /** The state has been parsed, and stays so until the keeper lets it forget. */
  parsed(state: StoredState): void
  read(packed: PackedText): string
}

/**
 * One committed state. Parses its JSON text at the first look at `object`, forgets that again when its keeper says so (the next look makes
 * another, equal one), and may have its text packed away. What the writer goes on doing to its own object cannot reach the stored one.
 */
export class StoredState implements StoredObject {
  readonly key: StoreKey
  readonly revision: number
  readonly size: number
  #text: string | PackedText
  #object: KubeObject | undefined
  #ownership: Ownership | undefined
  #keeper: StateKeeper | undefined
  #again = false

  /** `ownership` as `json` has it, where that is known already. */
  constructor(key: StoreKey, revision: number, json: string, ownership?: Ownership) {
    this.key = key
    this.revision = revision
    this.size = json.length
    this.#text = json
    this.#ownership = ownership
  }

  get json(): string {
    const text = this.#text
    // Only a keeper packs.
    return typeof text === 'string' ? text : (this.#keeper as StateKeeper).read(text)
  }

  get object(): KubeObject {
    if (this.#object !== undefined) {
      this.#again = true
      return this.#object
    }
    const object = JSON.parse(this.json) as KubeObject
    this.#object = object
    this.#keeper?.parsed(this)
    return object
  }

  /** Whom the object belongs to. Until {@link told} that is known without a look at the text, and never does it leave anything parsed. */
  get ownership(): Ownership {
    return this.#ownership ?? ownershipIn((this.#object ?? (JSON.parse(this.json) as KubeObject)).metadata)
  }

  /** Everybody has heard of the state: those who ask from now on are few. */
  told(): void {
    this.#ownership = undefined
  }

  /** Puts the state under a keeper. */
  keptBy(keeper: StateKeeper): void {
    this.#keeper = keeper
    if (this.#object !== undefined) keeper.parsed(this)
  }

  /** Exchanges the text for a packed one, which the keeper can read. */
  pack(packed: PackedText): void {
    this.#text = packed
  }

  /** Forgets the parsed form. */
  forget(): void {
    this.#object = undefined
  }

  /** Whether somebody has looked at `object` since it was parsed, or since this was last asked. */
  wasReadAgain(): boolean {
    const again = this.#again
    this.#again = false
    return again && this.#object !== undefined
  }
}

/** The state that `object` becomes when it is written at `revision`. The key is kept. */
export function stateOf(key: StoreKey, revision: number, object: KubeObject): StoredState {
  const metadata = { ...object.metadata, resourceVersion: String(revision) }
  const json = JSON.stringify({ ...object, metadata })
  return new StoredState(key, revision, json, ownershipIn(metadata))
}
