import { errnoOf, saysFull } from '@knative-ts/disk'
import { errorText } from '@knative-ts/kube'

/** Why storage refused. Each message names the directory or file and what to do about it. */
export type StoreErrorCode =
  /** The data directory cannot be created, read or written. */
  | 'unwritable'
  /** Another live process holds the data directory. */
  | 'locked'
  /** A file holds bytes that no crash can explain. */
  | 'corrupt'
  /** No space is left. The write is refused; a later one succeeds as soon as there is space again. */
  | 'full'
  /** The device failed. Every later write is refused until the process is restarted. */
  | 'failed'
  /** The store was closed. */
  | 'closed'

/** The one error type of the store; what a write's `decide` throws passes through as it is. */
export class StoreError extends Error {
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}

/** The error for a data directory that cannot be used at start; what is no system error stays as it is. */
export function unusable(directory: string, error: unknown): unknown {
  if (error instanceof StoreError || errnoOf(error) === '') return error
  const cause = errorText(error)
  if (saysFull(error)) {
    return new StoreError(
      'full',
      `no space is left for the data directory ${directory} (${cause}): free some space, or choose another directory`,
      { cause: error }
    )
  }
  return new StoreError(
    'unwritable',
    `the data directory ${directory} cannot be used (${cause}): make it writable for this user, or choose another directory`,
    { cause: error }
  )
}
