import type { eventRouting } from '@knative-ts/wire'

type Told = ReadonlyMap<string, eventRouting.DeliveryState>

/** How the deliveries of subscriptions fare, as the pods of the data plane report it to any replica. */
export class DeliveryBook {
  readonly #byPod = new Map<string, Map<string, eventRouting.DeliveryState>>()
  readonly #listeners = new Set<(uid: string) => void>()

  /** Called with the uid of each Subscription that there is news of. */
  onChange(listener: (uid: string) => void): void {
    this.#listeners.add(listener)
  }

  /** Subscriptions that there is something to say of. */
  get size(): number {
    return new Set([...this.#byPod.values()].flatMap((told) => [...told.keys()])).size
  }

  /** The worst that any pod says of a Subscription; undefined when all is well. */
  of(uid: string): eventRouting.DeliveryState | undefined {
    let worst: eventRouting.DeliveryState | undefined
    for (const told of this.#byPod.values()) {
      const state = told.get(uid)
      if (state !== undefined && (worst === undefined || severity(state) > severity(worst))) worst = state
    }
    return worst
  }

  /** What a replica says of a pod. `fresh`: what was said of it before counts no more. */
  report(controller: string, pod: string, states: readonly eventRouting.DeliveryState[], fresh = false): void {
    const name = `${controller} ${pod}`
    const known = this.#byPod.get(name) ?? new Map<string, eventRouting.DeliveryState>()
    const changed = new Set(fresh ? known.keys() : [])
    if (fresh) known.clear()
    for (const state of states) {
      changed.add(state.subscriptionUid)
      if (isNews(state)) known.set(state.subscriptionUid, state)
      else known.delete(state.subscriptionUid)
    }
    if (known.size === 0) this.#byPod.delete(name)
    else this.#byPod.set(name, known)
    this.#tell(changed)
  }

  /** What one replica knows of a pod, for another. */
  told(controller: string, pod: string): Told {
    return this.#byPod.get(`${controller} ${pod}`) ?? new Map()
  }

  /** A replica, or one pod that it spoke for, is gone. */
  forget(controller: string, pod?: string): void {
    for (const [name, told] of this.#byPod) {
      if (pod === undefined ? !name.startsWith(`${controller} `) : name !== `${controller} ${pod}`) continue
      this.#byPod.delete(name)
      this.#tell(told.keys())
    }
  }

  #tell(uids: Iterable<string>): void {
    for (const uid of uids) for (const listener of this.#listeners) listener(uid)
  }
}

const isNews = ({ lastError, stuck }: eventRouting.DeliveryState): boolean => lastError !== '' || stuck

const severity = ({ stuck, lastError, failingSinceMs }: eventRouting.DeliveryState): number =>
  (stuck ? 2 : 0) + (lastError === '' ? 0 : 1) + (failingSinceMs > 0 ? 1 / failingSinceMs : 0)
