import { type Exchange, failureFields, type FailureListener, isKubeletProbe } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import { FailureLog } from '@knative-ts/telemetry/requests/failure-log'
import type { Passage } from '../forwarding/passage.ts'
import type { GatewayMetrics } from './gateway-metrics.ts'

/** Counts what the gateway could not serve, and says which route, revision and address it was about. */
export function failuresOf(log: Log, metrics: GatewayMetrics): FailureListener {
  const failures = new FailureLog(log)
  return (exchange, status, reason) => {
    // A probe that is told to wait is no failure.
    if (isKubeletProbe(exchange.request.headers)) return
    metrics.failed(status)
    const { rule, split, upstream } = (exchange as Exchange<Partial<Passage> | undefined>).context ?? {}
    const { namespace, name } = split?.revision ?? { namespace: '', name: '' }
    failures.tell(`${status} ${rule?.ingress ?? ''}`, reason, {
      key: rule?.ingress,
      revision: name === '' ? undefined : `${namespace}/${name}`,
      backend: split?.backend.key,
      upstream: upstream?.address,
      ...failureFields(exchange, status)
    })
  }
}
