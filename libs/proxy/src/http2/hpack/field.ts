/** What a received field is to the rules of RFC 9113 section 8. */
export const fieldKind = {
  regular: 0,
  method: 1,
  scheme: 2,
  path: 3,
  authority: 4,
  status: 5,
  host: 6,
  contentLength: 7,
  cookie: 8,
  te: 9,
  expect: 10,
  /** A pseudo field that does not exist, or an extension that was not agreed on (`:protocol`). */
  unknownPseudo: 11,
  /** Belongs to an HTTP/1 connection (8.2.2): malformed here. */
  connection: 12,
  /** Name or value break 8.2.1. */
  malformed: 13
} as const

export type FieldKind = (typeof fieldKind)[keyof typeof fieldKind]

const kinds = new Map<string, FieldKind>([
  [':method', fieldKind.method],
  [':scheme', fieldKind.scheme],
  [':path', fieldKind.path],
  [':authority', fieldKind.authority],
  [':status', fieldKind.status],
  ['host', fieldKind.host],
  ['content-length', fieldKind.contentLength],
  ['cookie', fieldKind.cookie],
  ['te', fieldKind.te],
  ['expect', fieldKind.expect],
  ['connection', fieldKind.connection],
  ['proxy-connection', fieldKind.connection],
  ['keep-alive', fieldKind.connection],
  ['transfer-encoding', fieldKind.connection],
  ['upgrade', fieldKind.connection]
])

/** RFC 7541 4.1. */
export const entryOverhead = 32

/** One received field. Those of a table are shared by all messages that refer to them, so judging them costs nothing again. */
export class Field {
  readonly name: string
  readonly value: string
  readonly kind: FieldKind
  /** Size in a table and in a header list (RFC 7541 4.1). */
  readonly size: number

  constructor(name: string, value: string) {
    this.name = name
    this.value = value
    this.kind = kindOf(name, value)
    this.size = name.length + value.length + entryOverhead
  }
}

function kindOf(name: string, value: string): FieldKind {
  if (!isValue(value)) return fieldKind.malformed
  const known = kinds.get(name)
  if (known !== undefined) return known
  if (name.charCodeAt(0) === 0x3a) return fieldKind.unknownPseudo
  return isLowerName(name) ? fieldKind.regular : fieldKind.malformed
}

const lowerName = new Uint8Array(256)
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz") lowerName[character.charCodeAt(0)] = 1

/** A token without upper case. */
function isLowerName(name: string): boolean {
  for (let at = 0; at < name.length; at++) if (lowerName[name.charCodeAt(at)] !== 1) return false
  return name.length > 0
}

/** No control character but tab, no space around: as strict as HTTP/1 is here, where the field may go next. */
function isValue(value: string): boolean {
  const { length } = value
  for (let at = 0; at < length; at++) {
    const character = value.charCodeAt(at)
    if ((character < 0x20 && character !== 9) || character === 0x7f) return false
  }
  return length === 0 || !(isSpace(value.charCodeAt(0)) || isSpace(value.charCodeAt(length - 1)))
}

function isSpace(character: number): boolean {
  return character === 0x20 || character === 9
}
