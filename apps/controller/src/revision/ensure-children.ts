import {
  adviceFor,
  advised,
  leavingName,
  revisionConditions,
  revisions,
  takenName,
  type Image,
  type PodAutoscaler,
  type Revision,
  type RevisionStatus
} from '@knative-ts/api'
import type { Deployment } from '@knative-ts/api/kubernetes'
import { ApiError, ensureOwned, Marks, NotOwnedError } from '@knative-ts/kube'
import type { Objects } from '../objects.ts'
import { mergedDeployment } from './deployment-merge.ts'
import { mergedPodAutoscaler } from './pod-autoscaler-of.ts'

/** What a revision is made of in the cluster. */
export interface RevisionChildren {
  readonly deployment: Deployment
  readonly podAutoscaler: PodAutoscaler
  readonly images: readonly Image[]
}

/** Writes the children, all at a time since none needs another. What keeps one from being written becomes a condition and is thrown. */
export async function ensureChildren(
  objects: Pick<Objects, 'deployments' | 'images' | 'podAutoscalers'>,
  revision: Revision & { status: RevisionStatus },
  { deployment, podAutoscaler, images }: RevisionChildren
): Promise<void> {
  const marks = new Marks(revision.status, revisionConditions)
  const [ofDeployment, ofPodAutoscaler, ...ofImages] = await Promise.allSettled([
    ensureOwned(objects.deployments, revision, revisions, deployment, (current) => mergedDeployment(current, deployment)),
    ensureOwned(objects.podAutoscalers, revision, revisions, podAutoscaler, (current) => mergedPodAutoscaler(current, podAutoscaler)),
    ...images.map((image) => ensureOwned(objects.images, revision, revisions, image, () => undefined))
  ])
  if (ofDeployment.status === 'rejected') markRefused(marks, ofDeployment.reason, deployment)
  if (ofPodAutoscaler.status === 'rejected') markRefused(marks, ofPodAutoscaler.reason, podAutoscaler)
  for (const result of [ofDeployment, ofPodAutoscaler, ...ofImages]) if (result.status === 'rejected') throw result.reason
}

/** What admission and validation answer; a webhook of somebody else may choose among them. */
const refusals = [400, 403, 405, 406, 413, 422]

function markRefused(marks: Marks, error: unknown, { kind, metadata: { name } }: Deployment | PodAutoscaler): void {
  if (error instanceof NotOwnedError) {
    if (error.former) marks.unknown('ResourcesAvailable', 'Deploying', leavingName(kind, name ?? ''))
    else marks.false('ResourcesAvailable', 'NotOwned', takenName(kind, name ?? ''))
  } else if (error instanceof ApiError && refusals.includes(error.code)) {
    // The API server will not have it as it is: without a condition the revision would wait for ever.
    marks.false('ResourcesAvailable', 'FailedCreate', advised(error.message, adviceFor('create', error.message)))
  } else if (error instanceof ApiError && error.code === 500) {
    // A webhook that does not answer, mostly: it may come back.
    marks.unknown('ResourcesAvailable', 'Deploying', `${kind} "${name}" could not be written: ${error.message}`)
  }
}
