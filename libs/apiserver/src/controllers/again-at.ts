import { again, settled, type Outcome } from '@knative-ts/kube'

/** Another pass at the earliest of `times` (ms since the epoch; undefined: never), at once when it is over; settled when there is none. */
export function againAt(now: number, ...times: readonly (number | undefined)[]): Outcome {
  const next = Math.min(...times.map((time) => time ?? Infinity))
  return next === Infinity ? settled : again(Math.max(next - now, 1))
}
