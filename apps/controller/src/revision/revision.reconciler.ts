import {
  isReady,
  isTrue,
  keyOf,
  keyText,
  revisionConditions,
  revisions,
  revisionUidLabel,
  type ContainerStatus,
  type Revision,
  type RevisionStatus
} from '@knative-ts/api'
import type { Deployment } from '@knative-ts/api/kubernetes'
import { ApiError, ensureOwned, type EventRecorder, type KubeClient, Marks, NotOwnedError, type Outcome, settled } from '@knative-ts/kube'
import type { Objects } from '../objects.ts'
import { mergedDeployment } from './deployment-merge.ts'
import { deploymentOf } from './deployment-of.ts'
import type { DigestResolver } from './digest-resolver.ts'
import { imageOf } from './image-of.ts'
import { mergedPodAutoscaler, podAutoscalerOf, reachabilityOf } from './pod-autoscaler-of.ts'
import { probeEvidence } from './probe-evidence.ts'
import { addEvidence, followAutoscaler, followDeployment, followPods, isOverdue, isStuck, markDeploying } from './revision.plan.ts'
import type { RevisionSettings } from './revision-settings.ts'
import { servingContainerOf } from './serving-port.ts'

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
    const settings = this.#with.settings()
    const wasReady = isTrue(revision.status.conditions, 'Ready')
    const logUrl = settings.logUrlTemplate.replaceAll('${REVISION_UID}', revision.metadata.uid ?? '')
    if (logUrl !== '') revision.status.logUrl = logUrl
    if (!this.#resolveImages(revision, settings)) return settled
    const images = new Map((revision.status.containerStatuses ?? []).map((c) => [c.name ?? '', c.imageDigest ?? '']))
    const known = this.#objects.deployments.get(keyOf(deploymentOf(revision, images, settings)))
    if (known === undefined) markDeploying(revision.status)
    else await this.#follow(revision, known, settings)
    followAutoscaler(revision.status, this.#objects.podAutoscalers.get(keyOf(revision)))
    await this.#children(revision, images, known, settings)
    if (!wasReady && isReady({ ...revision, status: { ...revision.status, observedGeneration: revision.metadata.generation ?? 0 } })) {
      this.#with.recorder.record(revision, 'Normal', 'RevisionReady', 'Revision becomes ready upon all resources being ready')
    }
    return settled
  }

  async #follow(revision: Current, deployment: Deployment, settings: RevisionSettings): Promise<void> {
    const marks = new Marks(revision.status, revisionConditions)
    const before = marks.get('ResourcesAvailable')
    const pods = this.#objects.pods
      .byIndex(revisionUidLabel, revision.metadata.uid ?? '')
      .filter((p) => p.metadata.deletionTimestamp === undefined)
    followDeployment(revision.status, deployment)
    if (followPods(revision.status, deployment, pods, settings.alwaysSchedulable)) {
      keepPullFailure(marks, before)
      return
    }
    const [pod] = pods
    if (!isOverdue(deployment) || !isStuck(deployment) || pod === undefined) return
    const words = marks.get('ResourcesAvailable')?.message ?? ''
    // Asked once: the next pass finds its answer in the condition.
    if (before?.status === 'False' && (before.message ?? '').startsWith(`${words} `)) {
      marks.false('ResourcesAvailable', before.reason ?? '', before.message ?? '')
      return
    }
    const evidence = await probeEvidence(this.#with.client, pod, servingContainerOf(revision.spec).name ?? '')
    if (evidence !== '') addEvidence(revision.status, evidence)
  }

  /** False while digests are awaited. Throws when a registry refused, so that it is asked again with backoff. */
  #resolveImages(revision: Current, settings: RevisionSettings): boolean {
    const { status, spec } = revision
    const key = keyText(keyOf(revision))
    const init = spec.initContainers ?? []
    if ((status.containerStatuses?.length ?? 0) === spec.containers.length && (status.initContainerStatuses?.length ?? 0) === init.length) {
      this.#with.digests.forget(key)
      return true
    }
    const images = [...spec.containers, ...init].map((container) => container.image ?? '')
    const { registriesSkippingTagResolving: skippedRegistries, digestResolutionTimeoutMs: timeoutMs } = settings
    const answer = this.#with.digests.resolve({ key, images, skippedRegistries, timeoutMs })
    const marks = new Marks(status, revisionConditions)
    if (answer.kind === 'pending') {
      marks.unknown('ResourcesAvailable', 'ResolvingDigests')
      return false
    }
    if (answer.kind === 'failed') {
      const message = `Unable to fetch image "${answer.image}": failed to resolve image to digest: ${answer.message}`
      marks.false('ContainerHealthy', 'ContainerMissing', message)
      throw new Error(message)
    }
    const statusOf = (container: { readonly name?: string; readonly image?: string }): ContainerStatus => {
      const digest = answer.digests.get(container.image ?? '') ?? ''
      return { name: container.name ?? '', ...(digest === '' ? {} : { imageDigest: digest }) }
    }
    status.containerStatuses = spec.containers.map(statusOf)
    if (init.length > 0) status.initContainerStatuses = init.map(statusOf)
    return true
  }

  /** None needs another: all at a time. */
  async #children(
    revision: Current,
    images: ReadonlyMap<string, string>,
    known: Deployment | undefined,
    settings: RevisionSettings
  ): Promise<void> {
    const marks = new Marks(revision.status, revisionConditions)
    const failed = marks.isFalse('ResourcesAvailable') || marks.isFalse('ContainerHealthy')
    const broken = failed && (known?.spec?.replicas ?? 0) > 0 && (known?.status?.readyReplicas ?? 0) === 0
    const deployment = deploymentOf(revision, images, settings)
    const autoscaler = podAutoscalerOf(revision, reachabilityOf(revision, broken), settings.autoscalerClass)
    const own = [...(revision.status.containerStatuses ?? []), ...(revision.status.initContainerStatuses ?? [])]
    const results = await Promise.allSettled([
      ensureOwned(this.#objects.deployments, revision, revisions, deployment, (current) => mergedDeployment(current, deployment)),
      ensureOwned(this.#objects.podAutoscalers, revision, revisions, autoscaler, (current) => mergedPodAutoscaler(current, autoscaler)),
      ...own.map((c) =>
        ensureOwned(this.#objects.images, revision, revisions, imageOf(revision, c.name ?? '', c.imageDigest ?? ''), () => undefined)
      )
    ])
    const [ofDeployment] = results
    const error = ofDeployment?.status === 'rejected' ? ofDeployment.reason : undefined
    if (error instanceof NotOwnedError) markNotOwned(marks, 'Deployment', deployment.metadata.name ?? '')
    // Kubernetes will not have this Deployment as it is: without a condition the revision would wait for ever.
    else if (error instanceof ApiError && (error.code === 422 || error.code === 403))
      marks.false('ResourcesAvailable', 'FailedCreate', error.message)
    const ofAutoscaler = results[1]
    if (ofAutoscaler?.status === 'rejected' && ofAutoscaler.reason instanceof NotOwnedError) {
      markNotOwned(marks, 'PodAutoscaler', autoscaler.metadata.name ?? '')
    }
    const rejected = results.find((result) => result.status === 'rejected')
    if (rejected !== undefined) throw rejected.reason
  }
}

function markNotOwned(marks: Marks, kind: string, name: string): void {
  marks.false('ResourcesAvailable', 'NotOwned', `There is an existing ${kind} "${name}" that we do not own.`)
}

const pullReasons = ['ErrImagePull', 'ImagePullBackOff']

/** A pull that fails alternates between two reasons with every attempt; the first one told stays, instead of a write each. */
function keepPullFailure(marks: Marks, before: ReturnType<Marks['get']>): void {
  const now = marks.get('ResourcesAvailable')
  if (before?.status !== 'False' || now?.status !== 'False') return
  if (!pullReasons.includes(before.reason ?? '') || !pullReasons.includes(now.reason ?? '')) return
  marks.false('ResourcesAvailable', before.reason ?? '', before.message ?? '')
}
