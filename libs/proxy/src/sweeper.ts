/** A member of a swept set: `slot` is the set's, -1 at first. A thing can be in one such set at a time. */
export interface Swept {
  slot: number
}

/** A set of things that one coarse timer visits. The timer runs only while the set holds something and never keeps the process alive. */
export interface SweptSet<T extends Swept> {
  add(item: T): void
  remove(item: T): void
  readonly size: number
}

/** Visits each member every `tickMs` milliseconds with the time (performance.now). `visit` may remove the member. */
export function sweepWhileUsed<T extends Swept>(tickMs: number, visit: (item: T, now: number) => void): SweptSet<T> {
  const members: T[] = []
  let timer: NodeJS.Timeout | undefined
  const sweep = (): void => {
    const now = performance.now()
    // From the end: who takes a removed member's place has been visited.
    for (let index = members.length - 1; index >= 0; index--) {
      const member = members[index]
      if (member !== undefined) visit(member, now)
    }
    // Stopped here and not in remove: a set that empties and fills with each request would else make a timer each time.
    if (members.length === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
  return {
    add(item) {
      if (item.slot >= 0) return
      item.slot = members.length
      members.push(item)
      timer ??= setInterval(sweep, tickMs).unref()
    },
    remove(item) {
      const { slot } = item
      if (slot < 0) return
      item.slot = -1
      const last = members.pop() as T
      if (last === item) return
      members[slot] = last
      last.slot = slot
    },
    get size() {
      return members.length
    }
  }
}
