/** The place of one activator among those of a revision. `self` is -1 while it is not known. */
export interface Share {
  readonly self: number
  readonly activators: number
}

/** Nothing is known of other activators: all pods are ours. */
export const wholeShare: Share = { self: -1, activators: 0 }

/**
 * The pods, sorted by address, that one activator sends requests to, so that several keep a containerConcurrency together (reference 4.2,
 * Assignment): an equal slice each, what is left over one by one from the first activator on. More activators than pods share pods.
 */
export function assignedPods<T>(pods: readonly T[], { self, activators }: Share): readonly T[] {
  if (self < 0 || pods.length <= 1 || activators <= 1) return pods
  if (activators > pods.length) return pods.slice(self % pods.length, (self % pods.length) + 1)
  const size = Math.floor(pods.length / activators)
  const own = pods.slice(self * size, (self + 1) * size)
  const leftOver = pods[activators * size + self]
  return leftOver === undefined ? own : [...own, leftOver]
}
