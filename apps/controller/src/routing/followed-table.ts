/** What a table must be that others follow over a stream and acknowledge: its members by key, each in a version. */

/** Which update first carried a version of a member with everything that it needs. */
export interface Published {
  readonly version: string
  readonly sequence: number
}

/** A difference that was sent, and the members whose current version it completed. */
export interface TableChange<U extends Sequenced> {
  readonly update: U
  readonly published: readonly string[]
  readonly removed: readonly string[]
}

export interface Sequenced {
  readonly sequence: number
}

export interface FollowedTable<U extends Sequenced> {
  /** Of the newest update. */
  readonly sequence: number
  published(key: string): Published | undefined
  publishedKeys(): Iterable<[string, Published]>
  /** Everything, in parts. */
  complete(): U[]
  onChange(listener: (change: TableChange<U>) => void): () => void
}
