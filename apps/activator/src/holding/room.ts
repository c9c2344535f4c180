import { HoldBudget, type HoldLimits, OpenLimit } from '@knative-ts/throttling'

export interface RoomLimits {
  /** Bytes of what waits for a pod. */
  readonly holding: HoldLimits
  /** Requests that are open, held or running. */
  readonly requests: number
}

/** What all revisions share. */
export interface Room {
  readonly held: HoldBudget
  readonly open: OpenLimit
}

export function roomOf({ holding, requests }: RoomLimits): Room {
  return { held: new HoldBudget(holding), open: new OpenLimit(requests) }
}
