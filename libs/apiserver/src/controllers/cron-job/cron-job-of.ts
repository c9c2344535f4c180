import { cronJobs, type CronJob, type Job } from '@knative-ts/api/kubernetes'
import { controllerRefOf, secondTime } from '@knative-ts/kube'
import { jobNameOf } from './cron-job.plan.ts'

const scheduledAt = 'batch.kubernetes.io/cronjob-scheduled-timestamp'

/** The Job of the run that is due `at` (ms). */
export function jobOf(cron: CronJob, at: number): Job {
  const { metadata = {}, spec } = cron.spec?.jobTemplate ?? {}
  const { labels, annotations } = metadata
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobNameOf(cron, at),
      namespace: cron.metadata.namespace ?? '',
      ...(labels === undefined ? {} : { labels }),
      annotations: { ...annotations, [scheduledAt]: zonedTime(at, cron.spec?.timeZone ?? 'UTC') },
      ownerReferences: [controllerRefOf(cron, cronJobs)]
    },
    ...(spec === undefined ? {} : { spec })
  }
}

/** RFC 3339 with the offset of the time zone. */
export function zonedTime(at: number, timeZone: string): string {
  const offset = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')
    ?.value.slice('GMT'.length)
  if (offset === undefined || offset === '' || offset === '+00:00') return secondTime(at)
  const [hours = '0', minutes = '0'] = offset.split(':')
  const shift = (Number(hours) * 60 + (hours.startsWith('-') ? -1 : 1) * Number(minutes)) * 60_000
  return `${new Date(at + shift).toISOString().slice(0, 19)}${offset}`
}
