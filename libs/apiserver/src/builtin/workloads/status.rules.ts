/** Rules of counts of pods in a status. */
import { invalidValue, type Cause } from '../../http/errors.ts'
import { noneNegative } from '../checks.ts'

interface Counts {
  readonly replicas?: number
  readonly readyReplicas?: number
  readonly availableReplicas?: number
}

/** None negative; those of `parts` not more than all, and not more available than ready. `ready` is how that count is called. */
export function checkCounts<T extends Counts>(
  status: T | undefined,
  counts: readonly (keyof T & string)[],
  parts: readonly (keyof T & string)[],
  ready = 'readyReplicas'
): Cause[] {
  const causes = noneNegative('status', status, counts)
  for (const part of parts) {
    const count = Number(status?.[part] ?? 0)
    if (count > (status?.replicas ?? 0)) causes.push(invalidValue(`status.${part}`, count, 'cannot be greater than status.replicas'))
  }
  const available = status?.availableReplicas ?? 0
  if (available > (status?.readyReplicas ?? 0))
    causes.push(invalidValue('status.availableReplicas', available, `cannot be greater than ${ready}`))
  return causes
}
