import { isHopByHop } from '../../headers/hop-by-hop.ts'
import { entryOverhead } from './field.ts'
import { staticFields } from './static-table.ts'

/** What sending a field of some value again and again needs to know: its identity in the tables of all connections. */
export interface FieldCode {
  readonly name: NameCode
  readonly value: string
  /** By the count of RFC 7541 4.1. */
  readonly size: number
  /** Index of name and value in the static table; 0 when they are not in it. */
  readonly staticIndex: number
}

/** Values of one name that are remembered. Over it the name is asked whether they repeat at all. */
const rememberedValues = 64
/** A longer value would take too much of a table of 4096 bytes. */
const longestRemembered = 1024
/** Fields sent of a name whose values do not repeat, before that is tried again. */
const retryAfter = 10_000
/** Names and values that are remembered in all; then everything is forgotten, so that clients who make them up cost no memory. */
const rememberedNames = 1024
const rememberedInAll = 8192

let remembered = 0
const names = new Map<string, NameCode>()

/** A field name, and which of its values repeat. Shared by all connections of the thread. */
export class NameCode {
  readonly lower: string
  /** Not for an HTTP/2 peer: hop-by-hop, or Host, which is `:authority`. */
  readonly dropped: boolean
  /** Index of the name in the static table; 0 when it is not in it. */
  readonly staticIndex: number
  /** Values shorter than this are never indexed anywhere: they could be guessed from sizes (RFC 7541 7.1.3). */
  readonly secretBelow: number
  #values = new Map<string, FieldCode>()
  #repeats = 0
  #skip = 0

  constructor(lower: string) {
    this.lower = lower
    this.dropped = lower === 'host' || isHopByHop(lower)
    this.staticIndex = staticFields.findIndex(([name]) => name === lower) + 1
    this.secretBelow = lower.endsWith('authorization') ? Number.POSITIVE_INFINITY : lower === 'cookie' || lower === 'set-cookie' ? 20 : 0
    this.#rememberStatic()
  }

  /** The code of a value that was sent before; undefined at first sight, or when this name's values do not repeat. */
  known(value: string): FieldCode | undefined {
    const code = this.#values.get(value)
    if (code !== undefined) {
      this.#repeats++
      return code
    }
    if (this.#skip > 0) this.#skip--
    else if (value.length <= longestRemembered) this.#remember(value)
    return undefined
  }

  #remember(value: string): void {
    if (this.#values.size >= rememberedValues) {
      // Most values came once: remembering them costs more than it saves.
      if (this.#repeats < rememberedValues) this.#skip = retryAfter
      remembered -= this.#values.size
      this.#values.clear()
      this.#repeats = 0
      this.#rememberStatic()
      return
    }
    if (++remembered > rememberedInAll) forget()
    this.#values.set(value, { name: this, value, size: this.lower.length + value.length + entryOverhead, staticIndex: 0 })
  }

  #rememberStatic(): void {
    if (this.staticIndex === 0) return
    for (const [index, [name, value]] of staticFields.entries()) {
      if (name !== this.lower || value === '') continue
      this.#values.set(value, { name: this, value, size: 0, staticIndex: index + 1 })
      remembered++
    }
  }
}

/** The code of a name in any spelling. */
export function nameCode(name: string): NameCode {
  return names.get(name) ?? learn(name)
}

function learn(name: string): NameCode {
  if (names.size >= rememberedNames) forget()
  const lower = name.toLowerCase()
  let code = names.get(lower)
  if (code === undefined) {
    code = new NameCode(lower)
    names.set(lower, code)
  }
  if (lower !== name) names.set(name, code)
  return code
}

function forget(): void {
  names.clear()
  remembered = 0
}
