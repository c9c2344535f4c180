/**
 * What a controller's last pass over an object wrote and its cache of pods has not shown yet. While anything is expected, no pod is created
 * or deleted: a stale cache must never make one too many.
 */
export class Expectations {
  readonly #pending = new Map<string, Map<string, { readonly kind: 'created' | 'deleted'; readonly at: number }>>()
  /** Pods seen lately, whose creation may be answered only after their event came. Bounded. */
  readonly #seen = new Set<string>()
  readonly #gone = new Set<string>()

  /** `owner` created the pod. */
  created(owner: string, uid: string, now: number): void {
    if (!this.#seen.has(uid)) this.#expect(owner, uid, 'created', now)
  }

  /** `owner` asked for the pod's deletion. */
  deleted(owner: string, uid: string, now: number): void {
    if (!this.#gone.has(uid)) this.#expect(owner, uid, 'deleted', now)
  }

  /** The cache shows the pod. */
  appeared(uid: string): void {
    remember(this.#seen, uid)
    this.#meet(uid, 'created')
  }

  /** The cache shows the pod on its way out, or no more. */
  left(uid: string): void {
    remember(this.#seen, uid)
    remember(this.#gone, uid)
    this.#meet(uid, 'created')
    this.#meet(uid, 'deleted')
  }

  /** When what is expected the longest is given up, ms; undefined when nothing is expected. */
  givenUpAt(owner: string, now: number): number | undefined {
    const pending = this.#pending.get(owner)
    for (const [uid, { at }] of pending ?? []) {
      if (at + patienceMs > now) return at + patienceMs
      pending?.delete(uid)
    }
    if (pending?.size === 0) this.#pending.delete(owner)
    return undefined
  }

  forget(owner: string): void {
    this.#pending.delete(owner)
  }

  #expect(owner: string, uid: string, kind: 'created' | 'deleted', at: number): void {
    const pending = this.#pending.get(owner) ?? new Map()
    pending.set(uid, { kind, at })
    this.#pending.set(owner, pending)
  }

  #meet(uid: string, kind: 'created' | 'deleted'): void {
    for (const [owner, pending] of this.#pending) {
      if (pending.get(uid)?.kind !== kind) continue
      pending.delete(uid)
      if (pending.size === 0) this.#pending.delete(owner)
    }
  }
}

/** An event that was lost with its watch shows in the list after it, seconds later at most. */
const patienceMs = 30_000
const remembered = 4096

function remember(set: Set<string>, uid: string): void {
  set.add(uid)
  if (set.size <= remembered) return
  for (const oldest of set) {
    set.delete(oldest)
    return
  }
}
