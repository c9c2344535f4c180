/** Job: defaults, its own labels and selector, rules, and what may not change. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { invalidValue, required, type Cause } from '../../http/errors.ts'
import { sameJson } from '../../requests/same-json.ts'
import { immutable } from '../checks.ts'
import type { KindRules } from '../kind-rules.ts'
import { labelProblems } from '../names.ts'
import { podWarnings } from '../pods/pod-warnings.ts'
import { checkMatch, defaultTemplate } from '../pods/template.rules.ts'
import { checkSelector, isSelector, shownSelector, sorted } from '../selector.rules.ts'
import { hostNameWarnings } from '../warnings.ts'
import { checkJobSpec } from './job-spec.rules.ts'
import { checkJobStatus } from './job-status.rules.ts'

const UID_LABELS = ['controller-uid', 'batch.kubernetes.io/controller-uid']
const NAME_LABELS = ['job-name', 'batch.kubernetes.io/job-name']
const SELECTED = 'batch.kubernetes.io/controller-uid'
const FOR_EVER = 2 ** 31 - 1
const HOST_NAMES = 'Pod names and hostnames'

/** Jobs and what CronJobs make of their templates: the server writes status `True` for conditions that do not say. */
export function defaultConditions(spec: k8s.JobSpec | undefined): void {
  for (const rule of spec?.podFailurePolicy?.rules ?? []) for (const condition of rule.onPodConditions ?? []) condition.status ??= 'True'
}

function ownLabels(job: k8s.Job): Readonly<Record<string, string>> {
  const { uid = '', name = '' } = job.metadata
  return Object.fromEntries([...UID_LABELS.map((key) => [key, uid]), ...NAME_LABELS.map((key) => [key, name])]) as Record<string, string>
}

/** Labels that somebody else put where the server's belong. */
function checkGenerated(job: k8s.Job): Cause[] {
  const { spec } = job
  if (spec?.manualSelector === true || spec?.selector == null) return []
  const labels = spec.template?.metadata?.labels
  const own = ownLabels(job)
  const order = ['controller-uid', 'job-name', 'batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-name']
  const causes = order.flatMap((key) => {
    const at = `spec.template.metadata.labels[${key}]`
    if (labels?.[key] === undefined) return [required(at, `must be '${own[key]}'`)]
    return labels[key] === own[key] ? [] : [invalidValue(at, sorted(labels), `must be '${own[key]}'`)]
  })
  if (!isSelector(spec.selector)) return causes
  const matches = checkMatch(spec.selector, { metadata: { labels: { ...own } } }, '').length === 0
  return matches ? causes : [...causes, invalidValue('spec.selector', shownSelector(spec.selector), '`selector` not auto-generated')]
}

function checkWhole({ spec }: k8s.Job): Cause[] {
  const causes = checkJobSpec(spec, 'spec')
  if (spec?.selector == null) causes.push(required('spec.selector'))
  else causes.push(...checkSelector(spec.selector, 'spec.selector'))
  return isSelector(spec?.selector) ? [...causes, ...checkMatch(spec?.selector, spec?.template, 'spec.template')] : causes
}

function checkJob(job: k8s.Job): Cause[] {
  const { spec, metadata } = job
  const causes = [...checkGenerated(job), ...checkWhole(job)]
  if (spec?.completionMode !== 'Indexed' || !((spec.completions ?? 0) > 0)) return causes
  const last = `${metadata.name}-${(spec.completions ?? 0) - 1}`
  if (labelProblems(last).length === 0) return causes
  return [...causes, invalidValue('metadata.name', metadata.name, `will not able to create pod with invalid DNS label: ${last}`)]
}

function checkCompletions(spec: k8s.JobSpec | undefined, before: k8s.JobSpec | undefined): Cause[] {
  const field = 'spec.completions'
  if (spec?.completionMode !== 'Indexed') return immutable(field, spec?.completions, before?.completions)
  if (spec.completions === before?.completions || spec.completions == null || spec.completions === spec.parallelism) return []
  return [invalidValue(field, spec.completions, 'can only be modified in tandem with spec.parallelism')]
}

/** The template with what a Job that never ran may still change taken from `from`. */
function placed(template: k8s.PodTemplateSpec | undefined, from: k8s.PodTemplateSpec | undefined): unknown {
  const { nodeSelector, tolerations, schedulingGates, affinity } = from?.spec ?? {}
  const { nodeAffinity: _nodes, ...others } = template?.spec?.affinity ?? {}
  const kept = { ...others, ...(affinity?.nodeAffinity && { nodeAffinity: affinity.nodeAffinity }) }
  const { labels, annotations } = from?.metadata ?? {}
  return {
    ...template,
    metadata: { ...template?.metadata, labels, annotations },
    spec: { ...template?.spec, nodeSelector, tolerations, schedulingGates, affinity: Object.keys(kept).length === 0 ? undefined : kept }
  }
}

function checkChange(job: k8s.Job, before: k8s.Job): Cause[] {
  const [spec, old] = [job.spec, before.spec]
  const isOpen = old?.suspend === true && before.status?.startTime === undefined
  const template = isOpen ? placed(old?.template, spec?.template) : old?.template
  const same = sameJson(isOpen ? placed(spec?.template, spec?.template) : spec?.template, template)
  return [
    ...checkWhole(job),
    ...checkCompletions(spec, old),
    ...immutable('spec.selector', shownSelector(spec?.selector), shownSelector(old?.selector)),
    ...(same ? [] : [invalidValue('spec.template', spec?.template ?? null, 'field is immutable')]),
    ...(['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'] as const).flatMap((name) =>
      immutable(`spec.${name}`, spec?.[name], old?.[name])
    )
  ]
}

export const jobRules: KindRules<k8s.Job> = {
  generation: 'spec',
  defaults({ spec, metadata }) {
    if (spec === undefined) return
    if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1
    spec.parallelism ??= 1
    spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : FOR_EVER
    spec.completionMode ??= 'NonIndexed'
    spec.suspend ??= false
    spec.podReplacementPolicy ??= spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed'
    spec.manualSelector ??= false
    if (Object.keys(metadata.labels ?? {}).length === 0 && spec.template?.metadata?.labels !== undefined)
      metadata.labels = spec.template.metadata.labels
    defaultConditions(spec)
    defaultTemplate(spec.template)
  },
  prepareCreate(job) {
    job.status = {}
    const { spec, metadata } = job
    if (spec?.template === undefined || spec.manualSelector === true) return
    // The reference lets a Job without labels share those of its template: it gets the server's own, too.
    const isShared = metadata.labels !== undefined && metadata.labels === spec.template.metadata?.labels
    spec.template.metadata = { ...spec.template.metadata, labels: { ...ownLabels(job), ...spec.template.metadata?.labels } }
    if (isShared) metadata.labels = { ...spec.template.metadata.labels }
    spec.selector = { ...spec.selector, matchLabels: { [SELECTED]: metadata.uid ?? '', ...spec.selector?.matchLabels } }
  },
  readBack({ metadata, spec }) {
    const labels = spec?.template?.metadata?.labels
    if (Object.keys(metadata.labels ?? {}).length === 0 && labels !== undefined) metadata.labels = { ...labels }
  },
  check: checkJob,
  checkUpdate: checkChange,
  checkStatus: checkJobStatus,
  warnings: ({ metadata, spec }, before) => {
    if (before !== undefined) return sameJson(spec, before.spec) ? [] : podWarnings(spec?.template ?? {}, 'spec.template.')
    return [...hostNameWarnings(metadata.name, HOST_NAMES), ...podWarnings(spec?.template ?? {}, 'spec.template.')]
  },
  fields: { 'status.successful': (job) => String(job.status?.succeeded ?? 0) }
}
