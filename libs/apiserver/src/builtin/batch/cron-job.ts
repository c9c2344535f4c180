/** CronJob: defaults and rules. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { invalidValue, required, unsupportedValue, type Cause } from '../../http/errors.ts'
import { sameJson } from '../../requests/same-json.ts'
import { noneNegative, notNegative, word } from '../checks.ts'
import type { KindRules } from '../kind-rules.ts'
import { podWarnings } from '../pods/pod-warnings.ts'
import { defaultTemplate } from '../pods/template.rules.ts'
import { hostNameWarnings } from '../warnings.ts'
import { checkJobSpec } from './job-spec.rules.ts'
import { defaultConditions } from './job.ts'
import { scheduleProblem } from './schedule-problem.ts'
import { timeZoneProblem } from './time-zone-problem.ts'

/** A Job's name is that of its CronJob and eleven characters. */
const LONGEST_NAME = 52
const TEMPLATE = 'spec.jobTemplate.spec'

function checkSchedule(spec: k8s.CronJobSpec | undefined, before: k8s.CronJobSpec | undefined): Cause[] {
  const field = 'spec.schedule'
  const schedule = spec?.schedule ?? ''
  if (schedule === '') return [required(field)]
  const problem = scheduleProblem(schedule)
  const causes = problem === undefined ? [] : [invalidValue(field, schedule, problem)]
  if (!schedule.includes('TZ')) return causes
  // What was stored before the field came may stay, alone.
  if (before?.schedule?.includes('TZ') !== true)
    return [...causes, invalidValue(field, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')]
  if (spec?.timeZone === undefined) return causes
  return [...causes, invalidValue(field, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule')]
}

function checkSpec(spec: k8s.CronJobSpec | undefined, before: k8s.CronJobSpec | undefined): Cause[] {
  const causes = [...checkSchedule(spec, before), ...notNegative('spec.startingDeadlineSeconds', spec?.startingDeadlineSeconds)]
  const zone = spec?.timeZone
  const problem = zone == null || zone === before?.timeZone ? undefined : timeZoneProblem(zone)
  if (problem !== undefined) causes.push(invalidValue('spec.timeZone', zone, problem))
  const job = spec?.jobTemplate?.spec
  causes.push(...word('spec.concurrencyPolicy', spec?.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']), ...checkJobSpec(job, TEMPLATE))
  if (job?.selector != null) causes.push(invalidValue(`${TEMPLATE}.selector`, job.selector, '`selector` will be auto-generated'))
  if (job?.manualSelector === true) causes.push(unsupportedValue(`${TEMPLATE}.manualSelector`, true, ['nil', 'false']))
  return [...causes, ...noneNegative('spec', spec, ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit'])]
}

export const cronJobRules: KindRules<k8s.CronJob> = {
  generation: 'spec',
  defaults({ spec }) {
    if (spec === undefined) return
    spec.concurrencyPolicy ??= 'Allow'
    spec.suspend ??= false
    spec.successfulJobsHistoryLimit ??= 3
    spec.failedJobsHistoryLimit ??= 1
    defaultConditions(spec.jobTemplate?.spec)
    defaultTemplate(spec.jobTemplate?.spec?.template)
  },
  prepareCreate(job) {
    job.status = {}
  },
  checkCreate({ spec, metadata }) {
    const causes = checkSpec(spec, undefined)
    if ((metadata.name ?? '').length > LONGEST_NAME)
      causes.push(invalidValue('metadata.name', metadata.name, `must be no more than ${LONGEST_NAME} characters`))
    return causes
  },
  checkUpdate: ({ spec }, before) => checkSpec(spec, before.spec),
  warnings({ metadata, spec }, before) {
    const template = spec?.jobTemplate?.spec?.template ?? {}
    if (before === undefined)
      return [...hostNameWarnings(metadata.name, 'Pod names and hostnames'), ...podWarnings(template, `${TEMPLATE}.template.`)]
    const zone = spec?.schedule?.includes('TZ') === true
    return [
      ...(sameJson(spec, before.spec) ? [] : podWarnings(template, `${TEMPLATE}.template.`)),
      ...(zone
        ? [
            'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details'
          ]
        : [])
    ]
  }
}
