/** Lines of one kind in one period, and kinds that are counted each for itself: at 400 bytes a line an outage writes at most 20 KiB a second. */
const limits = { linesPerKind: 5, periodMs: 10_000, kinds: 100 } as const

interface Kind {
  since: number
  lines: number
  leftOut: number
}

/** Where lines go. */
export interface FailureSink {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/**
 * Logs what a data path had to refuse, with the object that it concerns, but not each time: an outage must not fill disks. Of each kind a few lines per
 * period are written; the next one after that says how many were left out.
 */
export class FailureLog {
  readonly #sink: FailureSink
  readonly #now: () => number
  readonly #kinds = new Map<string, Kind>()

  /** @param now milliseconds, monotonic */
  constructor(sink: FailureSink, now: () => number = () => performance.now()) {
    this.#sink = sink
    this.#now = now
  }

  /** One failure of `kind` (`503 default/hello-00001`). `reason` is the text of the answer, or what was thrown: a bug. */
  tell(kind: string, reason: string | Error, fields: object): void {
    const leftOut = this.#admit(kind)
    if (leftOut === undefined) return
    const more = leftOut === 0 ? fields : { ...fields, leftOut }
    if (reason instanceof Error) this.#sink.error({ ...more, error: reason }, `request failed: ${reason.message}`)
    else this.#sink.warn(more, `request refused: ${reason}`)
  }

  /** How many were left out before this one; undefined when it is left out too. */
  #admit(name: string): number | undefined {
    const now = this.#now()
    const kind = this.#kindOf(name, now)
    if (now - kind.since >= limits.periodMs) {
      kind.since = now
      kind.lines = 0
    }
    if (kind.lines >= limits.linesPerKind) {
      kind.leftOut++
      return undefined
    }
    kind.lines++
    const { leftOut } = kind
    kind.leftOut = 0
    return leftOut
  }

  #kindOf(name: string, now: number): Kind {
    const found = this.#kinds.get(name)
    if (found !== undefined) return found
    if (this.#kinds.size >= limits.kinds) this.#forgetOld(now)
    const shared = this.#kinds.size >= limits.kinds
    const known = shared ? this.#kinds.get('') : undefined
    if (known !== undefined) return known
    const kind = { since: now, lines: 0, leftOut: 0 }
    this.#kinds.set(shared ? '' : name, kind)
    return kind
  }

  #forgetOld(now: number): void {
    for (const [name, { since, leftOut }] of this.#kinds) if (leftOut === 0 && now - since >= limits.periodMs) this.#kinds.delete(name)
  }
}
