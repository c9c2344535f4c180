/** Kubernetes' order of API versions: GA before beta before alpha, higher before lower, then anything else by name. */

const FORM = /^v(\d+)(?:(alpha|beta)(\d+))?$/
const STAGE = { ga: 2, beta: 1, alpha: 0 }

function rank(version: string): readonly [number, number, number] | undefined {
  const match = FORM.exec(version)
  if (match === null) return undefined
  return [STAGE[(match[2] ?? 'ga') as keyof typeof STAGE], Number(match[1]), Number(match[3] ?? 0)]
}

/** Sorts the preferred version first (`v2`, `v1`, `v1beta1`, `v1alpha2`, `foo`). */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [rank(a), rank(b)]
  if (left === undefined || right === undefined) return left === right ? (a < b ? -1 : 1) : left === undefined ? 1 : -1
  for (const place of [0, 1, 2] as const) if (left[place] !== right[place]) return right[place] - left[place]
  return 0
}
