/**
 * Calls `late` when `ms` are over, unless the returned function was called before. What has come by then is heard first: an agent that was busy for
 * longer than that must not take an answer that waits for it for one that never came, and a pod out of its Services for its own slowness.
 */
export function onceLate(ms: number, late: () => void): () => void {
  let turn: NodeJS.Immediate | undefined
  const timer = setTimeout(() => (turn = setImmediate(late)), ms)
  return () => {
    clearTimeout(timer)
    clearImmediate(turn)
  }
}
