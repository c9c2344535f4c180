import type { ObjectKey } from '@knative-ts/api'
import { jobs, type Job } from '@knative-ts/api/kubernetes'
import { again, createReconcileLoop, isNotFound, settled, triggeredBy, type Outcome, type ReconcileLoop } from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'
import { finishOf } from '../job/job-conditions.ts'

/** Deletes Jobs, and with them their pods, `ttlSecondsAfterFinished` after they ended. */
export function ttlAfterFinishedLoop({ client, factory, log, clock }: ControllerContext): ReconcileLoop {
  const informer = factory.informer(jobs)

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const job = informer.cache.get(key)
    const at = job === undefined ? undefined : expiryOf(job)
    if (job === undefined || at === undefined) return settled
    if (at > clock.now()) return again(at - clock.now())
    try {
      await client.delete(jobs, key, { propagationPolicy: 'Foreground', preconditions: { uid: job.metadata.uid ?? '' } })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
    return settled
  }

  const candidates = (job: Job): readonly ObjectKey[] =>
    expiryOf(job) === undefined ? [] : [{ namespace: job.metadata.namespace ?? '', name: job.metadata.name ?? '' }]
  return createReconcileLoop({
    name: 'ttl-after-finished-controller',
    log,
    clock,
    triggers: [triggeredBy(informer, candidates)],
    reconcile
  })
}

/** When a Job's time is over, ms; undefined when it lives on. */
export function expiryOf(job: Job): number | undefined {
  const { ttlSecondsAfterFinished } = job.spec ?? {}
  const end = finishOf(job)
  if (ttlSecondsAfterFinished === undefined || end === undefined || job.metadata.deletionTimestamp !== undefined) return undefined
  return Date.parse(end.lastTransitionTime ?? '') + ttlSecondsAfterFinished * 1000
}
