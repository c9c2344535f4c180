/** What a Job's podFailurePolicy says of a failed pod: the first rule that matches decides. */
import type { Job, Pod, PodFailurePolicyRule } from '@knative-ts/api/kubernetes'

export interface FailureVerdict {
  /** FailJob, Ignore or Count. */
  readonly action: string
  /** Why, in Kubernetes' words. */
  readonly message: string
}

/** Undefined when no rule matches: the failure counts. */
export function judge(job: Job, pod: Pod): FailureVerdict | undefined {
  const rules = job.spec?.podFailurePolicy?.rules ?? []
  for (const [index, rule] of rules.entries()) {
    const why = byExitCode(rule, pod) ?? byCondition(rule, pod)
    if (why !== undefined) return { action: rule.action, message: `${why} matching ${rule.action} rule at index ${index}` }
  }
  return undefined
}

/** Whether a failed pod counts towards the back-off limit. */
export function counts(job: Job, pod: Pod): boolean {
  return judge(job, pod)?.action !== 'Ignore'
}

function byExitCode({ onExitCodes }: PodFailurePolicyRule, pod: Pod): string | undefined {
  if (onExitCodes === undefined) return undefined
  const { containerName, operator, values } = onExitCodes
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])]
  for (const { name, state } of statuses) {
    const code = state?.terminated?.exitCode ?? 0
    if (code === 0 || (containerName !== undefined && containerName !== name)) continue
    if (values.includes(code) !== (operator === 'In')) continue
    return `Container ${name} for pod ${pod.metadata.namespace}/${pod.metadata.name} failed with exit code ${code}`
  }
  return undefined
}

function byCondition({ onPodConditions = [] }: PodFailurePolicyRule, pod: Pod): string | undefined {
  const found = (pod.status?.conditions ?? []).find(({ type, status }) =>
    onPodConditions.some((pattern) => pattern.type === type && pattern.status === status)
  )
  return found === undefined ? undefined : `Pod ${pod.metadata.namespace}/${pod.metadata.name} has condition ${found.type}`
}
