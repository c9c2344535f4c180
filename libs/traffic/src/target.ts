/** One entry of `spec.traffic` or `status.traffic` of a Route: what the user asked for, or what it became. Percents are of all requests. */
export interface TrafficTarget {
  tag?: string
  revisionName?: string
  configurationName?: string
  latestRevision?: boolean
  percent?: number
  url?: string
}

/** How a revision's containers speak: `http1`, or `h2c` for HTTP/2 with prior knowledge. */
export type Protocol = 'http1' | 'h2c'

/** What resolving needs to know of a Configuration. `failed`: its Ready condition is False; `why`: the message of that condition. */
export interface ConfigurationSeen {
  readonly latestReadyRevisionName?: string
  readonly failed: boolean
  readonly why?: string
}

/** What resolving needs to know of a Revision. `configuration` and `service` are its labels, '' when it has none; `why` is the message of its Ready condition. */
export interface RevisionSeen {
  readonly configuration: string
  readonly service: string
  readonly ready: boolean
  readonly failed: boolean
  readonly why?: string
  readonly protocol: Protocol
}

/** A target brought down to one revision. `configuration` is '' for a revision without one. */
export interface RevisionTarget {
  readonly tag: string
  readonly revision: string
  readonly configuration: string
  readonly latest: boolean
  readonly latestGiven: boolean
  readonly percent: number
  readonly percentGiven: boolean
  readonly protocol: Protocol
}

/** The tag of the targets that share the Route's own host. */
export const defaultTag = ''
