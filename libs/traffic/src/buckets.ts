/** How the work of several replicas is divided: every key belongs to one of a few buckets, and each bucket has one leader. Source: reference 3.7. */
import { chooseSubset } from './subset.ts'

/** Keys whose bucket is remembered; more are computed anew. */
const remembered = 20_000

/** `<prefix>NN-of-MM`, as upstream names the Lease of each of `count` buckets. */
export function bucketNames(prefix: string, count: number): readonly string[] {
  const two = (value: number): string => String(value).padStart(2, '0')
  return Array.from({ length: count }, (_, index) => `${prefix}${two(index)}-of-${two(count)}`)
}

/** The bucket of `namespace/name` among `names`: the same for every replica that was told the same names, and the same as upstream's. */
export function bucketOf(key: string, names: readonly string[]): string {
  return names.length === 1 ? (names[0] as string) : (chooseSubset(names, 1, key)[0] as string)
}

/** {@link bucketOf} for names that stay, which remembers what it has said. */
export function bucketChooser(names: readonly string[]): (key: string) => string {
  const known = new Map<string, string>()
  return (key) => {
    const found = known.get(key)
    if (found !== undefined) return found
    const bucket = bucketOf(key, names)
    if (known.size >= remembered) known.clear()
    known.set(key, bucket)
    return bucket
  }
}
