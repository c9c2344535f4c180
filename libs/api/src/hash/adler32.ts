import { utf8 } from './utf8.ts'

/** Adler-32 (RFC 1950) of a text, unsigned. */
export function adler32(text: string): number {
  let low = 1
  let high = 0
  for (const byte of utf8(text)) {
    low = (low + byte) % 65521
    high = (high + low) % 65521
  }
  return high * 65536 + low
}
