/** Why traffic cannot be assigned, in the words and reasons of the condition AllTrafficAssigned (Knative Serving, Route). */
export interface TargetProblem {
  /** 'False' is a failure that only a change can heal; 'Unknown' may heal by waiting. */
  readonly status: 'Unknown' | 'False'
  readonly reason: string
  readonly message: string
}

/** A Configuration or Revision that traffic names does not exist. */
export const missing = (kind: 'Configuration' | 'Revision', name: string): TargetProblem => ({
  status: 'False',
  reason: `${kind}Missing`,
  message: `${kind} "${name}" referenced in traffic not found. Create it, or name one that exists in spec.traffic.`
})

/** A Configuration has no ready revision: yet, or (failed) at all. `why` is what it says of that itself, '' when nothing. */
export const unreadyConfiguration = (name: string, failed: boolean, why = ''): TargetProblem => ({
  status: failed ? 'False' : 'Unknown',
  reason: 'RevisionMissing',
  message: because(
    failed
      ? `Configuration "${name}" does not have any ready Revision.`
      : `Configuration "${name}" is waiting for a Revision to become ready.`,
    why
  )
})

/** A Revision is not ready yet, or failed. `why` is what it says of that itself, '' when nothing. */
export const unreadyRevision = (name: string, failed: boolean, why = ''): TargetProblem => ({
  status: failed ? 'False' : 'Unknown',
  reason: 'RevisionMissing',
  message: because(failed ? `Revision "${name}" failed to become ready.` : `Revision "${name}" is not yet ready.`, why)
})

/** Upstream's sentence, and behind it what would take a look at another object to find out. */
const because = (sentence: string, why: string): string => (why === '' ? sentence : `${sentence} ${why}`)

/** A Route of a Service points at a revision of another Service. */
export const revisionNotOwned = (name: string, service: string): TargetProblem => ({
  status: 'False',
  reason: 'RevisionNotOwned',
  message: `Revision "${name}" is not owned by Service "${service}". Name a revision of this Service in spec.traffic.`
})
