import { afterEach, describe, expect, it } from '@jest/globals'
import { events, jobs, pods, type Job, type JobSpec, type Pod } from '@knative-ts/api/kubernetes'
import { startLoops, type TestLoops } from '../start-loops.fixture.ts'
import { jobLoop } from './job.reconciler.ts'

let world: TestLoops | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
})

const key = { namespace: 'default', name: 'j' }
const job = (spec: Partial<JobSpec> = {}): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'j', namespace: 'default' },
  spec: {
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    selector: { matchLabels: { job: 'j' } },
    template: {
      metadata: { labels: { job: 'j' } },
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'dev.local/hello' }] }
    },
    ...spec
  }
})

async function run(spec: Partial<JobSpec> = {}): Promise<TestLoops> {
  world = await startLoops((context) => [jobLoop(context)])
  await world.client.create(jobs, job(spec))
  return world
}

const live = (from: TestLoops): Pod[] =>
  from.pods().filter((pod) => pod.metadata.deletionTimestamp === undefined && !['Succeeded', 'Failed'].includes(pod.status?.phase ?? ''))
const livePods = (from: TestLoops, count: number): Promise<Pod[]> =>
  from.until(() => live(from).length === count && live(from), `${count} live pods`)
const status = (from: TestLoops) => from.find(jobs, key)?.status
const ended = (from: TestLoops) =>
  from.until(() => status(from)?.conditions?.find(({ type }) => type === 'Complete' || type === 'Failed') && status(from), 'the end')
const said = (from: TestLoops): string[] =>
  (status(from)?.conditions ?? []).map(({ type, status: is, reason, message }) => `${type}=${is} ${reason}: ${message}`)

describe('a Job', () => {
  it('completes with its pod, which is let go', async () => {
    const at = await run()
    const [pod] = await livePods(at, 1)
    expect(pod?.metadata).toMatchObject({
      labels: { job: 'j' },
      finalizers: ['batch.kubernetes.io/job-tracking'],
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'j', controller: true, blockOwnerDeletion: true }]
    })
    await at.until(() => status(at)?.active === 1)
    expect(status(at)).toEqual({
      startTime: '2030-01-01T00:00:00Z',
      active: 1,
      ready: 0,
      terminating: 0,
      uncountedTerminatedPods: {}
    })
    at.report(pod!, { phase: 'Succeeded' })
    await ended(at)
    expect(status(at)).toMatchObject({ succeeded: 1, ready: 0, terminating: 0, uncountedTerminatedPods: {} })
    expect(status(at)).toHaveProperty('completionTime')
    expect(status(at)?.active).toBeUndefined()
    expect(said(at)).toEqual([
      'SuccessCriteriaMet=True CompletionsReached: Reached expected number of succeeded pods',
      'Complete=True CompletionsReached: Reached expected number of succeeded pods'
    ])
    expect(at.find(pods, { namespace: 'default', name: pod!.metadata.name! })?.metadata.finalizers).toEqual([])
    await at.until(() => at.all(events).some(({ reason, message }) => reason === 'Completed' && message === 'Job completed'))
  })

  it('notes an ended pod before it lets it go, so that a crash in between loses nothing', async () => {
    const at = await run({ completions: 2 })
    const [pod] = await livePods(at, 1)
    at.fail({ verb: 'patch', resource: pods, times: 2, error: 'InternalError' })
    at.report(pod!, { phase: 'Succeeded' })
    await at.until(() => status(at)?.uncountedTerminatedPods?.succeeded?.[0] === pod!.metadata.uid)
    await at.until(() => status(at)?.succeeded === 1)
    expect(status(at)?.uncountedTerminatedPods).toEqual({})
  })

  it('runs as many at a time as parallelism says until enough have succeeded', async () => {
    const at = await run({ completions: 5, parallelism: 2 })
    for (let round = 0; round < 5; round++) {
      const running = await livePods(at, Math.min(2, 5 - round))
      at.report(running[0]!, { phase: 'Succeeded' })
      await at.until(() => (status(at)?.succeeded ?? 0) === round + 1)
    }
    await ended(at)
    expect(at.pods()).toHaveLength(5)
  })

  it('without completions ends when one succeeded and all have ended', async () => {
    const { completions: _completions, ...spec } = job().spec!
    world = await startLoops((context) => [jobLoop(context)])
    await world.client.create(jobs, { ...job(), spec: { ...spec, parallelism: 2 } })
    const [first, second] = await livePods(world, 2)
    world.report(first!, { phase: 'Succeeded' })
    await world.until(() => status(world!)?.succeeded === 1)
    expect(said(world)).toEqual([])
    world.report(second!, { phase: 'Succeeded' })
    expect((await ended(world)).succeeded).toBe(2)
  })

  it('waits 10 s, then 20 s, before it replaces a failed pod, and gives up after backoffLimit', async () => {
    const at = await run({ backoffLimit: 2 })
    for (const wait of [10_000, 20_000]) {
      const [pod] = await livePods(at, 1)
      at.report(pod!, { phase: 'Failed' })
      await at.until(() => status(at)?.active === undefined)
      await at.clock.advance(wait - 1000)
      expect(live(at)).toEqual([])
      await at.clock.advance(1000)
    }
    const [last] = await livePods(at, 1)
    at.report(last!, { phase: 'Failed' })
    await ended(at)
    expect(status(at)).toMatchObject({ failed: 3, ready: 0, terminating: 0 })
    expect(said(at)).toEqual([
      'FailureTarget=True BackoffLimitExceeded: Job has reached the specified backoff limit',
      'Failed=True BackoffLimitExceeded: Job has reached the specified backoff limit'
    ])
  })

  it('ends at its deadline: what runs is deleted and counts as failed', async () => {
    const at = await run({ activeDeadlineSeconds: 60 })
    await livePods(at, 1)
    await at.until(() => status(at)?.active === 1)
    await at.clock.advance(60_000)
    expect((await ended(at)).failed).toBe(1)
    expect(said(at)[1]).toBe('Failed=True DeadlineExceeded: Job was active longer than specified deadline')
    expect(at.pods()).toEqual([])
  })

  it('gives each pod of an Indexed Job its index', async () => {
    const at = await run({ completions: 3, parallelism: 2, completionMode: 'Indexed' })
    const running = await livePods(at, 2)
    const byIndex = (index: number) =>
      live(at).find(({ metadata }) => metadata.annotations?.['batch.kubernetes.io/job-completion-index'] === `${index}`)
    expect(running.map(({ spec }) => spec?.hostname).sort()).toEqual(['j-0', 'j-1'])
    expect(byIndex(1)).toMatchObject({
      metadata: { generateName: 'j-1-', labels: { 'batch.kubernetes.io/job-completion-index': '1' } },
      spec: { containers: [{ env: [{ name: 'JOB_COMPLETION_INDEX' }] }] }
    })
    at.report(byIndex(1)!, { phase: 'Succeeded' })
    await at.until(() => byIndex(2))
    expect(status(at)?.completedIndexes).toBe('1')
    at.report(byIndex(0)!, { phase: 'Succeeded' })
    at.report(byIndex(2)!, { phase: 'Succeeded' })
    expect(await ended(at)).toMatchObject({ succeeded: 3, completedIndexes: '0-2' })
  })

  it('lets its pods go while suspended, uncounted, and starts anew', async () => {
    const at = await run()
    await livePods(at, 1)
    await at.client.patch(jobs, key, { type: 'merge', body: { spec: { suspend: true } } })
    await at.until(() => said(at)[0] === 'Suspended=True JobSuspended: Job suspended')
    await at.until(() => at.pods().length === 0)
    await at.until(() => status(at)?.terminating === 0)
    expect(status(at)?.failed).toBeUndefined()
    await at.clock.advance(5000)
    await at.client.patch(jobs, key, { type: 'merge', body: { spec: { suspend: false } } })
    await livePods(at, 1)
    await at.until(() => said(at)[0] === 'Suspended=False JobResumed: Job resumed')
    expect(status(at)?.startTime).toBe('2030-01-01T00:00:05Z')
  })

  it.each([
    [
      'FailJob',
      42,
      'Failed=True PodFailurePolicy: Container main for pod default/POD failed with exit code 42 matching FailJob rule at index 0'
    ],
    ['Ignore', 42, undefined],
    ['FailJob', 43, undefined]
  ])('by a %s rule on exit code 42, a pod that exits with %i: %s', async (action, exitCode, end) => {
    const at = await run({ podFailurePolicy: { rules: [{ action, onExitCodes: { operator: 'In', values: [42] } }] } })
    const [pod] = await livePods(at, 1)
    const terminated = { exitCode, finishedAt: '2030-01-01T00:00:00Z' }
    at.report(pod!, {
      phase: 'Failed',
      containerStatuses: [{ name: 'main', image: '', imageID: '', ready: false, restartCount: 0, state: { terminated } }]
    })
    if (end !== undefined) {
      await ended(at)
      expect(said(at)[1]?.replace(pod!.metadata.name!, 'POD')).toBe(end)
      return
    }
    await at.until(() => status(at)?.active === undefined)
    await at.clock.advance(10_000)
    await livePods(at, 1)
    expect(status(at)?.failed).toBe(action === 'Ignore' ? undefined : 1)
  })

  it('frees the pods of a Job that was deleted', async () => {
    const at = await run()
    const [pod] = await livePods(at, 1)
    await at.client.delete(jobs, key)
    const freed = () => at.find(pods, { namespace: 'default', name: pod!.metadata.name! })?.metadata.finalizers?.length === 0
    expect(await at.until(freed)).toBe(true)
  })

  it('leaves a Job of another controller alone', async () => {
    const at = await run({ managedBy: 'example.com/mine' })
    await at.clock.advance(1000)
    expect(at.writes.filter(({ verb }) => verb !== 'create')).toEqual([])
    expect(at.pods()).toEqual([])
  })

  it('counts failures by index where it says so: each waits by its own, and carries its count on', async () => {
    const at = await run({ completions: 2, parallelism: 2, completionMode: 'Indexed', backoffLimitPerIndex: 1 })
    const [first, second] = (await livePods(at, 2)).sort((a, b) => (a.metadata.name! < b.metadata.name! ? -1 : 1))
    at.report(first!, { phase: 'Failed' })
    await at.until(() => status(at)?.active === 1)
    // Held back until its successor carries its count.
    expect(at.find(pods, { namespace: 'default', name: first!.metadata.name! })?.metadata.finalizers).toHaveLength(1)
    await at.clock.advance(10_000)
    const again = (await livePods(at, 2)).find(({ metadata }) => metadata.name !== second!.metadata.name)
    expect(again?.metadata.annotations).toMatchObject({
      'batch.kubernetes.io/job-completion-index': '0',
      'batch.kubernetes.io/job-index-failure-count': '1'
    })
    await at.until(() => at.find(pods, { namespace: 'default', name: first!.metadata.name! })?.metadata.finalizers?.length === 0)
    at.report(again!, { phase: 'Failed' })
    await at.until(() => status(at)?.failedIndexes === '0')
    at.report(second!, { phase: 'Succeeded' })
    expect(await ended(at)).toMatchObject({ succeeded: 1, failed: 2, completedIndexes: '1', failedIndexes: '0' })
    expect(said(at)[1]).toBe('Failed=True FailedIndexes: Job has failed indexes')
  })
})
