import type { Header, HeaderSource } from '@knative-ts/eventing'
import type { HeaderList } from '@knative-ts/proxy'

/** Headers that go along with an event to the next hop (reference 3.1, and what the original was seen to forward). */
const exact: ReadonlySet<string> = new Set(['x-request-id', 'retry-after', 'traceparent', 'tracestate', 'baggage'])

const isPassed = (name: string): boolean => exact.has(name) || name.startsWith('knative-') || name.startsWith('x-b3-')

/** A message's headers, made text once: the codec looks at them more than once, and so does what is passed on. Names in lower case. */
export class ReadHeaders implements HeaderSource {
  readonly #fields: string[] = []

  constructor(headers: HeaderList) {
    headers.forEach((name, value) => this.#fields.push(name.toLowerCase(), value))
  }

  forEach(visit: (name: string, value: string) => void): void {
    const fields = this.#fields
    for (let at = 0; at < fields.length; at += 2) visit(fields[at] as string, fields[at + 1] as string)
  }

  /** Value of the first header of that name (lower case). */
  get(wanted: string): string | undefined {
    const fields = this.#fields
    for (let at = 0; at < fields.length; at += 2) if (fields[at] === wanted) return fields[at + 1]
    return undefined
  }

  /** Those that go along with the event, in their order, repeated ones too. */
  get passed(): readonly Header[] {
    let passed: Header[] | undefined
    this.forEach((name, value) => {
      if (isPassed(name)) (passed ??= []).push([name, value])
    })
    return passed ?? none
  }
}

const none: readonly Header[] = []
