import { isTrue, keyOf, revisionConditions, revisionUidLabel, type Revision, type RevisionStatus } from '@knative-ts/api'
import type { Deployment } from '@knative-ts/api/kubernetes'
import { Marks, settled, type EventRecorder, type KubeClient, type Outcome } from '@knative-ts/kube'
import type { Objects } from '../objects.ts'
import { deploymentOf } from './deployment-of.ts'
import type { DigestResolver } from './digest-resolver.ts'
import { ensureChildren } from './ensure-children.ts'
import { followProgress } from './follow-progress.ts'
import { imageOf } from './image-of.ts'
import { podAutoscalerOf, reachabilityOf } from './pod-autoscaler-of.ts'
import { resolveImages } from './resolve-images.ts'
import { followAutoscaler, markDeploying } from './revision.plan.ts'
import type { RevisionSettings } from './revision-settings.ts'

type Current = Revision & { status: RevisionStatus }
type Needed = Pick<Objects, 'deployments' | 'images' | 'podAutoscalers' | 'pods'>

export interface RevisionCollaborators {
  readonly client: KubeClient
  readonly recorder: EventRecorder
  readonly digests: DigestResolver
  readonly settings: () => RevisionSettings
}

/** A Revision runs as one Deployment, scaled by one PodAutoscaler. */
export class RevisionReconciler {
  readonly #objects: Needed
  readonly #with: RevisionCollaborators

  constructor(objects: Needed, collaborators: RevisionCollaborators) {
    this.#objects = objects
    this.#with = collaborators
  }

  async reconcile(revision: Current): Promise<Outcome> {
    const { client, recorder, digests } = this.#with
    const settings = this.#with.settings()
    const { status } = revision
    const wasReady = isTrue(status.conditions, 'Ready')
    const logUrl = settings.logUrlTemplate.replaceAll('${REVISION_UID}', revision.metadata.uid ?? '')
    if (logUrl !== '') status.logUrl = logUrl
    if (!resolveImages(revision, digests, settings)) return settled
    const images = new Map((status.containerStatuses ?? []).map(({ name = '', imageDigest = '' }) => [name, imageDigest]))
    const deployment = deploymentOf(revision, images, settings)
    const known = this.#objects.deployments.get(keyOf(deployment))
    if (known === undefined) markDeploying(status)
    else await followProgress(revision, known, this.#podsOf(revision), settings, client)
    followAutoscaler(status, this.#objects.podAutoscalers.get(keyOf(revision)))
    const podAutoscaler = podAutoscalerOf(revision, reachabilityOf(revision, isBroken(status, known)), settings.autoscalerClass)
    const all = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])]
    const caches = all.map(({ name = '', imageDigest = '' }) => imageOf(revision, name, imageDigest))
    await ensureChildren(this.#objects, revision, { deployment, podAutoscaler, images: caches })
    if (!wasReady && isTrue(status.conditions, 'Ready')) {
      recorder.record(revision, 'Normal', 'RevisionReady', 'Revision becomes ready upon all resources being ready')
    }
    return settled
  }

  #podsOf(revision: Revision) {
    const pods = this.#objects.pods.byIndex(revisionUidLabel, revision.metadata.uid ?? '')
    return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  }
}

/** It failed, and has not one pod to show for it. */
function isBroken(status: RevisionStatus, deployment: Deployment | undefined): boolean {
  const marks = new Marks(status, revisionConditions)
  if (!marks.isFalse('ResourcesAvailable') && !marks.isFalse('ContainerHealthy')) return false
  return (deployment?.spec?.replicas ?? 0) > 0 && (deployment?.status?.readyReplicas ?? 0) === 0
}
