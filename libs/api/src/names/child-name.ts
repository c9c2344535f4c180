import { md5Hex } from '../hash/md5.ts'

const MAX = 63
const HEAD = MAX - 32

/**
 * The name of an object that belongs to another: `parent + suffix` when that fits in 63 characters, else the head of the parent, a hash, and
 * as much of the suffix as fits (Knative's `kmeta.ChildName`). Names are counted in bytes; object names are ASCII.
 */
export function childName(parent: string, suffix: string): string {
  if (parent.length + suffix.length <= MAX) return parent + suffix
  if (suffix.length < HEAD) return parent.slice(0, HEAD - suffix.length) + md5Hex(parent) + suffix
  const name = parent.slice(0, HEAD) + md5Hex(parent + suffix)
  return (name + suffix.slice(0, Math.max(0, MAX - name.length))).replace(/[^a-zA-Z0-9]+$/, '')
}
