import type { Revision } from '@knative-ts/api'
import type { Deadlines, UpstreamProtocol } from '@knative-ts/proxy'

/** What the data path needs to know of a revision, worked out once. */
export interface RevisionFacts {
  /** 0 means no limit. */
  readonly containerConcurrency: number
  readonly protocol: UpstreamProtocol
  /** The queue-proxy's port for that protocol. */
  readonly port: number
  readonly deadlines: Deadlines
  /** A pod whose queue-proxy answers may get requests before the kubelet calls it ready (reference 4.3, probe optimisation). */
  readonly trustsProbe: boolean
}

const defaultTimeoutSeconds = 300

export function revisionFactsOf({ spec }: Revision): RevisionFacts {
  const containers = spec.containers
  const serving = containers.find(({ ports }) => (ports?.length ?? 0) > 0) ?? containers[0]
  const protocol = serving?.ports?.[0]?.name === 'h2c' ? 'h2c' : 'h1'
  return {
    containerConcurrency: spec.containerConcurrency ?? 0,
    protocol,
    port: protocol === 'h2c' ? 8013 : 8012,
    deadlines: {
      timeoutMs: (spec.timeoutSeconds ?? defaultTimeoutSeconds) * 1000,
      responseStartMs: (spec.responseStartTimeoutSeconds ?? 0) * 1000,
      idleMs: (spec.idleTimeoutSeconds ?? 0) * 1000
    },
    // The queue-proxy cannot run commands in another container, and does not know of startup probes: there the kubelet's word is needed.
    trustsProbe: containers.every(({ readinessProbe, startupProbe }) => readinessProbe?.exec === undefined && startupProbe === undefined)
  }
}
