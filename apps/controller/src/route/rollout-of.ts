import { firstOf, isReady, isTrue, rolloutAnnotation, rolloutDurationAnnotations, type Ingress, type Route } from '@knative-ts/api'
import { isInProgress, observeReady, parseRollout, settledRollout, step, type Step, type TargetGroups } from '@knative-ts/traffic'
import { durationSeconds } from '../revision/duration-seconds.ts'

/**
 * How the traffic is to be shared now, given how it was shared so far (the KIngress remembers). Without a duration a new revision gets all
 * at once. `now`: ms.
 */
export function rolloutOf(route: Route, groups: TargetGroups, ingress: Ingress | undefined, defaultSeconds: number, now: number): Step {
  const goal = settledRollout(groups)
  const given = firstOf(route.metadata.annotations, rolloutDurationAnnotations)
  const seconds = given === undefined ? defaultSeconds : durationSeconds(given)
  if (seconds <= 0) return { rollout: goal }
  const nowNs = now * 1e6
  const previous = parseRollout(ingress?.metadata.annotations?.[rolloutAnnotation])
  const served = previous !== undefined && ingress !== undefined && isReady(ingress) && !isTrue(route.status?.conditions, 'IngressReady')
  return step(goal, served ? observeReady(previous, nowNs, seconds) : previous, nowNs)
}

/** When to look again, in ms from now; undefined when nothing is due. */
export function dueIn({ rollout, nextStepTime }: Step, now: number): number | undefined {
  return nextStepTime === undefined || !isInProgress(rollout) ? undefined : Math.max(0, nextStepTime / 1e6 - now)
}
