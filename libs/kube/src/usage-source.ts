/** What the node agent knows of the processors and memory that its pods take: between it and the metrics API of the API server. */

/** One running container. */
export interface ContainerUsage {
  readonly name: string
  /** Processor time per second of the window, in billionths of a core. */
  readonly cpuNanoCores: number
  /** Working set, bytes. */
  readonly memoryBytes: number
}

/** One pod as measured over `windowMs` that ended at `timestamp`. */
export interface PodUsage {
  readonly namespace: string
  readonly name: string
  readonly timestamp: Date
  readonly windowMs: number
  readonly containers: readonly ContainerUsage[]
}

/** The node as a whole. */
export interface NodeUsage {
  readonly name: string
  readonly timestamp: Date
  readonly windowMs: number
  readonly cpuNanoCores: number
  readonly memoryBytes: number
}

/**
 * The latest measurements, asked at each request. What has not been measured yet is left out; so is a pod until each of its running containers
 * has been measured twice.
 */
export interface UsageSource {
  node(): NodeUsage | undefined
  pods(): readonly PodUsage[]
}
