import type { Exchange } from './exchange.ts'

/** Runs the rest of the pipeline; resolves when the exchange is over or has been answered. */
export type Next = () => Promise<void>

/**
 * One stage of a data path: it looks at the exchange, then answers it or calls `next`, once. After `await next()` the response record is final.
 * A stage that throws gives the client 500 (or a broken connection when the head has gone out) and publishes `knative:proxy:handler-error`.
 */
export type Stage<C = unknown> = (exchange: Exchange<C>, next: Next) => void | Promise<void>

/** A whole data path: what a server runs for each request. */
export type Handler = (exchange: Exchange) => void | Promise<void>

/**
 * Composes stages, outermost first, into one handler. `begin` makes the context of each exchange; without it the context is undefined.
 * The last stage's `next` rejects: a path must end in a stage that answers.
 */
export function pipeline(stages: readonly Stage[]): Handler
export function pipeline<C>(stages: readonly Stage<C>[], begin: (exchange: Exchange) => C): Handler
export function pipeline<C>(stages: readonly Stage<C>[], begin?: (exchange: Exchange) => C): Handler {
  const run = (exchange: Exchange<C>, index: number): Promise<void> => {
    const stage = stages[index]
    if (stage === undefined) return Promise.reject(new Error('pipeline: no stage answered the request'))
    try {
      const done = stage(exchange, () => run(exchange, index + 1))
      return done === undefined ? resolved : done
    } catch (error) {
      return Promise.reject(error as Error)
    }
  }
  return (exchange) => {
    if (begin !== undefined) exchange.context = begin(exchange)
    return run(exchange as Exchange<C>, 0)
  }
}

const resolved = Promise.resolve()
