import type { Header } from '@knative-ts/eventing'
import type { HeaderList } from '@knative-ts/proxy'

/** Headers of a request or an answer that go along with its event to the next hop (reference 3.1, and what the original was seen to forward). */
const exact: ReadonlySet<string> = new Set(['x-request-id', 'retry-after', 'traceparent', 'tracestate', 'baggage'])

const isPassed = (name: string): boolean => exact.has(name) || name.startsWith('knative-') || name.startsWith('x-b3-')

/** Those of `headers` that are passed on, in their order, repeated ones too. */
export function passedHeaders(headers: HeaderList): readonly Header[] {
  let passed: Header[] | undefined
  headers.forEach((name, value) => {
    const lower = name.toLowerCase()
    if (isPassed(lower)) (passed ??= []).push([lower, value])
  })
  return passed ?? none
}

const none: readonly Header[] = []
