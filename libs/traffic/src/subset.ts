import { fnv1a64 } from './fnv.ts'

const universe = 2048

const slotOf = (hash: bigint): number => Number(hash % BigInt(universe))

/**
 * The `wanted` of `addresses` that serve `key`: the same for everybody who asks, and nearly the same after one address more or less.
 * Walks a circle of 2048 slots from a start and with a stride of the key's own. 0, or as many as there are, means all.
 * Result in the order of `addresses` sorted as text.
 */
export function chooseSubset(addresses: readonly string[], wanted: number, key: string): string[] {
  const all = [...new Set(addresses)].sort()
  if (wanted <= 0 || wanted >= all.length) return all
  const slots = placed(all, key)
  const angles = [...slots.keys()].sort((a, b) => a - b)
  const stride = slotOf(fnv1a64(`${key}step-angle-salt`))
  let angle = slotOf(fnv1a64(`${key}start-angle-salt`))
  const chosen = new Set<number>()
  while (chosen.size < wanted) {
    let i = angles.findIndex((slot) => slot >= angle)
    if (i < 0) i = 0
    while (chosen.has(angles[i] ?? -1)) i = (i + 1) % angles.length
    chosen.add(angles[i] ?? -1)
    angle = (angle + stride) % universe
  }
  return [...chosen].map((slot) => slots.get(slot) ?? '').sort()
}

/** Each address on a slot of its own; a taken slot is left by hashing on. */
function placed(addresses: readonly string[], key: string): Map<number, string> {
  const slots = new Map<number, string>()
  for (const address of addresses.slice(0, universe)) {
    let text = address + key
    let hash = fnv1a64(text)
    while (slots.has(slotOf(hash))) {
      text += hash.toString(16)
      hash = fnv1a64(text)
    }
    slots.set(slotOf(hash), address)
  }
  return slots
}
