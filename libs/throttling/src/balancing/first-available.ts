import type { Policy } from './policy.ts'

/** The first pod by address that has a place (containerConcurrency 1 to 3): the others stay free for scaling down. */
export const firstAvailable: Policy = (pods) => pods.find((pod) => pod.reserve())
