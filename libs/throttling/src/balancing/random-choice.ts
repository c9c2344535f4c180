import type { Policy } from './policy.ts'

/**
 * Of two pods chosen at random the one with fewer requests; a coin decides between equals (containerConcurrency 0). `random` gives [0, 1).
 */
export function randomChoice(random: () => number): Policy {
  return (pods) => {
    let first = 0
    let second = 1
    if (pods.length > 2) {
      first = Math.floor(random() * pods.length)
      second = Math.floor(random() * (pods.length - 1))
      if (second >= first) second++
    }
    const one = pods[first]
    const other = pods[second]
    const chosen =
      one === undefined || other === undefined || one.inFlight < other.inFlight
        ? one
        : one.inFlight > other.inFlight || random() < 0.5
          ? other
          : one
    return chosen?.reserve() === true ? chosen : undefined
  }
}
