import type { Seeded } from '../testing/seeded.ts'

/** `bytes`, cut at these places, which ascend. */
export function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const all = [0, ...places, bytes.length]
  return all.slice(1).map((place, index) => bytes.subarray(all[index], place))
}

/** Where to cut: behind every byte, around a line end, or anywhere. */
export function places(bytes: Buffer, random: Seeded): number[] {
  if (random.below(10) === 0) return Array.from({ length: bytes.length - 1 }, (_, index) => index + 1)
  const lineEnd = random.below(2) === 0 ? bytes.indexOf(random.of(['\r', '\n']), random.below(bytes.length)) : -1
  const cuts = Array.from({ length: 1 + random.below(8) }, () => (lineEnd > 0 ? lineEnd + random.below(3) : random.below(bytes.length + 1)))
  return [...new Set(cuts)].filter((place) => place > 0 && place < bytes.length).sort((a, b) => a - b)
}
