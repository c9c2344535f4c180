import type * as k8s from '@knative-ts/api/kubernetes'

/** What the ConfigMaps say about how revisions run. */
export interface RevisionSettings {
  readonly systemNamespace: string
  readonly queueProxy: QueueProxySettings
  /** Registries whose tags are not resolved to digests. */
  readonly registriesSkippingTagResolving: ReadonlySet<string>
  readonly digestResolutionTimeoutMs: number
  readonly progressDeadlineSeconds: number
  readonly initialScale: number
  readonly autoscalerClass: string
  /** For pods that say nothing: undefined leaves it to Kubernetes. */
  readonly enableServiceLinks: boolean | undefined
  /** Prefer to spread the pods of a revision over nodes. */
  readonly spreadOverNodes: boolean
  readonly runtimeClassNameFor: (labels: Readonly<Record<string, string>>) => string | undefined
  /** A pod that cannot be scheduled is not an error: nodes will come. */
  readonly alwaysSchedulable: boolean
  readonly multiContainerProbing: boolean
  /** Who makes the certificates of pods. */
  readonly certificateClass: string
  /** Whether what user containers write to /var/log is kept where collectors on the node find it. */
  readonly varLogCollection: boolean
  /** `${REVISION_UID}` stands for the uid; '' for no log URL. */
  readonly logUrlTemplate: string
}

export interface QueueProxySettings {
  readonly image: string
  readonly loggingConfig: string
  readonly loggingLevel: string
  /** OBSERVABILITY_CONFIG, JSON. */
  readonly observability: string
  /** Whether it serves profiles of itself. */
  readonly profiling: boolean
  readonly autodetectHttp2: boolean
  readonly rootCa: string
  readonly tls: {
    readonly minVersion: string
    readonly maxVersion: string
    readonly cipherSuites: string
    readonly curvePreferences: string
  }
  readonly requests: Readonly<Record<string, string>>
  readonly limits: Readonly<Record<string, string>>
  /** Audiences of tokens that the queue-proxy gets, one file each. */
  readonly tokenAudiences: readonly string[]
  /** It serves TLS, with the certificate of its namespace's pods. */
  readonly certificate: boolean
  readonly podInfo: 'Enabled' | 'Allowed' | 'Disabled'
  readonly securityContext: k8s.SecurityContext
}

/** What the queue-proxy may do: nothing. */
export const lockedDown: k8s.SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' }
}
