/** What an installation decides about its own objects. Standalone and the chart fill it in; everything else is the same for both. */
export interface SystemOptions {
  /** Value of `app.kubernetes.io/version` on every object. */
  readonly version: string
  /** Image of each role; also of the queue-proxy that is put beside every revision. */
  readonly image: (role: RoleName | 'queue-proxy') => string
  /** Replicas of each role; one unless said otherwise. */
  readonly replicas?: Partial<Record<RoleName, number>>
  /** Port on the node at which the gateway's public listener is reached; absent: only through its Service. */
  readonly gatewayHostPort?: number
  /** The same for its HTTPS listener. */
  readonly gatewayHttpsHostPort?: number
  /** Keys that replace defaults in the ConfigMaps, by ConfigMap name. */
  readonly configuration?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** More environment variables of roles. */
  readonly environment?: Partial<Record<RoleName, Readonly<Record<string, string>>>>
  /** Annotations on every role's pods. */
  readonly podAnnotations?: Readonly<Record<string, string>>
}

/** The deployables of Serving that run on their own, in the order in which a start needs them. */
export const roleNames = ['webhook', 'controller', 'autoscaler', 'activator', 'gateway'] as const
export type RoleName = (typeof roleNames)[number]

/** Namespace of everything that belongs to Serving itself. */
export const systemNamespace = 'knative-serving'

/** Labels that every object of an installation carries. */
export const systemLabels = (options: SystemOptions, component: string): Record<string, string> => ({
  'app.kubernetes.io/component': component,
  'app.kubernetes.io/name': 'knative-serving',
  'app.kubernetes.io/version': options.version
})
