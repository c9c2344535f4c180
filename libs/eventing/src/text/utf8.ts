/** UTF-8 by hand: a pure library has neither TextDecoder nor Buffer. */

const chunk = 8192

/** The bytes as text with a character a byte. */
export function latin1Of(bytes: Uint8Array): string {
  if (bytes.length <= chunk) return String.fromCharCode.apply(null, bytes as unknown as number[])
  let text = ''
  for (let at = 0; at < bytes.length; at += chunk) text += latin1Of(bytes.subarray(at, at + chunk))
  return text
}

const beyondAscii = /[\u0080-\uffff]/

/** Whether every character is of ASCII, so that characters are bytes. */
export const isAscii = (text: string): boolean => !beyondAscii.test(text)

/**
 * The text of UTF-8. A byte that belongs to no sequence becomes a lone surrogate, U+DC80 to U+DCFF, which {@link latin1Utf8Of} makes the
 * same byte again: what nobody can read is passed on as it came.
 */
export function textOf(bytes: Uint8Array): string {
  const latin1 = latin1Of(bytes)
  return isAscii(latin1) ? latin1 : decode(latin1)
}

/** The text of UTF-8 that stands as a character a byte, as {@link textOf}. */
export const textOfLatin1 = (latin1: string): string => (isAscii(latin1) ? latin1 : decode(latin1))

const escapedByte = /\p{Surrogate}/u

/** Whether a text that {@link textOf} gave has bytes that were no UTF-8. */
export const hasStrayBytes = (text: string): boolean => escapedByte.test(text)

function decode(latin1: string): string {
  const parts: string[] = []
  let from = 0
  for (let at = 0; at < latin1.length;) {
    const lead = latin1.charCodeAt(at)
    if (lead < 0x80) {
      at++
      continue
    }
    if (at > from) parts.push(latin1.slice(from, at))
    const size = sequence(latin1, at, lead)
    parts.push(size === 0 ? String.fromCharCode(0xdc00 + lead) : String.fromCodePoint(codePoint(latin1, at, size, lead)))
    at += Math.max(1, size)
    from = at
  }
  parts.push(latin1.slice(from))
  return parts.join('')
}

/** How many bytes the sequence has, 0 when it is cut short, overlong, a surrogate, or beyond Unicode. */
function sequence(latin1: string, at: number, lead: number): number {
  const size = lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0
  if (size === 0 || at + size > latin1.length) return 0
  for (let next = 1; next < size; next++) if ((latin1.charCodeAt(at + next) & 0xc0) !== 0x80) return 0
  const point = codePoint(latin1, at, size, lead)
  const least = size === 2 ? 0x80 : size === 3 ? 0x800 : 0x10000
  return point < least || point > 0x10ffff || (point >= 0xd800 && point < 0xe000) ? 0 : size
}

function codePoint(latin1: string, at: number, size: number, lead: number): number {
  let point = lead & (0xff >> (size + 1))
  for (let next = 1; next < size; next++) point = (point << 6) | (latin1.charCodeAt(at + next) & 0x3f)
  return point
}

/** The UTF-8 of a text, with a character a byte. Lone surrogates are the bytes that {@link textOf} made them of, or U+FFFD. */
export function latin1Utf8Of(text: string): string {
  if (isAscii(text)) return text
  let out = ''
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    const stray = point >= 0xdc80 && point < 0xdd00
    const whole = point >= 0xd800 && point < 0xe000 ? 0xfffd : point
    if (stray) out += String.fromCharCode(point - 0xdc00)
    else if (whole < 0x80) out += character
    else if (whole < 0x800) out += String.fromCharCode(0xc0 | (whole >> 6), 0x80 | (whole & 0x3f))
    else if (whole < 0x10000) out += String.fromCharCode(0xe0 | (whole >> 12), 0x80 | ((whole >> 6) & 0x3f), 0x80 | (whole & 0x3f))
    else
      out += String.fromCharCode(0xf0 | (whole >> 18), 0x80 | ((whole >> 12) & 0x3f), 0x80 | ((whole >> 6) & 0x3f), 0x80 | (whole & 0x3f))
  }
  return out
}

/** The UTF-8 of a text. */
export function utf8Of(text: string): Uint8Array {
  const latin1 = latin1Utf8Of(text)
  const bytes = new Uint8Array(latin1.length)
  writeLatin1(bytes, 0, latin1)
  return bytes
}

/** Writes a text of a character a byte into the bytes, and says where it ends. */
export function writeLatin1(bytes: Uint8Array, at: number, latin1: string): number {
  for (let index = 0; index < latin1.length; index++) bytes[at + index] = latin1.charCodeAt(index)
  return at + latin1.length
}
