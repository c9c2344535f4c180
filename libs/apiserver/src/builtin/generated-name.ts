/** Names that the server makes up. */
import { randomBytes } from 'node:crypto'

const SUFFIX = 'bcdfghjklmnpqrstvwxz2456789'
const SUFFIX_LENGTH = 5
const LONGEST_NAME = 63

/** A prefix and five letters that spell no word: `k8s.io/apiserver/pkg/storage/names`. */
export function generateName(prefix: string): string {
  const letters = Array.from(randomBytes(SUFFIX_LENGTH), (byte) => SUFFIX[byte % SUFFIX.length])
  return `${prefix.slice(0, LONGEST_NAME - SUFFIX_LENGTH)}${letters.join('')}`
}
