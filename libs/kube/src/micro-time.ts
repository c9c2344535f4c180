/** RFC 3339 with six fractional digits, as `metav1.MicroTime` wants (Leases, Events); built from ms, so the last three are zero. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z')
}

/** RFC 3339 with second precision, as `metav1.Time` wants. */
export function secondTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
