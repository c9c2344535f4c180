/** A field name as look-ups need it: its bytes in lower case and their hash. Made once a name and kept. */
export class FieldName {
  readonly lower: string
  readonly bytes: Uint8Array
  readonly hash: number

  constructor(text: string) {
    this.lower = text.toLowerCase()
    this.bytes = Buffer.from(this.lower, 'latin1')
    this.hash = this.bytes.reduce(addToHash, 0)
  }

  static of(text: string): FieldName {
    const known = names.get(text)
    if (known !== undefined) return known
    const made = new FieldName(text)
    // Names come from code and configuration; should they ever come from elsewhere, they are not kept for ever.
    if (names.size >= mostNames) names.clear()
    names.set(text, made)
    return made
  }
}

const mostNames = 4096
const names = new Map<string, FieldName>()

/** Folds one byte of a name into its hash, whatever its case. Collisions are possible: bytes decide. */
function addToHash(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + (byte | 0x20)) | 0
}

/** What a field means to framing and forwarding. From `firstHop` on they belong to one connection. */
export const fieldKinds = {
  plain: 0,
  host: 1,
  contentLength: 2,
  expect: 3,
  firstHop: 4,
  connection: 4,
  transferEncoding: 5,
  upgrade: 6,
  te: 7,
  trailer: 8,
  otherHop: 9
} as const

const special: readonly (readonly [name: string, kind: number])[] = [
  ['host', fieldKinds.host],
  ['content-length', fieldKinds.contentLength],
  ['expect', fieldKinds.expect],
  ['connection', fieldKinds.connection],
  ['transfer-encoding', fieldKinds.transferEncoding],
  ['upgrade', fieldKinds.upgrade],
  ['te', fieldKinds.te],
  ['trailer', fieldKinds.trailer],
  ['keep-alive', fieldKinds.otherHop],
  ['proxy-connection', fieldKinds.otherHop],
  ['proxy-authenticate', fieldKinds.otherHop],
  ['proxy-authorization', fieldKinds.otherHop],
  ['http2-settings', fieldKinds.otherHop]
]
const byHash = new Map(special.map(([name, kind]) => [new FieldName(name).hash, { name: new FieldName(name), kind }]))
const lengths = Uint8Array.from({ length: 64 }, (_, length) => (special.some(([name]) => name.length === length) ? 1 : 0))

/** Kind of the field whose name is `source[from..to)` and hashes to `hash`. */
export function kindOf(source: Uint8Array, from: number, to: number, hash: number): number {
  if (lengths[to - from] !== 1) return fieldKinds.plain
  const known = byHash.get(hash)
  return known !== undefined && isNamed(source, from, to, known.name.bytes) ? known.kind : fieldKinds.plain
}

/** True when `source[from..to)` is `lower`, whatever the case of its letters. */
export function isNamed(source: Uint8Array, from: number, to: number, lower: Uint8Array): boolean {
  if (to - from !== lower.length) return false
  for (let index = 0; index < lower.length; index++) {
    const byte = source[from + index] as number
    if (byte !== lower[index] && (byte < 0x41 || byte > 0x5a || (byte | 0x20) !== lower[index])) return false
  }
  return true
}
