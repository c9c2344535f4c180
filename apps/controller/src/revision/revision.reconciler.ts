import {
  isTrue,
  keyOf,
  revisionConditions,
  revisionUidLabel,
  type PodAutoscaler,
  type Revision,
  type RevisionStatus
} from '@knative-ts/api'
import type { Deployment } from '@knative-ts/api/kubernetes'
import { again, Marks, settled, type EventRecorder, type Outcome } from '@knative-ts/kube'
import type { Objects } from '../objects.ts'
import { deploymentOf } from './deployment-of.ts'
import type { DigestResolver } from './digest-resolver.ts'
import { ensureChildren } from './ensure-children.ts'
import { ensurePodsCertificate } from './ensure-pods-certificate.ts'
import { followProgress, type Progress } from './follow-progress.ts'
import { imageOf } from './image-of.ts'
import { deploymentNameOf } from './names-of.ts'
import type { Witness } from './pod-evidence.ts'
import { mayHeal } from './pod-problem.ts'
import { podAutoscalerOf, reachabilityOf } from './pod-autoscaler-of.ts'
import { resolveImages } from './resolve-images.ts'
import { followAutoscaler, isOverdue, markDeploying, tellTrouble, unheardAutoscaler } from './revision.plan.ts'
import type { RevisionSettings } from './revision-settings.ts'

type Current = Revision & { status: RevisionStatus }
type Needed = Pick<Objects, 'certificates' | 'deployments' | 'images' | 'namespaces' | 'podAutoscalers' | 'pods' | 'tlsSecrets'>

export interface RevisionCollaborators {
  readonly recorder: EventRecorder
  readonly digests: DigestResolver
  readonly witness: Witness
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
    const { recorder, digests } = this.#with
    const settings = this.#with.settings()
    const { status } = revision
    const wasReady = isTrue(status.conditions, 'Ready')
    const logUrl = settings.logUrlTemplate.replaceAll('${REVISION_UID}', revision.metadata.uid ?? '')
    if (logUrl !== '') status.logUrl = logUrl
    if (!resolveImages(revision, digests, settings)) return settled
    const images = new Map((status.containerStatuses ?? []).map(({ name = '', imageDigest = '' }) => [name, imageDigest]))
    const known = this.#objects.deployments.get({ ...keyOf(revision), name: deploymentNameOf(revision) })
    const certificate = await ensurePodsCertificate(this.#objects, revision, known, settings)
    if (typeof certificate === 'string') {
      markDeploying(status)
      tellTrouble(status, certificate)
      return settled
    }
    const deployment = deploymentOf(revision, images, { ...settings, queueProxy: { ...settings.queueProxy, certificate } })
    const autoscaler = this.#objects.podAutoscalers.get(keyOf(revision))
    const progress = known === undefined ? deploying(status) : this.#progress(revision, known, autoscaler)
    followAutoscaler(status, autoscaler)
    tellTrouble(status, progress.trouble === '' ? unheardAutoscaler(autoscaler) : progress.trouble)
    const podAutoscaler = podAutoscalerOf(revision, reachabilityOf(revision, isBroken(status, known)), settings.autoscalerClass)
    const all = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])]
    const caches = all.map(({ name = '', imageDigest = '' }) => imageOf(revision, name, imageDigest))
    await ensureChildren(this.#objects, revision, { deployment, podAutoscaler, images: caches })
    if (!wasReady && isTrue(status.conditions, 'Ready')) {
      recorder.record(revision, 'Normal', 'RevisionReady', 'Revision becomes ready upon all resources being ready')
    }
    return progress.afterMs === undefined ? settled : again(progress.afterMs)
  }

  #progress(revision: Current, deployment: Deployment, autoscaler: PodAutoscaler | undefined): Progress {
    const { alwaysSchedulable } = this.#with.settings()
    const initialized = isTrue(autoscaler?.status?.conditions, 'ScaleTargetInitialized')
    const pods = this.#podsOf(revision)
    return followProgress({ revision, deployment, pods, initialized, alwaysSchedulable }, this.#with.witness)
  }

  #podsOf(revision: Revision) {
    const pods = this.#objects.pods.byIndex(revisionUidLabel, revision.metadata.uid ?? '')
    return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  }
}

function deploying(status: RevisionStatus): Progress {
  markDeploying(status)
  return { trouble: '' }
}

/** It failed, and has not one pod to show for it. */
function isBroken(status: RevisionStatus, deployment: Deployment | undefined): boolean {
  const marks = new Marks(status, revisionConditions)
  const resources = marks.get('ResourcesAvailable')
  // Told at once, yet given up as late as upstream does: whoever creates the Secret that was missing needs not do more.
  const waits = deployment !== undefined && !isOverdue(deployment) && mayHeal(resources?.reason ?? '')
  if ((resources?.status !== 'False' || waits) && !marks.isFalse('ContainerHealthy')) return false
  return (deployment?.spec?.replicas ?? 0) > 0 && (deployment?.status?.readyReplicas ?? 0) === 0
}
