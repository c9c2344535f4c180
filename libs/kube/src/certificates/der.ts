/** Writing DER (ITU X.690), as much of it as a certificate needs. @peculiar/x509 would do, but costs 200 ms in the path of every first start. */

/** One element: tag, length, content. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content])
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff)
  return Buffer.from([0x80 | bytes.length, ...bytes])
}

export const sequence = (...items: readonly Uint8Array[]): Buffer => element(0x30, ...items)
export const setOf = (...items: readonly Uint8Array[]): Buffer => element(0x31, ...items)
export const octets = (content: Uint8Array): Buffer => element(0x04, content)
export const truth = (): Buffer => element(0x01, Buffer.from([0xff]))
export const utf8Text = (text: string): Buffer => element(0x0c, Buffer.from(text))
/** A bit string; `unused` bits at its end do not count. */
export const bits = (content: Uint8Array, unused = 0): Buffer => element(0x03, Buffer.from([unused]), content)
/** `[number]`, holding elements. */
export const tagged = (number: number, ...items: readonly Uint8Array[]): Buffer => element(0xa0 | number, ...items)
/** `[number]`, in place of the content's own tag. */
export const implicit = (number: number, content: Uint8Array): Buffer => element(0x80 | number, content)

/** A number of any length that is not negative, big end first. */
export function integer(bytes: Uint8Array): Buffer {
  return (bytes[0] ?? 0) & 0x80 ? element(0x02, Buffer.from([0]), bytes) : element(0x02, bytes)
}

/** `1.2.840.10045.4.3.2`. */
export function objectId(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f]
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift(0x80 | (rest & 0x7f))
  return bytes
}

/** Until 2049 with two digits for the year, from then on with four (RFC 5280, 4.1.2.5). */
export function moment(at: Date): Buffer {
  const text = at.toISOString().replace(/[-:T]/g, '').replace(/\.\d+/, '')
  return at.getUTCFullYear() < 2050 ? element(0x17, Buffer.from(text.slice(2))) : element(0x18, Buffer.from(text))
}
