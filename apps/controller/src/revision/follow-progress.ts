import { keyOf, keyText, revisionConditions, type Condition, type Revision, type RevisionStatus } from '@knative-ts/api'
import type { Deployment, Pod } from '@knative-ts/api/kubernetes'
import { Marks } from '@knative-ts/kube'
import type { Evidence } from './ask-pod.ts'
import { killWords, readinessWords, startWords } from './evidence-words.ts'
import type { Witness } from './pod-evidence.ts'
import { podProblem, type PodProblem } from './pod-problem.ts'
import { questionTo } from './pod-question.ts'
import { followDeployment, isOverdue, isStuck } from './revision.plan.ts'
import { servingContainerOf } from './serving-port.ts'

/** What keeps a revision from being ready, without being a failure yet; `afterMs`: when it is worth another look. */
export interface Progress {
  readonly trouble: string
  readonly afterMs?: number
}

export interface ProgressWorld {
  readonly revision: Revision & { status: RevisionStatus }
  readonly deployment: Deployment
  readonly pods: readonly Pod[]
  /** It had all the pods once that it should start with. */
  readonly initialized: boolean
  readonly alwaysSchedulable: boolean
}

/**
 * How the Deployment goes, and when it does not, why, in the words of its pods. Pods that say nothing of it are asked by the witness: the pass after the
 * answer finds it.
 */
export function followProgress({ revision, deployment, pods, initialized, alwaysSchedulable }: ProgressWorld, witness: Witness): Progress {
  const { status } = revision
  const marks = new Marks(status, revisionConditions)
  const before = marks.get('ResourcesAvailable')
  if (marks.isUnknown('ContainerHealthy')) marks.unknown('ContainerHealthy', 'Deploying')
  followDeployment(status, deployment)
  const key = keyText(keyOf(revision))
  const stuck = isStuck(deployment)
  const waiting = stuck || (!initialized && (deployment.spec?.replicas ?? 0) > (deployment.status?.availableReplicas ?? 0))
  if (!waiting) {
    // A revision that fails is scaled down for it, to less than it should have had: what was missing then is still why.
    if (!initialized) (deployment.spec?.replicas === 0 ? keepFailure : keepWords)(marks, before)
    return { trouble: '' }
  }
  const overdue = isOverdue(deployment)
  const unready = pods.filter((pod) => !isWhole(pod))
  const [pod, problem] = worst(unready, overdue, alwaysSchedulable)
  const { replicas: wanted = 0 } = deployment.spec ?? {}
  const there = deployment.status?.availableReplicas ?? 0
  const of = wanted > 1 ? `${there} of ${wanted} pods that it should start with are ready.` : ''
  if (pod === undefined) {
    if (of === '') keepWords(marks, before)
    return { trouble: of }
  }
  const container = servingContainerOf(revision.spec)
  // One that was ready before stays so while it starts again: nobody would be told.
  const question = initialized && problem === undefined ? undefined : questionTo(pod, problem, container.name ?? '')
  const testimony = question === undefined ? undefined : witness.of(key, pod, question)
  const again = testimony === undefined ? {} : { afterMs: testimony.afterMs }
  const evidence = testimony?.evidence
  const told = problem === undefined ? '' : toldOf(problem, pod, evidence)
  if (problem?.failed === true && stuck) {
    marks.false(problem.type, problem.reason, told)
    keepPullFailure(marks, before)
    return { trouble: '', ...again }
  }
  if (isPullFailure(before) && isPulling(pod)) {
    // Nothing has become better yet: the failure of the last attempt holds.
    restore(marks, before)
    return { trouble: '', ...again }
  }
  const found =
    evidence === undefined ? '' : joined(startWords(evidence), (question?.outputOf ?? '') === '' ? '' : readinessWords(evidence))
  // Only then: what a container writes changes all the time.
  const output =
    !overdue || evidence === undefined || evidence.output === '' ? '' : `Container "${container.name}" wrote last: ${evidence.output}`
  if (testimony !== undefined && evidence === undefined && told === '') {
    // Nothing has become better because nobody has been asked yet. How many are missing is known without: who is scaled down for it is not asked any more.
    keepWords(marks, before)
    const said = before?.status === 'Unknown' ? (before.message ?? '') : ''
    return { trouble: said === '' ? of : said, ...again }
  }
  return { trouble: joined(of, told, found, output), ...again }
}

/** The first pod that failed, else the first with trouble, else the first that is not whole. */
function worst(pods: readonly Pod[], overdue: boolean, alwaysSchedulable: boolean): readonly [Pod | undefined, PodProblem | undefined] {
  const seen = pods.map((pod) => [pod, podProblem(pod, { overdue, alwaysSchedulable })] as const)
  return (
    seen.find(([, problem]) => problem?.failed) ?? seen.find(([, problem]) => problem !== undefined) ?? seen[0] ?? [undefined, undefined]
  )
}

const isWhole = ({ status }: Pod): boolean => status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true
const specOf = (pod: Pod, name: string) =>
  [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].find((c) => c.name === name)
const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ')
/** A container that ended may have been killed by one of its probes: that says more than how it ended. */
function toldOf({ message, ended }: PodProblem, pod: Pod, evidence: Evidence | undefined): string {
  const killed = evidence === undefined || ended === undefined ? '' : killWords(evidence, specOf(pod, ended.name))
  return killed === '' ? message : joined(withoutAdvice(message), killed)
}

/** Who knows that a probe killed it needs no advice about its exit code. */
const withoutAdvice = (message: string): string => message.replace(/\.? It ended (by itself )?with exit code \d+: [^]*$/, '.')

const pullReasons = ['ErrImagePull', 'ImagePullBackOff']
const isPullFailure = (condition: Condition | undefined): boolean =>
  condition?.status === 'False' && pullReasons.includes(condition.reason ?? '')

/** A pull that fails alternates between two reasons with every attempt; the first one told stays, instead of a write each. */
function keepPullFailure(marks: Marks, before: Condition | undefined): void {
  if (isPullFailure(before) && isPullFailure(marks.get('ResourcesAvailable'))) restore(marks, before)
}

/** An image is tried for again, or a container is being made of one. */
function isPulling({ status }: Pod): boolean {
  const waiting = (status?.containerStatuses ?? []).map(({ state }) => state?.waiting?.reason ?? '')
  return waiting.some((reason) => pullReasons.includes(reason) || reason === 'ContainerCreating')
}

/** A revision that failed and was scaled to zero for it has not become better. */
function keepFailure(marks: Marks, before: Condition | undefined): void {
  if (before?.status === 'False' && !marks.isFalse('ContainerHealthy')) restore(marks, before)
  else keepWords(marks, before)
}

/** What was found out about a failure before stays told until the pods are asked again. */
function keepWords(marks: Marks, before: Condition | undefined): void {
  const now = marks.get('ResourcesAvailable')
  const longer = (before?.message ?? '').startsWith(`${now?.message ?? ''} `)
  if (before?.status === 'False' && now?.status === 'False' && before.reason === now.reason && longer) restore(marks, before)
}

function restore(marks: Marks, before: Condition | undefined): void {
  marks.false('ResourcesAvailable', before?.reason ?? '', before?.message ?? '')
}
