const factors: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60
}

/** A Kubernetes quantity (`250m`, `1.5Gi`, `2e3`) as a number of its base unit. Throws on anything else. */
export function parseQuantity(text: string): number {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(text.trim())
  if (match === null) throw new Error(`"${text}" is not a quantity: write a number with an optional suffix such as m, k, M, Mi or Gi`)
  if (match[2] !== undefined) return Number(match[1] + match[2])
  return Number(match[1]) * (factors[match[3] ?? ''] ?? 1)
}
