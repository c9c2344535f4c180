/** Base64 as Go's StdEncoding reads it: padded, line breaks ignored. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** What is wrong with a text as base64, in Go's words; undefined when nothing is. */
export function base64Problem(text: string): string | undefined {
  const illegal = (at: number): string => `illegal base64 data at input byte ${at}`
  let inQuantum = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\n' || character === '\r') continue
    if (ALPHABET.includes(character)) {
      inQuantum = (inQuantum + 1) % 4
      continue
    }
    if (character !== '=' || inQuantum < 2) return illegal(at)
    let next = skipBreaks(text, at + 1)
    if (inQuantum === 2) {
      if (next === text.length) return illegal(text.length)
      if (text.charAt(next) !== '=') return illegal(next)
      next = skipBreaks(text, next + 1)
    }
    return next < text.length ? illegal(next) : undefined
  }
  return inQuantum === 0 ? undefined : illegal(text.length - inQuantum)
}

function skipBreaks(text: string, from: number): number {
  let at = from
  while (text.charAt(at) === '\n' || text.charAt(at) === '\r') at++
  return at
}

/** The bytes of good base64. Whatever is not of its alphabet is passed over. */
export function bytesInBase64(text: string): number[] {
  const bytes: number[] = []
  let bits = 0
  let count = 0
  for (const character of text) {
    const value = ALPHABET.indexOf(character)
    if (value < 0) continue
    bits = ((bits << 6) | value) & 0xffff
    count += 6
    if (count < 8) continue
    count -= 8
    bytes.push((bits >> count) & 0xff)
  }
  return bytes
}

/** The text in good base64, as UTF-8; what is none of it becomes U+FFFD. */
export function textInBase64(text: string): string {
  const bytes = bytesInBase64(text)
  const encoded = bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  try {
    return decodeURIComponent(encoded)
  } catch {
    // A URIError: bytes that are no UTF-8. Those beyond ASCII are all that can be wrong.
    return String.fromCharCode(...bytes.map((byte) => (byte < 0x80 ? byte : 0xfffd)))
  }
}
