import { revisionConditions, type Condition, type Revision, type RevisionStatus } from '@knative-ts/api'
import type { Deployment, Pod } from '@knative-ts/api/kubernetes'
import { Marks, type KubeClient } from '@knative-ts/kube'
import { probeEvidence } from './probe-evidence.ts'
import type { RevisionSettings } from './revision-settings.ts'
import { addEvidence, followDeployment, followPods, isOverdue, isStuck } from './revision.plan.ts'
import { servingContainerOf } from './serving-port.ts'

/**
 * How the Deployment goes, and when it does not, why, in the words of its pods. When the pods run and yet do not get ready in time, their
 * probes and logs are read, once: the next pass finds what they said in the condition.
 */
export async function followProgress(
  revision: Revision & { status: RevisionStatus },
  deployment: Deployment,
  pods: readonly Pod[],
  settings: RevisionSettings,
  client: KubeClient
): Promise<void> {
  const marks = new Marks(revision.status, revisionConditions)
  const before = marks.get('ResourcesAvailable')
  followDeployment(revision.status, deployment)
  if (followPods(revision.status, deployment, pods, settings.alwaysSchedulable)) {
    keepPullFailure(marks, before)
    return
  }
  const [pod] = pods
  if (!isOverdue(deployment) || !isStuck(deployment) || pod === undefined) return
  const words = marks.get('ResourcesAvailable')?.message ?? ''
  if (before?.status === 'False' && (before.message ?? '').startsWith(`${words} `)) {
    marks.false('ResourcesAvailable', before.reason ?? '', before.message ?? '')
    return
  }
  const evidence = await probeEvidence(client, pod, servingContainerOf(revision.spec).name ?? '')
  if (evidence !== '') addEvidence(revision.status, evidence)
}

const pullReasons = ['ErrImagePull', 'ImagePullBackOff']

/** A pull that fails alternates between two reasons with every attempt; the first one told stays, instead of a write each. */
function keepPullFailure(marks: Marks, before: Condition | undefined): void {
  const now = marks.get('ResourcesAvailable')
  if (before?.status !== 'False' || now?.status !== 'False') return
  if (!pullReasons.includes(before.reason ?? '') || !pullReasons.includes(now.reason ?? '')) return
  marks.false('ResourcesAvailable', before.reason ?? '', before.message ?? '')
}
