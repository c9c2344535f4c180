/** The square of the normal deviate for 95 % times the population's variance over the margin: 1.96^2 * 100 / 25. */
const reach = 15.3664

/** How many of `population` pods must be asked to know the mean within 5 % at 95 %: all of up to three, at most 16. Source: reference 3.4. */
export function sampleSize(population: number): number {
  return population <= 3 ? population : Math.ceil((population * reach) / (population + reach - 1))
}

/** How many activators stand in front of a revision. Source: reference 3.5, "Activator count". */
export function activatorCount(
  ready: number,
  want: { readonly total: number; readonly targetBurstCapacity: number },
  activatorCapacity: number
): number {
  if (want.targetBurstCapacity === 0) return 2
  return Math.max(2, Math.ceil((ready * want.total + Math.max(0, want.targetBurstCapacity)) / activatorCapacity))
}
