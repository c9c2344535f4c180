import { keyText, type ObjectKey } from '@knative-ts/api'
import { jobs, pods, type Job, type JobStatus, type Pod } from '@knative-ts/api/kubernetes'
import {
  controllerKeys,
  controllerOf,
  createReconcileLoop,
  equalJson,
  isNotFound,
  settled,
  triggeredBy,
  type Outcome,
  type ReconcileLoop
} from '@knative-ts/kube'
import { againAt } from '../again-at.ts'
import type { ControllerContext } from '../controller-context.ts'
import { OwnedPods } from '../owned-pods.ts'
import { isActive } from '../pod-state.ts'
import { WrittenVersions } from '../written-versions.ts'
import { after, noFailures, type Failures } from './creation-backoff.ts'
import { announceJob } from './job-events.ts'
import { finishOf } from './job-conditions.ts'
import { jobPodOf, trackingFinalizer } from './job-pod-of.ts'
import { isTracked, podsOf } from './job-pods.ts'
import { countReleased, noteEnded } from './job-status.ts'
import { planJob, type JobPlan } from './job.plan.ts'
import { PodTracking } from './pod-tracking.ts'

const component = 'job-controller'
const managedByUs = 'kubernetes.io/job-controller'
const ofJob = controllerKeys(jobs)

/** Runs each Job's pods until enough have succeeded, or too many failed. */
export function jobLoop(context: ControllerContext): ReconcileLoop {
  const { client, factory, log, clock } = context
  const informer = factory.informer(jobs)
  const allPods = factory.informer(pods, { indexes: { job: (pod) => ofJob(pod).map(keyText) } })
  const owned = new OwnedPods(context, {
    component,
    resource: jobs,
    owners: informer,
    adoptable: isActive,
    finalizers: [trackingFinalizer],
    beforeRelease: (pod) => tracking.untrack(pod),
    seeks: (job) => finishOf(job) === undefined
  })
  const { writer } = owned
  const tracking = new PodTracking(client, allPods)
  const written = new WrittenVersions()
  const failuresOf = new Map<string, Failures>()

  const write = async (job: Job, status: JobStatus): Promise<Job> => {
    if (equalJson(job.status ?? {}, status)) return job
    const stored = await client.updateStatus(jobs, { ...job, status })
    written.wrote(stored)
    return stored
  }

  /** Pods of a Job that is gone or over: nobody counts them any more. */
  const letGo = async (found: readonly Pod[]): Promise<Outcome> => {
    await Promise.all(found.filter((pod) => isTracked(pod, tracking.untracked)).map((pod) => tracking.untrack(pod)))
    return settled
  }

  const act = async (job: Job, plan: JobPlan) => {
    const wanted = plan.create.map((place) => jobPodOf(job, place))
    const { created, failure } = await writer.createAll(job, wanted)
    // What is too many must not count as failed when it leaves: it is let go first.
    await Promise.all(plan.remove.map((pod) => tracking.untrack(pod)))
    const stayed = (await writer.removeAll(job, plan.remove)) ?? (await writer.removeAll(job, plan.kill))
    if (stayed !== undefined) throw stayed
    return { failure, done: { created, removed: plan.remove, killed: plan.kill } }
  }

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const name = keyText(key)
    const job = informer.cache.get(key) ?? (await gone(key))
    const namesakes = allPods.cache.byIndex('job', name)
    if (job === undefined) {
      owned.forget(key)
      return letGo(namesakes)
    }
    if ((job.spec?.managedBy ?? managedByUs) !== managedByUs || written.isBehind(job)) return settled
    const uid = job.metadata.uid ?? ''
    await letGo(namesakes.filter((pod) => controllerOf(pod)?.uid !== uid))
    const present = owned.of(job)
    if (finishOf(job) !== undefined) {
      failuresOf.delete(uid)
      return letGo(present)
    }
    await owned.claim(job)
    const found = podsOf(job, present, tracking.untracked)
    const failures = after(failuresOf.get(uid) ?? noFailures, found.newlySucceeded, found.newlyFailed)
    const waitsUntil = owned.waitsUntil(key)
    const plan = planJob(job, found, failures, waitsUntil === undefined, clock.now())
    const { failure, done } = await act(job, plan)
    const noted = noteEnded(job, found, plan, done, clock.now())
    const base = noted.release.length > 0 ? await write(job, noted.status) : job
    failuresOf.set(uid, failures)
    await Promise.all(noted.release.map((pod) => tracking.untrack(pod)))
    const held = new Set(found.tracked.filter((pod) => !noted.release.includes(pod)).map((pod) => pod.metadata.uid ?? ''))
    const stored = await write(base, countReleased(noted.status, held, clock.now()))
    announceJob(writer.events, job, stored)
    if (failure !== undefined) throw failure
    return againAt(clock.now(), waitsUntil, plan.lookAt)
  }

  /** The cache of Jobs may be behind the one of pods: only the server's word counts for absence. */
  const gone = async (key: ObjectKey): Promise<Job | undefined> => {
    if (allPods.cache.byIndex('job', keyText(key)).every((pod) => !isTracked(pod, tracking.untracked))) return undefined
    return client.get(jobs, key).catch((error: unknown) => {
      if (isNotFound(error)) return undefined
      throw error
    })
  }

  return createReconcileLoop({ name: component, log, clock, triggers: [triggeredBy(informer), owned.trigger], reconcile })
}
