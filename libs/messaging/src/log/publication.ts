import type { Message } from '../channel-store.ts'

/** One call of publish that waits for its commit. */
export interface Publication {
  readonly messages: readonly Message[]
  /** Of its records, in bytes. */
  readonly size: number
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}
