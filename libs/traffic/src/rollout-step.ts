import { sorted, type ConfigurationRollout, type RevisionShare, type Rollout } from './rollout.ts'

const secondNs = 1e9

/** The shape that traffic should have now, and when to look again (Unix ns; undefined when nothing is due). */
export interface Step {
  readonly rollout: Rollout
  readonly nextStepTime?: number
}

/**
 * Merges the goal (every configuration at its newest revision) with the previous state: a newer revision starts at 1 %,
 * a rollout under way takes a step when it is due, and a changed share is taken from the oldest revisions or given to the newest.
 */
export function step(goal: Rollout, previous: Rollout | undefined, now: number): Step {
  if (previous === undefined || previous.configurations.length === 0) return { rollout: goal }
  const tagged = new Set(previous.configurations.map((c) => c.tag ?? ''))
  const stepped = goal.configurations.flatMap((wanted) => {
    if (!tagged.has(wanted.tag ?? '')) return [wanted]
    if (wanted.percent === 0) return []
    const before = previous.configurations.find(
      (c) => (c.tag ?? '') === (wanted.tag ?? '') && c.configurationName === wanted.configurationName
    )
    return before === undefined || wanted.percent === 1 ? [wanted] : [stepOne(wanted, before, now)]
  })
  const due = stepped.flatMap((c) => c.stepParams.nextStepTime ?? [])
  return { rollout: sorted(stepped), ...(due.length === 0 ? {} : { nextStepTime: Math.min(...due) }) }
}

function stepOne(goal: ConfigurationRollout, before: ConfigurationRollout, now: number): ConfigurationRollout {
  const shares = adjusted(before.revisions, goal.percent - before.percent)
  const newest = shares.at(-1)
  const wanted = goal.revisions[0]
  if (newest === undefined || wanted === undefined) return goal
  if (newest.revisionName !== wanted.revisionName) return started(goal, shares, wanted, now)
  if (shares.length === 1) return goal
  const { nextStepTime = 0, stepSize = 0, stepDuration = 0 } = before.stepParams
  if (stepSize <= 0 || now < nextStepTime) return { ...goal, revisions: shares, stepParams: before.stepParams }
  const revisions = moved(shares, stepSize)
  const stepParams = revisions.length === 1 ? {} : { ...before.stepParams, nextStepTime: now + stepDuration }
  return { ...goal, revisions, stepParams }
}

/** Gives a larger share to the newest revision; takes a smaller one from the oldest first. */
function adjusted(shares: readonly RevisionShare[], difference: number): readonly RevisionShare[] {
  if (difference >= 0) return shares.map((s, i) => (i === shares.length - 1 ? { ...s, percent: s.percent + difference } : s))
  let excess = -difference
  const left = shares.map((share) => {
    const taken = Math.min(share.percent, excess)
    excess -= taken
    return { ...share, percent: share.percent - taken }
  })
  return left.filter((s) => s.percent > 0)
}

/** A new revision takes 1 % from the newest one that has any. */
function started(goal: ConfigurationRollout, shares: readonly RevisionShare[], wanted: RevisionShare, now: number): ConfigurationRollout {
  const giver = shares.findLastIndex((s) => s.percent > 0)
  const left = shares.map((s, i) => (i === giver ? { ...s, percent: s.percent - 1 } : s)).filter((s) => s.percent > 0)
  return { ...goal, revisions: [...left, { revisionName: wanted.revisionName, percent: 1 }], stepParams: { starttime: now } }
}

/** Moves `size` percent to the newest revision, from the second newest backwards. */
function moved(shares: readonly RevisionShare[], size: number): readonly RevisionShare[] {
  let wanted = size
  const left = [...shares]
  const last = left.length - 1
  for (let i = last - 1; i >= 0 && wanted > 0; i--) {
    const share = left[i]
    const newest = left[last]
    if (share === undefined || newest === undefined) break
    const taken = Math.min(share.percent, wanted)
    wanted -= taken
    left[i] = { ...share, percent: share.percent - taken }
    left[last] = { ...newest, percent: newest.percent + taken }
  }
  return left.filter((s) => s.percent > 0)
}

/**
 * The first 1 % is being served: how long that took sets the pace, so that the rest takes about `durationSeconds` in all.
 * Configurations whose pace is set, or that do not roll out, stay as they are.
 */
export function observeReady(rollout: Rollout, now: number, durationSeconds: number): Rollout {
  return {
    configurations: rollout.configurations.map((c) => {
      const { starttime = 0, stepDuration = 0 } = c.stepParams
      if (stepDuration !== 0 || starttime <= 0) return c
      const shortest = Math.max(1, Math.ceil((now - starttime) / secondNs))
      const duration = Math.max(1, durationSeconds - shortest)
      const remaining = c.percent - 1
      const steps = Math.min(Math.max(1, Math.trunc(duration / shortest)), Math.max(1, remaining))
      const pace = Math.round((duration / steps) * secondNs)
      const stepParams = { starttime, nextStepTime: now + pace, stepDuration: pace, stepSize: Math.round(remaining / steps) }
      return { ...c, stepParams }
    })
  }
}
