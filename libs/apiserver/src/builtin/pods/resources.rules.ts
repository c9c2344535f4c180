/** Rules of resource requirements: limits and requests of containers. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { invalidValue, type Cause } from '../../http/errors.ts'
import { quantityValue } from '../quantity.ts'

const STANDARD = ['cpu', 'memory', 'ephemeral-storage']

export function checkResources(resources: k8s.ResourceRequirements | undefined, field: string): Cause[] {
  const limits = resources?.limits ?? {}
  const requests = resources?.requests ?? {}
  const causes = Object.keys(limits)
    .sort()
    .flatMap((name) => checkOne(name, limits[name], `${field}.limits[${name}]`))
  for (const name of Object.keys(requests).sort()) {
    causes.push(...checkOne(name, requests[name], `${field}.requests[${name}]`))
    const limit = limits[name]
    if (limit !== undefined && quantityValue(requests[name]) > quantityValue(limit)) {
      causes.push(
        invalidValue(`${field}.requests`, String(requests[name]), `must be less than or equal to ${name} limit of ${String(limit)}`)
      )
    }
  }
  return causes
}

function checkOne(name: string, value: unknown, field: string): Cause[] {
  const causes: Cause[] = []
  if (!name.includes('/') && !STANDARD.includes(name) && !name.startsWith('hugepages-')) {
    causes.push(invalidValue(field, name, 'must be a standard resource type or fully qualified'))
    causes.push(invalidValue(field, name, 'must be a standard resource for containers'))
  }
  if (quantityValue(value) < 0) causes.push(invalidValue(field, String(value), 'must be greater than or equal to 0'))
  return causes
}
