/** The quality of service that a pod's resources buy. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { compareQuantities, quantityValue } from '../quantity.ts'

type Amounts = Readonly<Record<string, string>>

/** Guaranteed: limits of CPU and memory equal requests everywhere. BestEffort: nobody names any. Amounts of zero are none. */
export function qosClassOf({ spec }: k8s.Pod): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const whole = spec?.resources
  const parts =
    whole?.requests !== undefined || whole?.limits !== undefined
      ? [whole]
      : [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].map(({ resources }) => resources)
  const requests: Record<string, number> = {}
  const limits: Record<string, number> = {}
  let isGuaranteed = true
  for (const part of parts) {
    add(requests, part?.requests)
    const own = add(limits, part?.limits)
    if (!['cpu', 'memory'].every((name) => own.has(name))) isGuaranteed = false
  }
  if (Object.keys(requests).length + Object.keys(limits).length === 0) return 'BestEffort'
  const isEqual = Object.keys(requests).every((name) => compareQuantities(requests[name], limits[name] ?? -1) === 0)
  return isGuaranteed && isEqual && Object.keys(requests).length === Object.keys(limits).length ? 'Guaranteed' : 'Burstable'
}

function add(sums: Record<string, number>, amounts: Amounts | undefined): Set<string> {
  const named = new Set<string>()
  for (const name of ['cpu', 'memory']) {
    const amount = quantityValue(amounts?.[name] ?? 0)
    if (!(amount > 0)) continue
    named.add(name)
    sums[name] = (sums[name] ?? 0) + amount
  }
  return named
}
