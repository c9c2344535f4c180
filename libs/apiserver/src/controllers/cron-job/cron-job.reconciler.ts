import { keyOf, type ObjectKey } from '@knative-ts/api'
import { cronJobs, jobs, type CronJob, type CronJobStatus, type Job } from '@knative-ts/api/kubernetes'
import {
  byController,
  controllerKeys,
  createEventRecorder,
  createReconcileLoop,
  equalJson,
  errorText,
  isAlreadyExists,
  isControlledBy,
  isNamespaceTerminating,
  isNotFound,
  type Outcome,
  type ReconcileLoop,
  secondTime,
  settled,
  triggeredBy
} from '@knative-ts/kube'
import { againAt } from '../again-at.ts'
import type { ControllerContext } from '../controller-context.ts'
import { WrittenVersions } from '../written-versions.ts'
import { jobOf } from './cron-job-of.ts'
import { planCronJob, referenceTo } from './cron-job.plan.ts'
import { isTimeZone, parseSchedule, type Schedule } from './schedule.ts'

const component = 'cronjob-controller'

/** Starts a Job whenever a CronJob's schedule says so, and keeps the last ones. */
export function cronJobLoop(context: ControllerContext): ReconcileLoop {
  const { client, factory, log, clock } = context
  const events = createEventRecorder({ client, component, log, clock })
  const informer = factory.informer(cronJobs)
  const allJobs = factory.informer(jobs, { indexes: { controller: byController } })
  const written = new WrittenVersions()

  const scheduleOf = (cron: CronJob): Schedule | undefined => {
    const { schedule = '', timeZone } = cron.spec ?? {}
    if (timeZone !== undefined && !isTimeZone(timeZone)) {
      events.record(cron, 'Warning', 'UnknownTimeZone', `invalid timeZone: ${JSON.stringify(timeZone)}: unknown time zone ${timeZone}`)
      return undefined
    }
    try {
      return parseSchedule(schedule, timeZone)
    } catch (error) {
      events.record(cron, 'Warning', 'UnparseableSchedule', `unparseable schedule: ${JSON.stringify(schedule)} : ${String(error)}`)
      return undefined
    }
  }

  const remove = async (cron: CronJob, job: Job): Promise<void> => {
    try {
      await client.delete(jobs, keyOf(job), { propagationPolicy: 'Background', preconditions: { uid: job.metadata.uid ?? '' } })
      events.record(cron, 'Normal', 'SuccessfulDelete', `Deleted job ${job.metadata.name}`)
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  /** The Job of this run; undefined when the name is somebody else's, or nothing can be created any more. */
  const start = async (cron: CronJob, at: number): Promise<Job | undefined> => {
    const wanted = jobOf(cron, at)
    try {
      const created = await client.create(jobs, wanted)
      events.record(cron, 'Normal', 'SuccessfulCreate', `Created job ${created.metadata.name}`)
      return created
    } catch (error) {
      if (isNamespaceTerminating(error)) return undefined
      if (isAlreadyExists(error)) {
        const found = await client.get(jobs, keyOf(wanted))
        return isControlledBy(found, cron) ? found : undefined
      }
      events.record(cron, 'Warning', 'FailedCreate', `Error creating job: ${errorText(error)}`)
      throw error
    }
  }

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const cron = informer.cache.get(key)
    if (cron === undefined || written.isBehind(cron)) return settled
    const owned = allJobs.cache.byIndex('controller', cron.metadata.uid ?? '')
    const plan = planCronJob(cron, owned, scheduleOf(cron), clock.now())
    for (const { type, reason, message } of plan.notices) events.record(cron, type, reason, message)
    for (const job of plan.remove) await remove(cron, job)
    const started = plan.start === undefined ? undefined : await start(cron, plan.start)
    const active = [...(plan.status.active ?? []), ...(started === undefined ? [] : [referenceTo(started)])]
    const status: CronJobStatus = {
      ...plan.status,
      ...(active.length === 0 ? {} : { active }),
      ...(started === undefined || plan.start === undefined ? {} : { lastScheduleTime: secondTime(plan.start) })
    }
    if (!equalJson(cron.status ?? {}, status)) written.wrote(await client.updateStatus(cronJobs, { ...cron, status }))
    return againAt(clock.now(), plan.lookAt)
  }

  return createReconcileLoop({
    name: component,
    log,
    clock,
    triggers: [triggeredBy(informer), triggeredBy(allJobs, controllerKeys(cronJobs))],
    reconcile
  })
}
