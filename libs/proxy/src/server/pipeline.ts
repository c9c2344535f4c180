import type { Exchange } from './exchange.ts'

/** Runs the rest of the pipeline. What must happen when the exchange is over is registered with `exchange.onEnd`, not awaited. */
export type Next<C = unknown> = (exchange: Exchange<C>) => void | Promise<void>

/**
 * One stage of a data path: it looks at the exchange, then answers it or calls `next`, once. A stage that has nothing to wait for returns what `next`
 * returned: then the exchange costs no promise. A stage that throws gives the client 500 (or a broken connection when the head has gone out) and
 * publishes `knative:proxy:handler-error`.
 */
export type Stage<C = unknown> = (exchange: Exchange<C>, next: Next<C>) => void | Promise<void>

/** A whole data path: what a server runs for each request. */
export type Handler = (exchange: Exchange) => void | Promise<void>

/**
 * Composes stages, outermost first, into one handler. `begin` makes the context of each exchange; without it the context is undefined.
 * The last stage's `next` throws: a path must end in a stage that answers.
 */
export function pipeline(stages: readonly Stage[]): Handler
export function pipeline<C>(stages: readonly Stage<C>[], begin: (exchange: Exchange) => C): Handler
export function pipeline<C>(stages: readonly Stage<C>[], begin?: (exchange: Exchange) => C): Handler {
  const run = stages.reduceRight<Next<C>>((next, stage) => (exchange) => stage(exchange, next), unanswered)
  if (begin === undefined) return run as Handler
  return (exchange) => {
    exchange.context = begin(exchange)
    return run(exchange as Exchange<C>)
  }
}

function unanswered(): never {
  throw new Error('pipeline: no stage answered the request')
}
