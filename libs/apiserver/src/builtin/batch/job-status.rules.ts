/** Rules of what the Job controller writes: a Job ends once, and its counts fit its end. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { invalidUntold, invalidValue, required, type Cause } from '../../http/errors.ts'
import { noneNegative } from '../checks.ts'

const LASTING = ['Failed', 'Complete', 'FailureTarget']

export function checkJobStatus({ status, spec }: k8s.Job, before: k8s.Job): Cause[] {
  const has = (type: string, of: k8s.JobStatus | undefined = status) =>
    of?.conditions?.some((condition) => condition.type === type && condition.status === 'True') === true
  const causes = noneNegative('status', status, ['active', 'succeeded', 'failed', 'ready', 'terminating'])
  const forbid = (when: boolean, why: string) => {
    if (when) causes.push(invalidUntold('status.conditions', why))
  }
  const { startTime, completionTime, active = 0, ready, terminating = 0 } = status ?? {}
  const isOver = has('Complete') || has('Failed')
  forbid(has('Complete') && has('Failed'), 'cannot set Complete=True and Failed=true conditions')
  forbid(has('Complete') && has('FailureTarget'), 'cannot set Complete=True and FailureTarget=true conditions')
  if (completionTime !== undefined && !has('Complete'))
    causes.push(invalidValue('status.completionTime', completionTime, 'cannot set completionTime when there is no Complete=True condition'))
  if (completionTime === undefined && has('Complete'))
    causes.push(required('status.completionTime', 'completionTime is required for Complete jobs'))
  if (startTime !== undefined && completionTime !== undefined && Date.parse(completionTime) < Date.parse(startTime))
    causes.push(invalidValue('status.completionTime', completionTime, 'must be equal to or after `startTime`'))
  forbid(has('Failed') && !has('FailureTarget'), 'cannot set Failed=True condition without the FailureTarget=true condition')
  forbid(has('Complete') && !has('SuccessCriteriaMet'), 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition')
  if (active > 0 && isOver) causes.push(invalidValue('status.active', active, 'active>0 is invalid for finished job'))
  if (startTime === undefined && isOver) causes.push(required('status.startTime', 'startTime is required for finished job'))
  if (terminating > 0 && isOver) causes.push(invalidValue('status.terminating', terminating, 'terminating>0 is invalid for finished job'))
  if (ready !== undefined && ready > active) causes.push(invalidValue('status.ready', ready, 'cannot set more ready pods than active'))
  forbid(has('SuccessCriteriaMet') && has('Failed'), 'cannot set SuccessCriteriaMet=True and Failed=true conditions')
  forbid(has('SuccessCriteriaMet') && has('FailureTarget'), 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions')
  for (const type of LASTING) forbid(has(type, before.status) && !has(type), `cannot disable the terminal ${type}=True condition`)
  for (const name of ['failed', 'succeeded'] as const) {
    const count = status?.[name] ?? 0
    if (count < (before.status?.[name] ?? 0)) causes.push(invalidValue(`status.${name}`, count, `cannot decrease the ${name} counter`))
  }
  const old = before.status?.completionTime
  if (completionTime !== undefined && old !== undefined && completionTime !== old)
    causes.push(invalidValue('status.completionTime', completionTime, 'field is immutable'))
  const started = before.status?.startTime
  if (started !== undefined && started !== startTime && spec?.suspend !== true)
    causes.push(required('status.startTime', 'startTime cannot be removed for unsuspended job'))
  forbid(has('SuccessCriteriaMet', before.status) && !has('SuccessCriteriaMet'), 'cannot disable the SuccessCriteriaMet=True condition')
  return causes
}
