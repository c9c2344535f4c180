/** One final response as it stands on the wire. */
export interface Answer {
  readonly status: number
  readonly reason: string
  /** `Name: value`, in order, without what white space there was more. */
  readonly fields: readonly string[]
  readonly body: string
  readonly trailers: readonly string[]
  /** Statuses of the interim responses before it. */
  readonly interim: readonly number[]
}

/** What stands in `text`, less what is not whole. */
export interface Answers {
  readonly whole: readonly Answer[]
  /** The head of a last response whose body has not come to its end. */
  readonly broken: Answer | undefined
  /** Bytes behind the last whole response, when they are no whole head. */
  readonly rest: string
}

const headLine = /^HTTP\/1\.1 ([1-9]\d\d) ([\t\x20-\x7e\x80-\xff]*)$/
const fieldLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\t\x20-\x7e\x80-\xff]*)$/

/**
 * Reads responses strictly, and knows nothing of the code under test. `methods` are those of the requests, in order: a response to HEAD has no body.
 * `ended`: the connection has closed, which is the end of a body without a frame. Throws on whatever is malformed.
 */
export function readAnswers(text: string, methods: readonly string[], ended: boolean): Answers {
  const whole: Answer[] = []
  let interim: number[] = []
  let at = 0
  for (;;) {
    const stop = text.indexOf('\r\n\r\n', at)
    if (stop < 0) return { whole, broken: undefined, rest: text.slice(at) }
    const [first = '', ...lines] = text.slice(at, stop).split('\r\n')
    const match = headLine.exec(first)
    if (match === null) throw new Error(`no status line: ${JSON.stringify(first)}`)
    const fields = lines.map(fieldOf)
    at = stop + 4
    const status = Number(match[1])
    if (status < 200 && status !== 101) {
      const frames = [...valuesOf(fields, 'content-length'), ...valuesOf(fields, 'transfer-encoding')]
      if (frames.length > 0) throw new Error(`an interim response with a frame: ${fields.join(', ')}`)
      interim.push(status)
      continue
    }
    const head = { status, reason: match[2] ?? '', fields, interim }
    interim = []
    const body = readBody(text, at, head, methods[whole.length] ?? 'GET', ended)
    if (body.after < 0) return { whole, broken: { ...head, body: body.text, trailers: [] }, rest: '' }
    whole.push({ ...head, body: body.text, trailers: body.trailers })
    at = body.after
  }
}

function fieldOf(text: string): string {
  const match = fieldLine.exec(text)
  if (match === null) throw new Error(`no field: ${JSON.stringify(text)}`)
  return `${match[1]}: ${(match[2] ?? '').replace(/^[ \t]+/, '').replace(/[ \t]+$/, '')}`
}

/** A body, as far as it has come. */
export interface Body {
  readonly text: string
  readonly trailers: readonly string[]
  /** Offset behind it, -1 when it is not whole. */
  readonly after: number
}

function readBody(text: string, at: number, head: Pick<Answer, 'status' | 'fields'>, method: string, ended: boolean): Body {
  const lengths = valuesOf(head.fields, 'content-length')
  const codings = valuesOf(head.fields, 'transfer-encoding')
  if (lengths.length + codings.length > 1) throw new Error(`a response with two frames: ${head.fields.join(', ')}`)
  if (method === 'HEAD' || head.status === 204 || head.status === 304 || head.status === 101) return { text: '', trailers: [], after: at }
  if (codings.length > 0) return readChunks(text, at)
  if (lengths.length === 0) return { text: text.slice(at), trailers: [], after: ended ? text.length : -1 }
  const stop = at + Number(lengths[0])
  return { text: text.slice(at, stop), trailers: [], after: stop > text.length ? -1 : stop }
}

/** Reads a chunked body at `from`. Throws on what is malformed. */
export function readChunks(text: string, from: number): Body {
  let body = ''
  let at = from
  for (;;) {
    const stop = text.indexOf('\r\n', at)
    if (stop < 0) return { text: body, trailers: [], after: -1 }
    const size = text.slice(at, stop)
    if (!/^[0-9a-f]+$/i.test(size)) throw new Error(`no chunk size: ${JSON.stringify(size)}`)
    const length = Number.parseInt(size, 16)
    at = stop + 2
    if (length === 0) {
      const end = text.startsWith('\r\n', at) ? at : text.indexOf('\r\n\r\n', at) + 2
      if (end < at) return { text: body, trailers: [], after: -1 }
      return { text: body, trailers: text.slice(at, end).split('\r\n').slice(0, -1), after: end + 2 }
    }
    body += text.slice(at, at + length)
    at += length + 2
    if (at > text.length) return { text: body, trailers: [], after: -1 }
    if (!text.startsWith('\r\n', at - 2)) throw new Error('a chunk that is longer than its size')
  }
}

/** Values of all fields of this lower-case name. */
export function valuesOf(fields: readonly string[], name: string): string[] {
  return fields.filter((field) => field.toLowerCase().startsWith(`${name}:`)).map((field) => field.slice(name.length + 1).trim())
}
