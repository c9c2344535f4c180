import type { AutoscalerConfig } from '../config/autoscaler-config.ts'
import type { DefaultsConfig } from '../config/defaults-config.ts'
import type { FeaturesConfig } from '../config/features-config.ts'
import type { KubeObject } from '../object.ts'

/** The ConfigMaps that defaults and rules ask. */
export interface AdmissionConfig {
  readonly autoscaler: AutoscalerConfig
  readonly defaults: DefaultsConfig
  readonly features: FeaturesConfig
  /** The domain of names inside the cluster. Default: `cluster.local`. */
  readonly clusterDomain?: string
}

/** What is being done to an object, and by whom. */
export interface AdmissionContext<T extends KubeObject = KubeObject, C = AdmissionConfig> {
  readonly operation: 'CREATE' | 'UPDATE'
  /** '' for the object itself. */
  readonly subresource: string
  /** The object as stored; only when it is updated. For rules: with today's defaults, so that new defaults are no change. */
  readonly before?: T
  /** Name of the user. */
  readonly user: string
  readonly config: C
}

/** Whether two values are the same JSON, empty lists, maps and absent fields being equal (Kubernetes' semantic equality). */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (isBlank(a) && isBlank(b)) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => sameValue(item, b[index]))
  if (!isRecord(a) || !isRecord(b) || Array.isArray(a) !== Array.isArray(b)) return false
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => sameValue(a[key], b[key]))
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isBlank = (value: unknown): boolean => value === undefined || value === null || (Array.isArray(value) && value.length === 0)
