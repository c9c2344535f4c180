/** What to do for one CronJob: pure, from it, its Jobs and the time. Rules: `k8s.io/kubernetes/pkg/controller/cronjob` of 1.34. */
import type { CronJob, CronJobStatus, Job, ObjectReference } from '@knative-ts/api/kubernetes'
import { finishOf } from '../job/job-conditions.ts'
import type { Schedule } from './schedule.ts'

export interface Notice {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
}

export interface CronJobPlan {
  /** Ended Jobs beyond the history, and, with policy Replace, those that still run. */
  readonly remove: readonly Job[]
  /** The time of the run to start, ms. */
  readonly start?: number
  /** References to Jobs that run, before `start` adds its own, and when one last succeeded. */
  readonly status: CronJobStatus
  readonly notices: readonly Notice[]
  /** When the schedule falls due next, ms. */
  readonly lookAt?: number
}

/** More missed runs than this are worth a warning. */
const manyMissed = 100

/** `schedule` is undefined when the CronJob has none that can be followed. `owned`: all Jobs that it controls. */
export function planCronJob(cron: CronJob, owned: readonly Job[], schedule: Schedule | undefined, now: number): CronJobPlan {
  const { status, notices } = observe(cron, owned)
  const old = beyondHistory(cron, owned)
  const settledPlan = { remove: old, status, notices }
  if (cron.metadata.deletionTimestamp !== undefined || cron.spec?.suspend === true || schedule === undefined) return settledPlan
  const next = schedule.next(now)
  const waiting = { ...settledPlan, ...(next === undefined ? {} : { lookAt: next }) }
  const { startingDeadlineSeconds } = cron.spec ?? {}
  const deadlineMs = (startingDeadlineSeconds ?? Infinity) * 1000
  const since = Math.max(Date.parse(cron.status?.lastScheduleTime ?? cron.metadata.creationTimestamp ?? ''), now - deadlineMs)
  const due = schedule.last(since, now)
  if (due === undefined) return waiting
  const more = [...notices, ...missed(schedule, since, due)]
  if (due + deadlineMs < now) {
    const message = `Missed scheduled time to start a job: ${new Date(due).toUTCString().replace('GMT', '+0000')}`
    return { ...waiting, notices: [...more, { type: 'Warning', reason: 'MissSchedule', message }] }
  }
  const running = owned.filter((job) => finishOf(job) === undefined && !isByHand(job))
  const isStarted = owned.some((job) => job.metadata.name === jobNameOf(cron, due))
  if (isStarted) return { ...waiting, notices: more }
  if (cron.spec?.concurrencyPolicy === 'Forbid' && running.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid'
    return { ...waiting, notices: [...more, { type: 'Normal', reason: 'JobAlreadyActive', message }] }
  }
  if (cron.spec?.concurrencyPolicy !== 'Replace') return { ...waiting, notices: more, start: due }
  const left = (status.active ?? []).filter(({ uid }) => !running.some((job) => job.metadata.uid === uid))
  const { active: _active, ...rest } = status
  return {
    ...waiting,
    notices: more,
    start: due,
    remove: [...old, ...running],
    status: { ...rest, ...(left.length === 0 ? {} : { active: left }) }
  }
}

/** The name carries the scheduled minute, so that one run is never started twice. */
export function jobNameOf(cron: CronJob, at: number): string {
  return `${cron.metadata.name}-${Math.floor(at / 60_000)}`
}

export function referenceTo(job: Job): ObjectReference {
  const { namespace = '', name = '', uid = '', resourceVersion } = job.metadata
  return {
    kind: 'Job',
    namespace,
    name,
    uid,
    apiVersion: 'batch/v1',
    ...(resourceVersion === undefined ? {} : { resourceVersion })
  }
}

/** What `kubectl create job --from` marks its jobs with. */
const isByHand = ({ metadata }: Job) => metadata.annotations?.['cronjob.kubernetes.io/instantiate'] === 'manual'

function observe(cron: CronJob, owned: readonly Job[]): { status: CronJobStatus; notices: Notice[] } {
  const notices: Notice[] = []
  const { active: listed = [], ...before } = cron.status ?? {}
  const byUid = new Map(owned.map((job) => [job.metadata.uid, job]))
  let lastSuccessfulTime = before.lastSuccessfulTime
  const active = listed.filter(({ uid, name }) => {
    const job = byUid.get(uid)
    const end = job === undefined ? undefined : finishOf(job)
    if (job === undefined) notices.push({ type: 'Normal', reason: 'MissingJob', message: `Active job went missing: ${name}` })
    if (end !== undefined)
      notices.push({ type: 'Normal', reason: 'SawCompletedJob', message: `Saw completed job: ${name}, condition: ${end.type}` })
    return job !== undefined && end === undefined
  })
  for (const job of owned) {
    const end = finishOf(job)
    const completedAt = job.status?.completionTime
    if (end?.type === 'Complete' && completedAt !== undefined && (lastSuccessfulTime ?? '') < completedAt) lastSuccessfulTime = completedAt
    if (end !== undefined || active.some(({ uid }) => uid === job.metadata.uid)) continue
    // Its own jobs it takes up again, when it was stopped before it could write them down; one made by hand is none of them.
    if (isByHand(job)) {
      const message = `Saw a job that the controller did not create or forgot: ${job.metadata.name}`
      notices.push({ type: 'Warning', reason: 'UnexpectedJob', message })
    } else active.push(referenceTo(job))
  }
  return {
    notices,
    status: {
      ...before,
      ...(active.length === 0 ? {} : { active }),
      ...(lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime })
    }
  }
}

function beyondHistory(cron: CronJob, owned: readonly Job[]): Job[] {
  const oldest = (type: string, keep: number | undefined): Job[] => {
    const ended = owned.filter((job) => finishOf(job)?.type === type)
    if (keep === undefined || ended.length <= keep) return []
    return ended.sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1)).slice(0, ended.length - keep)
  }
  return [...oldest('Complete', cron.spec?.successfulJobsHistoryLimit), ...oldest('Failed', cron.spec?.failedJobsHistoryLimit)]
}

const startOf = (job: Job): string => `${job.status?.startTime ?? ''} ${job.metadata.name ?? ''}`

function missed(schedule: Schedule, since: number, due: number): Notice[] {
  let count = 0
  for (let at = schedule.next(since); at !== undefined && at < due; at = schedule.next(at)) if (++count > manyMissed) break
  if (count <= manyMissed) return []
  const message = 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew'
  return [{ type: 'Warning', reason: 'TooManyMissedTimes', message }]
}
