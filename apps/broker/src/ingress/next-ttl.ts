/** Brokers that an event may pass (reference 3.1). */
const firstTtl = 255

/** What is left of an event's time to live when it enters a broker; 0 or less: it has come to its end. Absent or no integer counts as new. */
export function nextTtl(value: string | undefined): number {
  if (value === undefined || !/^[+-]?\d+$/.test(value)) return firstTtl
  const before = Number(value)
  // Beyond 32 bits it is no integer of CloudEvents any more.
  if (before > 2_147_483_647 || before < -2_147_483_648) return firstTtl
  return Math.max(0, before - 1)
}
