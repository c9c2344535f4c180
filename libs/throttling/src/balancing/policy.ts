import type { PodTracker } from '../pod-tracker.ts'

/** Chooses one of `pods`, sorted by address, and takes a place there. Undefined when no pod has one. */
export type Policy = (pods: readonly PodTracker[]) => PodTracker | undefined
