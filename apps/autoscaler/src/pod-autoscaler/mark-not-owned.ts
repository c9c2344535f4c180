import { podAutoscalerConditions, takenName, type PodAutoscalerStatus } from '@knative-ts/api'
import { Marks, NotOwnedError } from '@knative-ts/kube'

/** Says in the status that a child's name is taken by an object of somebody else, when that is what `error` is about. */
export function markNotOwned(status: PodAutoscalerStatus, error: unknown): void {
  // What a former revision of this name has left is collected: nothing to tell.
  if (!(error instanceof NotOwnedError) || error.former) return
  new Marks(status, podAutoscalerConditions).false('Active', 'NotOwned', takenName(error.kind, error.child))
}
