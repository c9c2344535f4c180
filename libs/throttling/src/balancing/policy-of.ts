import { firstAvailable } from './first-available.ts'
import type { Policy } from './policy.ts'
import { randomChoice } from './random-choice.ts'
import { roundRobin } from './round-robin.ts'

/** The policy that goes with a containerConcurrency (reference 4.2). */
export function policyOf(containerConcurrency: number, random: () => number): Policy {
  if (containerConcurrency === 0) return randomChoice(random)
  return containerConcurrency <= 3 ? firstAvailable : roundRobin()
}
