import type { Header, HeaderSource } from '@knative-ts/eventing'
import type { HeaderList } from '@knative-ts/proxy'

/** Headers that go along with an event to the next hop (reference 3.1, and what the original was seen to forward). */
const exact: ReadonlySet<string> = new Set(['x-request-id', 'retry-after', 'traceparent', 'tracestate', 'baggage'])

const isPassed = (name: string): boolean => exact.has(name) || name.startsWith('knative-') || name.startsWith('x-b3-')

const isOfEvent = (name: string): boolean => name.startsWith('ce-') || name === 'content-type'

/** What a message says of its event, and what goes along with it, made text once: the codec looks at it more than once. Names in lower case. */
export class ReadHeaders implements HeaderSource {
  readonly #fields: string[] = []

  constructor(headers: HeaderList) {
    headers.forEachNamed(nameOf, (name, value) => this.#fields.push(name, value))
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
    const fields = this.#fields
    let passed: Header[] | undefined
    for (let at = 0; at < fields.length; at += 2) {
      const name = fields[at] as string
      if (!isOfEvent(name) && isPassed(name)) (passed ??= []).push([name, fields[at + 1] as string])
    }
    return passed ?? none
  }
}

const none: readonly Header[] = []

/** Names as they are read, by how they were sent; undefined: nobody asks for such a header. Those of publishers are few. */
const known = new Map<string, string | undefined>()
const mostKnown = 1024
const longestKnown = 64

function nameOf(sent: string): string | undefined {
  const found = known.get(sent)
  if (found !== undefined || known.has(sent)) return found
  const name = sent.toLowerCase()
  const read = isOfEvent(name) || isPassed(name) ? name : undefined
  // Names come from anybody.
  if (known.size >= mostKnown) known.clear()
  if (sent.length <= longestKnown) known.set(sent, read)
  return read
}
