import { LiveTracing, roleResource } from '@knative-ts/telemetry/tracing'
import type { Stage } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import type { GatewayEnvironment } from '../gateway.config.ts'
import type { Passage } from '../forwarding/passage.ts'

/** Spans of the gateway: `ingress` for a request, as upstream's ingresses call it, and one for each attempt to send it on. */
export function gatewayTracing(environment: GatewayEnvironment, log: Log): LiveTracing {
  return new LiveTracing({
    resource: roleResource('gateway', environment),
    requestName: () => 'ingress',
    attemptName: (method) => `HTTP ${method}`,
    log: Promise.resolve(log)
  })
}

/** Says on the span of a request where it is going. */
export const describeRoute: Stage<Passage> = (exchange, next) => {
  const { span, context } = exchange
  if (span !== undefined && context.rule !== undefined) {
    const [namespace = '', ingress = ''] = context.rule.ingress.split('/', 2)
    span.set('k8s.namespace.name', namespace)
    span.set('kn.ingress.name', ingress)
    const { name } = context.split?.revision ?? { name: '' }
    if (name !== '') span.set('kn.revision.name', name)
  }
  return next(exchange)
}
