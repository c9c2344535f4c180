import { keyOf, keyText, parseKey, type KubeObject, type ObjectKey } from '@knative-ts/api'
import diagnostics from 'node:diagnostics_channel'
import { isConflict } from './api-error.ts'
import type { Backoff } from './backoff.ts'
import { systemClock, type Clock } from './clock.ts'
import type { Informer } from './informer.ts'
import { stderrLog, type Log } from './log.ts'
import type { Outcome, Reconcile, ReconcileLoop, Trigger } from './reconcile.ts'
import { WorkQueue } from './work-queue.ts'

/** Published on the diagnostics channel `knative.kube.workqueue` after every pass. */
export interface PassReport {
  readonly loop: string
  readonly key: string
  readonly outcome: Outcome['kind'] | 'conflict' | 'failed'
  /** How long the key waited for the pass, and how long the pass took; ms. */
  readonly waitedMs: number
  readonly tookMs: number
  /** Names that wait after this pass. */
  readonly depth: number
  /** Failed passes in a row. */
  readonly retries: number
}

/** What a loop reconciles, and what makes it do so. */
export interface ReconcileLoopOptions {
  readonly name: string
  readonly reconcile: Reconcile
  readonly triggers: readonly Trigger[]
  /** Passes at a time. Default 4. */
  readonly workers?: number
  readonly log?: Log
  readonly backoff?: Backoff
  readonly clock?: Clock
  /** A pass that takes longer has its signal aborted. Default 30 s. */
  readonly deadlineMs?: number
  /** Keys that this loop is there for; others are left to somebody else. Default: all. */
  readonly accepts?: (key: ObjectKey) => boolean
}

const channel = diagnostics.channel('knative.kube.workqueue')

/** A trigger for any kind: `triggers` holds informers of different types. Without `keys` the object's own name is enqueued. */
export function triggeredBy<T extends KubeObject>(informer: Informer<T>, keys?: (object: T) => readonly ObjectKey[]): Trigger {
  // The loop hands `keys` only objects of this informer, so forgetting the type here is safe.
  return { informer, keys: keys ?? ((object: T) => [keyOf(object)]) } as unknown as Trigger
}

/**
 * A loop that waits until its triggers have synced, then passes. A thrown error is logged and retried with backoff (5 ms doubling to
 * 1000 s for each key unless told otherwise); a write conflict is retried the same way but is no news.
 */
export function createReconcileLoop(options: ReconcileLoopOptions): ReconcileLoop {
  const {
    name,
    reconcile,
    triggers,
    workers = 4,
    log = stderrLog,
    clock = systemClock,
    deadlineMs = 30_000,
    accepts = () => true
  } = options
  let pump: () => void = () => undefined
  const queue = new WorkQueue(() => pump(), options)
  /** What a line of the log is about, beside its key: reconcilers of one kind may be several. */
  const about = { loop: name, kind: triggers[0]?.informer.resource.kind }

  const pass = async (key: string, waitedMs: number, stop: AbortSignal): Promise<void> => {
    const startedAt = performance.now()
    const late = new AbortController()
    const cancel = clock.after(deadlineMs, () => {
      log.warn({ ...about, key, deadlineMs }, 'pass takes too long')
      late.abort(new Error(`${name}: no end of the pass for ${key} within ${deadlineMs} ms`))
    })
    let outcome: PassReport['outcome']
    try {
      const result = await reconcile(parseKey(key), AbortSignal.any([stop, late.signal]))
      outcome = result.kind
      queue.forget(key)
      if (result.kind === 'again') queue.addAfter(key, result.afterMs)
      if (result.kind === 'stuck') log.debug({ ...about, key, reason: result.reason }, 'stuck until something changes')
    } catch (error) {
      outcome = isConflict(error) ? 'conflict' : 'failed'
      if (!stop.aborted) {
        const retryMs = queue.addRateLimited(key)
        if (outcome === 'conflict') log.debug({ ...about, key, retryMs }, 'somebody wrote first, passing again')
        else log.warn({ ...about, key, error, retryMs }, 'pass failed')
      }
    } finally {
      cancel()
    }
    if (channel.hasSubscribers) {
      const tookMs = performance.now() - startedAt
      const report: PassReport = { loop: name, key, outcome, waitedMs, tookMs, depth: queue.depth, retries: queue.failures(key) }
      channel.publish(report)
    }
  }

  const add = (key: ObjectKey): void => {
    if (accepts(key)) queue.add(keyText(key))
  }

  const enqueueFor = (trigger: Trigger, object: KubeObject | undefined): void => {
    if (object !== undefined) for (const key of trigger.keys(object)) add(key)
  }

  return {
    name,
    enqueue: add,
    enqueueAfter: (key, delayMs) => {
      if (accepts(key)) queue.addAfter(keyText(key), delayMs)
    },
    resync() {
      const first = triggers[0]
      for (const object of first?.informer.cache.list() ?? []) enqueueFor(first as Trigger, object)
    },
    async run(signal) {
      const stopped = new Promise<void>((resolve) => {
        if (signal.aborted) resolve()
        else signal.addEventListener('abort', () => resolve(), { once: true })
      })
      const unsubscribe = triggers.map((trigger) =>
        trigger.informer.onChange((change) => {
          enqueueFor(trigger, change.before)
          enqueueFor(trigger, change.after)
        })
      )
      await Promise.race([Promise.all(triggers.map((trigger) => trigger.informer.synced())), stopped])
      const passes = new Set<Promise<void>>()
      let scheduled = false
      const takeAll = (): void => {
        scheduled = false
        while (!signal.aborted && queue.running < workers) {
          const next = queue.take()
          if (next === undefined) return
          const running = pass(next.name, next.waitedMs, signal).finally(() => {
            passes.delete(running)
            queue.done(next.name)
          })
          passes.add(running)
        }
      }
      // In a microtask, so that the events of one batch make one pass, yet nothing waits for the next turn of the event loop.
      pump = () => {
        if (scheduled) return
        scheduled = true
        queueMicrotask(takeAll)
      }
      pump()
      await stopped
      pump = () => undefined
      for (const leave of unsubscribe) leave()
      await Promise.all(passes)
      queue.clear()
    }
  }
}
