import { utf8 } from './utf8.ts'

/** FNV-1a of 32 bits, unsigned. */
export function fnv32a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of utf8(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/** FNV-1a of 64 bits, unsigned. */
export function fnv64a(text: string): bigint {
  let hash = 0xcbf29ce484222325n
  for (const byte of utf8(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return hash
}
