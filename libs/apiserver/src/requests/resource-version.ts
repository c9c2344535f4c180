/** Resource versions are opaque to clients, and unsigned numbers of 64 bits to the server. */

import { goQuoted } from '../http/errors.ts'

const LARGEST = 2n ** 64n - 1n

/** Why a text is no version, in Go's words; undefined when it is one. */
export function versionProblem(text: string): string | undefined {
  if (!/^\d+$/.test(text)) return `strconv.ParseUint: parsing ${goQuoted(text)}: invalid syntax`
  return BigInt(text) > LARGEST ? `strconv.ParseUint: parsing ${goQuoted(text)}: value out of range` : undefined
}
