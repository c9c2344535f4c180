import { keyText, type ObjectKey } from '@knative-ts/api'
import type { Clock } from '@knative-ts/kube'
import type { ScalingSpec } from '@knative-ts/scaling'
import { beat } from '../beat.ts'
import type { MetricCollector } from '../metrics/metric-collector.ts'
import { Decider, tickMs } from './decider.ts'

/** What deciders need to know of the world. */
export interface DecidingWorld {
  readonly metrics: MetricCollector
  /** Ready pods of a revision. */
  readonly ready: (key: ObjectKey) => number
  readonly clock: Clock
  /** A verdict changed: reconcile the PodAutoscaler. */
  readonly changed: (key: ObjectKey) => void
}

/** One decider a revision, all evaluated on one beat, and at once when a request finds no pod. */
export class Deciders {
  readonly #world: DecidingWorld
  readonly #deciders = new Map<string, { readonly key: ObjectKey; readonly decider: Decider }>()

  constructor(world: DecidingWorld) {
    this.#world = world
  }

  /**
   * The decider of a revision, made when it is first asked for; its spec is swapped in place. `present`: the pods that somebody has decided on before.
   */
  ensure(key: ObjectKey, spec: ScalingSpec, present: () => number = () => 0): Decider {
    const found = this.#deciders.get(keyText(key))
    if (found !== undefined) {
      found.decider.spec = spec
      return found.decider
    }
    const decider = new Decider(spec, { ready: this.#world.ready(key), present: present() }, this.#world.clock.now())
    this.#deciders.set(keyText(key), { key, decider })
    return decider
  }

  forget(key: ObjectKey): void {
    this.#deciders.delete(keyText(key))
  }

  /** Drops those of a bucket: another replica leads it now. */
  forgetAll(ofBucket: (key: ObjectKey) => boolean): void {
    for (const { key } of this.#deciders.values()) if (ofBucket(key)) this.forget(key)
  }

  /**
   * A request arrived for a revision that has no pods: decide at once. Unlike upstream also before the first tick, so that the first wake
   * of a revision that started at zero does not wait.
   */
  poke(key: ObjectKey): void {
    const found = this.#deciders.get(keyText(key))
    if (found !== undefined && found.decider.verdict.desired <= 0) this.#evaluate(found.key, found.decider)
  }

  /** Evaluates all every {@link tickMs} until `signal` aborts. */
  run(signal: AbortSignal): void {
    beat(this.#world.clock, tickMs, signal, () => {
      for (const { key, decider } of this.#deciders.values()) this.#evaluate(key, decider)
    })
  }

  /** Every decider with its key, for metrics. */
  all(): Iterable<{ readonly key: ObjectKey; readonly decider: Decider }> {
    return this.#deciders.values()
  }

  #evaluate(key: ObjectKey, decider: Decider): void {
    const now = this.#world.clock.now()
    const seen = this.#world.metrics.measure(key, decider.spec.metric, now)
    if (seen !== undefined && decider.tick(seen, this.#world.ready(key), now)) this.#world.changed(key)
  }
}
