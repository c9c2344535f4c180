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
  message: `${kind} "${name}" referenced in traffic not found.`
})

/** A Configuration has no ready revision: yet, or (failed) at all. */
export const unreadyConfiguration = (name: string, failed: boolean): TargetProblem => ({
  status: failed ? 'False' : 'Unknown',
  reason: 'RevisionMissing',
  message: failed
    ? `Configuration "${name}" does not have any ready Revision.`
    : `Configuration "${name}" is waiting for a Revision to become ready.`
})

/** A Revision is not ready yet, or failed. */
export const unreadyRevision = (name: string, failed: boolean): TargetProblem => ({
  status: failed ? 'False' : 'Unknown',
  reason: 'RevisionMissing',
  message: failed ? `Revision "${name}" failed to become ready.` : `Revision "${name}" is not yet ready.`
})

/** A Route of a Service points at a revision of another Service. */
export const revisionNotOwned = (name: string, service: string): TargetProblem => ({
  status: 'False',
  reason: 'RevisionNotOwned',
  message: `Revision "${name}" is not owned by Service "${service}".`
})
