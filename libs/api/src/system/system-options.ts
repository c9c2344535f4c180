import { parts, type AnyRole, type PartName } from './parts.ts'

/** What an installation decides about its own objects. Standalone and the chart fill it in; everything else is the same for both. */
export interface SystemOptions {
  /** Value of `app.kubernetes.io/version` on every object. */
  readonly version: string
  /** Image of each app, by its name: roles of one app share it. */
  readonly image: (app: AppName) => string
  /** Replicas of each role; one unless said otherwise. */
  readonly replicas?: Partial<Record<AnyRole, number>>
  /** Port on the node at which the gateway's public listener is reached; absent: only through its Service. */
  readonly gatewayHostPort?: number
  /** The same for its HTTPS listener. */
  readonly gatewayHttpsHostPort?: number
  /** Keys that replace defaults in the ConfigMaps, by ConfigMap name. */
  readonly configuration?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** The same for those of Eventing. */
  readonly eventingConfiguration?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** More environment variables of roles. */
  readonly environment?: Partial<Record<AnyRole, Readonly<Record<string, string>>>>
  /** Annotations on every role's pods. */
  readonly podAnnotations?: Readonly<Record<string, string>>
}

/** The apps whose images an installation runs: `queue-proxy` beside every revision, `source` also beside the sources of users. */
export const appNames = ['webhook', 'controller', 'autoscaler', 'activator', 'gateway', 'queue-proxy', 'broker', 'source'] as const
export type AppName = (typeof appNames)[number]

/** Labels that every object of an installation carries. */
export const systemLabels = (options: SystemOptions, component: string, part: PartName = 'serving'): Record<string, string> => ({
  'app.kubernetes.io/component': component,
  'app.kubernetes.io/name': parts[part].namespace,
  'app.kubernetes.io/version': options.version
})
