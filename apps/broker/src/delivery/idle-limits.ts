import type { IdleLimits } from '@knative-ts/proxy'

/**
 * What config-imc-event-dispatcher means, in the words of Go's transport: no total is no bound, and none to one host is its own default of two.
 */
export function idleLimitsOf(maxIdleConnections: number, maxIdleConnectionsPerHost: number): IdleLimits {
  return {
    idleTotal: maxIdleConnections === 0 ? Number.POSITIVE_INFINITY : maxIdleConnections,
    idlePerAddress: maxIdleConnectionsPerHost === 0 ? 2 : maxIdleConnectionsPerHost
  }
}
