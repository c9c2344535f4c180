/** Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob: defaults, and what may not change. */
import type { ObjectMeta } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { invalidValue, required, unsupportedValue, type Cause } from '../http/errors.ts'
import { sameJson } from '../requests/same-json.ts'
import type { KindRules } from './kind-rules.ts'
import { checkLabels } from './metadata.rules.ts'
import { defaultPodSpec } from './pods/pod-spec.defaults.ts'
import { checkPodSpec } from './pods/pod-spec.rules.ts'

interface Template {
  metadata?: ObjectMeta
  spec?: k8s.PodSpec
}

function defaultTemplate(template: Template | undefined): void {
  if (template?.spec !== undefined) defaultPodSpec(template.spec)
}

/** Rules of a controller's selector and template; `restart` lists the restart policies that fit. */
function checkTemplate(selector: k8s.LabelSelector | undefined, template: Template | undefined, restart: readonly string[]): Cause[] {
  const causes: Cause[] = []
  if (selector === undefined) causes.push(required('spec.selector'))
  else causes.push(...checkSelector(selector, template?.metadata?.labels))
  causes.push(...checkLabels(template?.metadata?.labels, 'spec.template.labels'))
  causes.push(...checkPodSpec(template?.spec ?? ({ containers: [] } as k8s.PodSpec), 'spec.template.spec'))
  const policy = template?.spec?.restartPolicy
  if (policy !== undefined && ['Always', 'OnFailure', 'Never'].includes(policy) && !restart.includes(policy)) {
    const only = restart.includes('Always') ? unsupportedValue('spec.template.spec.restartPolicy', policy, restart) : undefined
    causes.push(
      only ?? required('spec.template.spec.restartPolicy', `valid values: ${restart.map((one) => JSON.stringify(one)).join(', ')}`)
    )
  }
  return causes
}

function checkSelector(selector: k8s.LabelSelector, labels: Readonly<Record<string, string>> | undefined): Cause[] {
  const causes = checkLabels(selector.matchLabels, 'spec.selector.matchLabels')
  ;(selector.matchExpressions ?? []).forEach((one, index) => {
    if (['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(one.operator)) return
    causes.push(invalidValue(`spec.selector.matchExpressions[${index}].operator`, one.operator, 'not a valid selector operator'))
  })
  const wrong = (selector.matchExpressions ?? []).some(({ operator }) => !['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator))
  if (wrong) causes.push(invalidValue('spec.selector', selector, 'invalid label selector'))
  if (Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0) {
    causes.push(invalidValue('spec.selector', selector, 'empty selector is invalid for deployment'))
  }
  const mismatch = Object.entries(selector.matchLabels ?? {}).some(([key, value]) => labels?.[key] !== value)
  if (causes.length === 0 && mismatch) {
    causes.push(invalidValue('spec.template.metadata.labels', labels ?? null, '`selector` does not match template `labels`'))
  }
  return causes
}

const notNegative = (field: string, value: number | undefined): Cause[] =>
  value !== undefined && value < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : []

const unchanged = (field: string, after: unknown, before: unknown): Cause[] =>
  sameJson(after, before) ? [] : [invalidValue(field, after, 'field is immutable')]

const PERCENT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"

function checkRolling(strategy: k8s.DeploymentStrategy | undefined): Cause[] {
  const causes: Cause[] = []
  if (strategy?.type !== undefined && !['Recreate', 'RollingUpdate'].includes(strategy.type)) {
    return [
      unsupportedValue('spec.strategy', { Type: strategy.type, RollingUpdate: strategy.rollingUpdate ?? null }, [
        'Recreate',
        'RollingUpdate'
      ])
    ]
  }
  if (strategy?.type === 'Recreate' && strategy.rollingUpdate != null) {
    return [
      {
        reason: 'FieldValueForbidden',
        message: "Forbidden: may not be specified when strategy `type` is 'Recreate'",
        field: 'spec.strategy.rollingUpdate'
      }
    ]
  }
  for (const name of ['maxUnavailable', 'maxSurge'] as const) {
    const value = strategy?.rollingUpdate?.[name]
    const field = `spec.strategy.rollingUpdate.${name}`
    if (typeof value === 'string' && !/^[0-9]+%$/.test(value)) causes.push(invalidValue(field, value, PERCENT))
    if (typeof value === 'number') causes.push(...notNegative(field, value))
  }
  const { maxUnavailable, maxSurge } = strategy?.rollingUpdate ?? {}
  const zero = (value: unknown) => value === 0 || value === '0%'
  if (zero(maxUnavailable) && zero(maxSurge)) {
    causes.push(invalidValue('spec.strategy.rollingUpdate.maxUnavailable', maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
  }
  return causes
}

export const deploymentRules: KindRules<k8s.Deployment> = {
  generation: 'spec',
  defaults({ spec }) {
    if (spec === undefined) return
    spec.replicas ??= 1
    spec.revisionHistoryLimit ??= 10
    spec.progressDeadlineSeconds ??= 600
    spec.strategy ??= {}
    spec.strategy.type ??= 'RollingUpdate'
    if (spec.strategy.type === 'RollingUpdate') {
      spec.strategy.rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%', ...spec.strategy.rollingUpdate }
    }
    defaultTemplate(spec.template)
  },
  prepareCreate(deployment) {
    deployment.status = {}
  },
  check({ spec }) {
    return [
      ...notNegative('spec.replicas', spec?.replicas),
      ...checkTemplate(spec?.selector, spec?.template, ['Always']),
      ...checkRolling(spec?.strategy)
    ]
  },
  checkUpdate: ({ spec }, before) => unchanged('spec.selector', spec?.selector, before.spec?.selector)
}

export const replicaSetRules: KindRules<k8s.ReplicaSet> = {
  generation: 'spec',
  defaults({ spec }) {
    if (spec === undefined) return
    spec.replicas ??= 1
    defaultTemplate(spec.template)
  },
  prepareCreate(set) {
    set.status = { replicas: 0 }
  },
  check: ({ spec }) => [...notNegative('spec.replicas', spec?.replicas), ...checkTemplate(spec?.selector, spec?.template, ['Always'])],
  checkUpdate: ({ spec }, before) => unchanged('spec.selector', spec?.selector, before.spec?.selector),
  fields: { 'status.replicas': (set) => String(set.status?.replicas ?? 0) }
}

export const statefulSetRules: KindRules<k8s.StatefulSet> = {
  generation: 'spec',
  defaults({ spec }) {
    if (spec === undefined) return
    spec.replicas ??= 1
    spec.revisionHistoryLimit ??= 10
    spec.podManagementPolicy ??= 'OrderedReady'
    spec.updateStrategy ??= {}
    spec.updateStrategy.type ??= 'RollingUpdate'
    if (spec.updateStrategy.type === 'RollingUpdate')
      spec.updateStrategy.rollingUpdate = { partition: 0, ...spec.updateStrategy.rollingUpdate }
    spec.persistentVolumeClaimRetentionPolicy ??= { whenDeleted: 'Retain', whenScaled: 'Retain' }
    defaultTemplate(spec.template)
  },
  prepareCreate(set) {
    set.status = { replicas: 0, availableReplicas: 0 }
  },
  check: ({ spec }) => [...notNegative('spec.replicas', spec?.replicas), ...checkTemplate(spec?.selector, spec?.template, ['Always'])]
}

export const daemonSetRules: KindRules<k8s.DaemonSet> = {
  generation: 'spec',
  defaults({ spec, metadata }) {
    metadata.annotations = { 'deprecated.daemonset.template.generation': '1', ...metadata.annotations }
    if (spec === undefined) return
    spec.revisionHistoryLimit ??= 10
    spec.updateStrategy ??= {}
    spec.updateStrategy.type ??= 'RollingUpdate'
    if (spec.updateStrategy.type === 'RollingUpdate') {
      spec.updateStrategy.rollingUpdate = { maxUnavailable: 1, maxSurge: 0, ...spec.updateStrategy.rollingUpdate }
    }
    defaultTemplate(spec.template)
  },
  prepareCreate(set) {
    set.status = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 }
  },
  check: ({ spec }) => checkTemplate(spec?.selector, spec?.template, ['Always']),
  checkUpdate: ({ spec }, before) => unchanged('spec.selector', spec?.selector, before.spec?.selector)
}

export const jobRules: KindRules<k8s.Job> = {
  generation: 'spec',
  defaults({ spec, metadata }) {
    if (spec === undefined) return
    if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1
    spec.parallelism ??= 1
    spec.backoffLimit ??= 6
    spec.completionMode ??= 'NonIndexed'
    spec.suspend ??= false
    spec.podReplacementPolicy ??= spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed'
    spec.manualSelector ??= false
    if (metadata.labels === undefined && spec.template?.metadata?.labels !== undefined)
      metadata.labels = { ...spec.template.metadata.labels }
    defaultTemplate(spec.template)
  },
  prepareCreate(job) {
    job.status = {}
    const { spec, metadata } = job
    if (spec?.template === undefined || spec.manualSelector === true) return
    const uid = metadata.uid ?? ''
    const name = metadata.name ?? ''
    const labels = {
      'batch.kubernetes.io/controller-uid': uid,
      'batch.kubernetes.io/job-name': name,
      'controller-uid': uid,
      'job-name': name
    }
    spec.template.metadata = { ...spec.template.metadata, labels: { ...spec.template.metadata?.labels, ...labels } }
    if (metadata.labels === undefined) metadata.labels = { ...spec.template.metadata.labels }
    spec.selector ??= { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } }
  },
  check({ spec }) {
    return [
      ...notNegative('spec.parallelism', spec?.parallelism),
      ...notNegative('spec.completions', spec?.completions),
      ...notNegative('spec.backoffLimit', spec?.backoffLimit),
      ...checkTemplate(spec?.selector ?? { matchLabels: spec?.template?.metadata?.labels ?? {} }, spec?.template, ['OnFailure', 'Never'])
    ]
  },
  checkUpdate: ({ spec }, before) => unchanged('spec.selector', spec?.selector, before.spec?.selector),
  fields: { 'status.successful': (job) => String(job.status?.succeeded ?? 0) }
}

export const cronJobRules: KindRules<k8s.CronJob> = {
  generation: 'spec',
  defaults({ spec }) {
    if (spec === undefined) return
    spec.concurrencyPolicy ??= 'Allow'
    spec.suspend ??= false
    spec.successfulJobsHistoryLimit ??= 3
    spec.failedJobsHistoryLimit ??= 1
    defaultTemplate(spec.jobTemplate?.spec?.template)
  },
  prepareCreate(job) {
    job.status = {}
  }
}
