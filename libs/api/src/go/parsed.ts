/** What reading a text gave: a value, or Go's own words for what is wrong with the text. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string }

/** A text that could be read. */
export const parsed = <T>(value: T): Parsed<T> => ({ ok: true, value })
/** A text that could not, with Go’s words for why. */
export const unparsed = (error: string): { readonly ok: false; readonly error: string } => ({ ok: false, error })

/** A text in double quotes as Go's `%q` prints it. */
export function quote(text: string): string {
  let quoted = '"'
  for (const character of text) quoted += escapes[character] ?? (isPrintable(character) ? character : hexEscape(character))
  return `${quoted}"`
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v'
}

const isPrintable = (character: string): boolean => character === ' ' || /^[^\p{C}\p{Z}]$/u.test(character)

function hexEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`
}
