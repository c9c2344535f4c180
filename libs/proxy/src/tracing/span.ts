/**
 * A piece of work on a traced request. The data path says what happens; who records it, and where it goes, is somebody else's matter. Methods never throw,
 * and do nothing after `end`.
 */
export interface Span {
  /** Value of the header `traceparent` that makes what follows a child of this span (W3C Trace Context). */
  readonly traceparent: string
  /** Work inside of this one, from now on. */
  child(name: string): Span
  /** The request sent on to `address`, from now on: what its receiver records becomes a child of it. */
  attempt(method: string, target: string, address: string): Span
  set(attribute: string, value: string | number): void
  /** Marks it as failed: `type` of a closed list (`503`, `refused`), `message` in words. */
  fail(type: string, message: string): void
  end(): void
}

/** What a tracer needs to know of a request when it begins. */
export interface TracedRequest {
  /** Headers of W3C Trace Context, as they came. */
  readonly traceparent: string | undefined
  readonly tracestate: string | undefined
  /** Milliseconds (performance.now) at which it had arrived. */
  readonly startedAt: number
}

/** Decides which requests are recorded. */
export interface Tracer {
  /**
   * The span of a request; or the `traceparent` by which others learn that it is not recorded, when nobody before has decided; or undefined when it is not
   * recorded and they know.
   */
  begin(request: TracedRequest, method: string): Span | string | undefined
}

/** Where the present tracer is found; it may be replaced between two requests. Without one, requests pass untouched. */
export interface Tracing {
  readonly tracer: Tracer | undefined
}
