/** Base64 by hand (RFC 4648, section 4): a pure library has neither Buffer nor atob. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const values = new Int16Array(128).fill(-1)
for (let index = 0; index < alphabet.length; index++) values[alphabet.charCodeAt(index)] = index

/** The base64 text of bytes, padded. */
export function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at
    const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    text += alphabet[bits >> 18]! + alphabet[(bits >> 12) & 63]!
    text += left > 1 ? alphabet[(bits >> 6) & 63]! : '='
    text += left > 2 ? alphabet[bits & 63]! : '='
  }
  return text
}

/** The bytes of a padded base64 text, which may hold line breaks; undefined when it is none. */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  const dense = text.replace(/[\r\n]/g, '')
  if (dense.length % 4 !== 0) return undefined
  const padding = dense.endsWith('==') ? 2 : dense.endsWith('=') ? 1 : 0
  const size = dense.length - padding
  const bytes = new Uint8Array((dense.length / 4) * 3 - padding)
  let out = 0
  for (let at = 0, bits = 0; at < size; at++) {
    const code = dense.charCodeAt(at)
    const value = code < 128 ? values[code]! : -1
    if (value < 0) return undefined
    bits = ((bits << 6) | value) & 0xffffff
    if (at % 4 !== 0) bytes[out++] = (bits >> (6 - 2 * (at % 4))) & 0xff
  }
  return bytes
}
