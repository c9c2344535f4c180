/**
 * A piece of a role that lives between start and stop: a listener, a reconcile loop, a stream. Domain classes implement it and know
 * nothing of Nest. Parts start in the order given and stop in reverse.
 */
export interface Part {
  readonly name: string
  /** Resolves when the part works; a rejection ends the process. */
  start?(): Promise<void>
  /** Why the role must not get traffic now, in a few words; undefined when this part is ready. Asked at each readiness probe. */
  unready?(): string | undefined
  /** Why the process should be restarted; undefined when this part is alive. */
  unhealthy?(): string | undefined
  /** SIGTERM: stop taking new work, finish what runs. All parts drain at the same time, before any is stopped. */
  drain?(): Promise<void>
  /** Release everything. In reverse order of start. */
  stop?(): Promise<void>
}

/** Injection token: the `Part[]` of a role, in start order. */
export const PARTS = Symbol('PARTS')
/** Injection token: the role's `Log`. */
export const LOG = Symbol('LOG')
/** Injection token: the role's `LazyMetrics`. */
export const METRICS = Symbol('METRICS')
/** Injection token: the role's `Observability`. */
export const OBSERVABILITY = Symbol('OBSERVABILITY')
