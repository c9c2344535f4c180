import type { ServingUser } from '../../rig/serving-user.ts'

export interface LowestReplicas {
  /** The fewest that the revision's Deployment has been told to have. */
  stop(): Promise<number>
}

const everyMs = 200

/** Looks at what a revision's Deployment is told, again and again. */
export function lowestReplicas(user: ServingUser, revision: string): LowestReplicas {
  let lowest = Infinity
  let looking = true
  const look = async (): Promise<void> => {
    while (looking) {
      lowest = Math.min(lowest, (await user.replicasOf(revision)).wanted)
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
  }
  const looked = look()
  return {
    stop: async () => {
      looking = false
      await looked
      return lowest
    }
  }
}
