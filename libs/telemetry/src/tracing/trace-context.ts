/** W3C Trace Context (https://www.w3.org/TR/trace-context/), version 00 and what later ones share with it. */

/** What `traceparent` says of the span that a request comes from. */
export interface Parent {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string
  /** 16 of them. */
  readonly spanId: string
  readonly sampled: boolean
}

const shape = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const zeros = /^0+$/

/** Reads a `traceparent`; undefined when it is not valid, which counts as none. */
export function parentOf(traceparent: string | undefined): Parent | undefined {
  const [, version, traceId = '', spanId = '', flags = '', more] = shape.exec(traceparent ?? '') ?? []
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (zeros.test(traceId) || zeros.test(spanId)) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/** The header's value for a span. */
export function traceparentOf(traceId: string, spanId: string, sampled: boolean): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`
}
