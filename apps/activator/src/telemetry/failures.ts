import { keyText } from '@knative-ts/api'
import { type Exchange, failureFields, type FailureListener, isKubeletProbe, networkProbe, socketOf } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import type { FailureCounts } from '@knative-ts/telemetry/requests/failure-counts'
import { FailureLog } from '@knative-ts/telemetry/requests/failure-log'
import type { Activated } from '../activated.ts'

/** Counts what the activator could not serve, and says which revision and pod it was about. */
export function failuresOf(log: Log, counts: FailureCounts): FailureListener {
  const failures = new FailureLog(log)
  return (exchange, status, reason) => {
    const { headers } = exchange.request
    // A probe that is told to wait is no failure.
    if (isKubeletProbe(headers) || networkProbe(headers) !== undefined) return
    counts.own(status)
    const { entry, place } = (exchange as Exchange<Partial<Activated> | undefined>).context ?? {}
    const key = entry === undefined ? undefined : keyText(entry.key)
    failures.tell(`${status} ${key ?? ''}`, reason, { key, pod: place && socketOf(place.address), ...failureFields(exchange, status) })
  }
}
