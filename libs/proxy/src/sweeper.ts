/** A set of things that one coarse timer visits. The timer runs only while the set holds something and never keeps the process alive. */
export interface SweptSet<T> {
  add(item: T): void
  remove(item: T): void
  readonly size: number
}

/** Visits each member every `tickMs` milliseconds with the time (performance.now). `visit` may remove members. */
export function sweepWhileUsed<T>(tickMs: number, visit: (item: T, now: number) => void): SweptSet<T> {
  const members = new Set<T>()
  let timer: NodeJS.Timeout | undefined
  const sweep = (): void => {
    const now = performance.now()
    for (const member of members) visit(member, now)
    // Stopped here and not in remove: a set that empties and fills with each request would else make a timer each time.
    if (members.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
  return {
    add(item) {
      members.add(item)
      timer ??= setInterval(sweep, tickMs).unref()
    },
    remove: (item) => void members.delete(item),
    get size() {
      return members.size
    }
  }
}
