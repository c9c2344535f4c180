import type { Job } from '@knative-ts/api/kubernetes'
import type { EventRecorder } from '@knative-ts/kube'

/** Says in events what a pass changed about a Job as a whole. */
export function announceJob(events: EventRecorder, before: Job, after: Job): void {
  const old = new Set((before.status?.conditions ?? []).map(({ type, status }) => `${type}=${status}`))
  for (const { type, status, reason = '', message = '' } of after.status?.conditions ?? []) {
    if (old.has(`${type}=${status}`)) continue
    if (type === 'Complete') events.record(after, 'Normal', 'Completed', 'Job completed')
    if (type === 'Failed') events.record(after, 'Warning', reason, message)
    if (type === 'Suspended') events.record(after, 'Normal', status === 'True' ? 'Suspended' : 'Resumed', message)
  }
}
