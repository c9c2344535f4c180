import type { Seen } from '../../libs/proxy/src/strictness/rule.ts'

export type Field = readonly [name: string, value: string]

/** A whole request as a parser hands it to its program. Field names are lower case; bytes are latin1 characters. */
export interface JudgedRequest {
  readonly method: string
  readonly target: string
  readonly host: string
  readonly fields: readonly Field[]
  readonly body: string
  readonly trailers: readonly Field[]
}

/** What a parser makes of a message. */
export interface Judgement {
  readonly requests: readonly JudgedRequest[]
  /** A rule was broken behind these requests, as against ending early. */
  readonly refused: boolean
  readonly why: string
}

/** What our server makes of one. */
export interface OwnJudgement {
  readonly sees: readonly Seen[]
  /** Behind these, the head of another request has been accepted. */
  readonly inBody: boolean
  readonly refused: boolean
}

/** Not compared: Go takes these out of the fields, and their meaning is in the host and the body. */
const elsewhere = new Set(['host', 'transfer-encoding', 'trailer'])

/** A request in the form in which two parsers of the same mind have the same: origin-form target, lists of values by name. */
export function meaningOf(request: JudgedRequest): object {
  const { method, target, host, fields, body, trailers } = request
  const absolute = /^https?:\/\/([^/?]*)(.*)$/i.exec(target)
  const origin = absolute === null ? target : (absolute[2] ?? '').startsWith('/') ? absolute[2] : `/${absolute[2] ?? ''}`
  return { method, target: origin, host: host.toLowerCase(), fields: byName(fields), body, trailers: byName(trailers) }
}

/** The same of one that our server handed over. */
export function meaningOfSeen({ method, target, host, fields, body, trailers }: Seen): object {
  return meaningOf({ method, target, host, fields: fields.map(fieldOf), body, trailers: trailers.map(fieldOf) })
}

/** A field of the corpus. */
export function fieldOf(text: string): Field {
  const colon = text.indexOf(':')
  return [text.slice(0, colon).toLowerCase(), text.slice(colon + 2)]
}

/** Lists of values by name, sorted; without what a parser may keep elsewhere. */
export function byName(fields: readonly Field[]): Record<string, string[]> {
  const values = new Map<string, string[]>()
  for (const [name, value] of fields) {
    if (elsewhere.has(name)) continue
    const list = values.get(name)
    if (list === undefined) values.set(name, [value])
    else list.push(value)
  }
  return Object.fromEntries([...values].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** In what we are more lenient than a judge, or of another opinion; undefined when we are neither. */
export function disagreement(own: OwnJudgement, judge: Judgement): string | undefined {
  for (const [index, seen] of own.sees.entries()) {
    const judged = judge.requests[index]
    if (judged === undefined) return judge.refused ? `refuses request ${index}: ${judge.why}` : `does not see request ${index}`
    const [ours, theirs] = [JSON.stringify(meaningOfSeen(seen)), JSON.stringify(meaningOf(judged))]
    if (ours !== theirs) return `sees another request ${index}: ${theirs}`
  }
  // A head that is not whole is refused by its end at the latest; a body is on its way upstream already.
  const lenient = judge.refused && judge.requests.length === own.sees.length && own.inBody && !own.refused
  return lenient ? `refuses the body of request ${own.sees.length}: ${judge.why}` : undefined
}
