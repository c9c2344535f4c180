import type { Stage, Tracing } from '@knative-ts/proxy'
import type { Activated } from '../activated.ts'

/** Stages that look at requests and change nothing about them. */
export interface Observers {
  readonly tracing: Tracing
  readonly metrics: Stage<Activated>
  /** The request log. */
  readonly lines: Stage<Activated>
}

const pass: Stage<Activated> = (exchange, next) => next(exchange)

/** Nobody looks. */
export const noObservers: Observers = { tracing: { tracer: undefined }, metrics: pass, lines: pass }

/** Says on the span of a request which revision it is for. */
export const describeRevision: Stage<Activated> = (exchange, next) => {
  const { span, context } = exchange
  if (span !== undefined) for (const [name, value] of Object.entries(context.entry.labels)) span.set(name, value)
  return next(exchange)
}
