import { afterEach, describe, expect, it } from '@jest/globals'
import { cronJobs, events, jobs, type CronJob, type CronJobSpec, type Job } from '@knative-ts/api/kubernetes'
import { startLoops, type TestLoops } from '../start-loops.fixture.ts'
import { ttlAfterFinishedLoop } from '../ttl-after-finished/ttl-after-finished.reconciler.ts'
import { cronJobLoop } from './cron-job.reconciler.ts'

let world: TestLoops | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
})

const minute = 60_000
const key = { namespace: 'default', name: 'c' }
const cronJob = (spec: Partial<CronJobSpec> = {}): CronJob => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'c', namespace: 'default' },
  spec: {
    schedule: '*/10 * * * *',
    concurrencyPolicy: 'Allow',
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
    jobTemplate: {
      metadata: { labels: { of: 'c' } },
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'dev.local/hello' }] } } }
    },
    ...spec
  }
})

async function run(spec: Partial<CronJobSpec> = {}): Promise<TestLoops> {
  world = await startLoops((context) => [cronJobLoop(context), ttlAfterFinishedLoop(context)])
  await world.client.create(cronJobs, cronJob(spec))
  await world.clock.advance(0)
  return world
}

const names = (at: TestLoops): string[] => at.all(jobs).map(({ metadata }) => metadata.name ?? '')
const first = Date.UTC(2030, 0, 1) / minute
const nth = (round: number): string => `c-${first + 10 * round}`
const finish = (at: TestLoops, name: string, type = 'Complete'): void => {
  const job = at.find(jobs, { namespace: 'default', name }) as Job
  const time = new Date(at.clock.now()).toISOString().replace(/\.\d+/, '')
  const conditions = [{ type, status: 'True', lastTransitionTime: time }]
  at.put({ ...job, status: { startTime: time, conditions, ...(type === 'Complete' ? { completionTime: time } : {}) } })
}
const active = (at: TestLoops) => (at.find(cronJobs, key)?.status?.active ?? []).map(({ name }) => name)

describe('a CronJob', () => {
  it('starts a Job a run, named after its minute, and says when', async () => {
    const at = await run({ timeZone: 'Europe/Berlin' })
    await at.clock.advance(9 * minute)
    expect(names(at)).toEqual([])
    await at.clock.advance(minute)
    await at.until(() => active(at).length === 1)
    expect(at.all(jobs)).toMatchObject([
      {
        metadata: {
          name: nth(1),
          labels: { of: 'c' },
          annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2030-01-01T01:10:00+01:00' },
          ownerReferences: [{ kind: 'CronJob', name: 'c', controller: true }]
        }
      }
    ])
    expect(at.find(cronJobs, key)?.status).toMatchObject({ lastScheduleTime: '2030-01-01T00:10:00Z' })
    finish(at, nth(1))
    await at.until(() => active(at).length === 0)
    expect(at.find(cronJobs, key)?.status?.lastSuccessfulTime).toMatch(/^2030-01-01T00:10:0/)
    await at.until(() => at.all(events).some(({ message }) => message === `Saw completed job: ${nth(1)}, condition: Complete`))
  })

  it('leaves a Job alone that was made of it by hand, and says that it has seen one', async () => {
    const at = await run({ concurrencyPolicy: 'Replace' })
    const uid = at.find(cronJobs, key)?.metadata.uid ?? ''
    await at.client.create(jobs, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: 'by-hand',
        namespace: 'default',
        annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' },
        ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'c', uid, controller: true }]
      }
    })
    await at.until(() =>
      at.all(events).some(({ message }) => message === 'Saw a job that the controller did not create or forgot: by-hand')
    )
    await at.clock.advance(10 * minute)
    await at.until(() => active(at).join() === nth(1))
    expect(names(at)).toEqual(['by-hand', nth(1)])
  })

  it.each([
    ['Allow', [nth(1), nth(2)], [nth(1), nth(2)]],
    ['Forbid', [nth(1)], [nth(1)]],
    ['Replace', [nth(2)], [nth(2)]]
  ])('with policy %s and a run that takes long has Jobs %j', async (concurrencyPolicy, expected, running) => {
    const at = await run({ concurrencyPolicy })
    await at.clock.advance(10 * minute)
    await at.until(() => active(at).length === 1)
    await at.clock.advance(10 * minute)
    await at.until(() => names(at).join() === expected.join() && active(at).join() === running.join())
    expect(names(at)).toEqual(expected)
  })

  it('keeps the last Jobs that ended', async () => {
    const at = await run({ successfulJobsHistoryLimit: 2 })
    for (let round = 1; round <= 5; round++) {
      await at.clock.advance(10 * minute - (at.clock.now() % (10 * minute)))
      await at.until(() => names(at).includes(nth(round)))
      finish(at, nth(round), round === 2 || round === 4 ? 'Failed' : 'Complete')
    }
    await at.until(() => names(at).length === 3)
    expect(names(at)).toEqual([nth(3), nth(4), nth(5)])
  })

  it('starts nothing while suspended, and one Job for all that it missed after', async () => {
    const at = await run({ suspend: true })
    await at.clock.advance(35 * minute)
    expect(names(at)).toEqual([])
    await at.client.patch(cronJobs, key, { type: 'merge', body: { spec: { suspend: false } } })
    await at.until(() => names(at).length === 1)
    expect(names(at)).toEqual([nth(3)])
  })

  it('does not start what is too late', async () => {
    const at = await run({ suspend: true, startingDeadlineSeconds: 60 })
    await at.clock.advance(35 * minute)
    await at.client.patch(cronJobs, key, { type: 'merge', body: { spec: { suspend: false } } })
    await at.clock.advance(minute)
    expect(names(at)).toEqual([])
    await at.clock.advance(4 * minute)
    expect(names(at)).toEqual([nth(4)])
  })

  it.each([
    [{ schedule: 'soon' }, 'UnparseableSchedule'],
    [{ timeZone: 'Nowhere/Land' }, 'UnknownTimeZone']
  ])('with %j says %s', async (spec, reason) => {
    const at = await run(spec)
    expect(await at.until(() => at.all(events).find((event) => event.reason === reason))).toMatchObject({ type: 'Warning' })
  })
})

describe('a Job with ttlSecondsAfterFinished', () => {
  it('goes that long after its end', async () => {
    const { jobTemplate } = cronJob().spec!
    const at = await run({ jobTemplate: { ...jobTemplate, spec: { ...jobTemplate.spec!, ttlSecondsAfterFinished: 30 } } })
    await at.clock.advance(10 * minute)
    await at.until(() => names(at).length === 1)
    finish(at, nth(1))
    await at.clock.advance(29_000)
    expect(at.all(jobs)[0]?.metadata.deletionTimestamp).toBeUndefined()
    await at.clock.advance(1000)
    expect(at.all(jobs)[0]?.metadata).toMatchObject({ finalizers: ['foregroundDeletion'] })
  })
})
