/** How many replicas a resource's use asks for: pure. Rules: `replica_calculator.go` of 1.34. */
import type { Measure, PodGroups } from './pod-measures.ts'

/** How far use may be off its target before anything is done, as fractions. */
export interface Tolerances {
  readonly up: number
  readonly down: number
}

/** What use is held against: a percentage of what pods request, or thousandths of the unit for each pod. */
export type Target =
  | { readonly kind: 'utilization'; readonly percent: number; readonly requests: ReadonlyMap<string, number> }
  | { readonly kind: 'value'; readonly milli: number }

export interface Proposal {
  readonly replicas: number
  /** Average over the pods that count, in thousandths. */
  readonly averageMilli: number
  /** Percent of the requests; of a utilisation target only. */
  readonly utilization?: number
}

interface Load {
  readonly ratio: number
  readonly averageMilli: number
  readonly utilization?: number
}

/** Throws when no pod's use can be counted. */
export function propose(
  current: number,
  measured: ReadonlyMap<string, Measure>,
  groups: PodGroups,
  target: Target,
  tolerances: Tolerances
): Proposal {
  const used = new Map([...measured].map(([name, { milli }]) => [name, milli]))
  for (const name of [...groups.ignored, ...groups.unready]) used.delete(name)
  if (used.size === 0) throw new Error('did not receive metrics for targeted pods (pods might be unready)')
  const { ratio, ...seen } = loadOf(used, target)
  const stay = { replicas: current, ...seen }
  const withUnready = groups.unready.length > 0 && ratio > 1
  if (!withUnready && groups.missing.length === 0)
    return isWithin(ratio, tolerances) ? stay : { replicas: Math.ceil(ratio * groups.ready), ...seen }
  // What is not known is taken for what argues against the change: idle when it would grow, at its full share when it would shrink.
  if (ratio !== 1) for (const name of groups.missing) used.set(name, ratio > 1 ? 0 : fullShare(name, target))
  if (withUnready) for (const name of groups.unready) used.set(name, 0)
  const again = loadOf(used, target).ratio
  if (isWithin(again, tolerances) || (ratio < 1 && again > 1) || (ratio > 1 && again < 1)) return stay
  const replicas = Math.ceil(again * used.size)
  if ((again < 1 && replicas > current) || (again > 1 && replicas < current)) return stay
  return { replicas, ...seen }
}

const isWithin = (ratio: number, { up, down }: Tolerances): boolean => 1 - down <= ratio && ratio <= 1 + up

function fullShare(name: string, target: Target): number {
  if (target.kind === 'value') return target.milli
  return Math.trunc(((target.requests.get(name) ?? 0) * Math.max(100, target.percent)) / 100)
}

// Whole numbers throughout, cut off as the reference's integer arithmetic does.
function loadOf(used: ReadonlyMap<string, number>, target: Target): Load {
  const entries = target.kind === 'value' ? [...used] : [...used].filter(([name]) => target.requests.has(name))
  const total = entries.reduce((sum, [, milli]) => sum + milli, 0)
  const averageMilli = Math.trunc(total / entries.length)
  if (target.kind === 'value') return { ratio: averageMilli / target.milli, averageMilli }
  const requested = entries.reduce((sum, [name]) => sum + (target.requests.get(name) ?? 0), 0)
  if (requested === 0) throw new Error('no metrics returned matched known pods')
  const utilization = Math.trunc((total * 100) / requested)
  return { ratio: utilization / target.percent, averageMilli, utilization }
}
