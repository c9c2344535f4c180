/** Where an API server is and how to prove who calls: what `connect` needs, whatever it was loaded from. */
export interface ClusterConfig {
  /** `https://host:port`, optionally with a path prefix. */
  readonly server: string
  /** PEM of the authorities to trust; the system's own when absent. */
  readonly ca?: string
  /** Do not verify the server's certificate. */
  readonly insecure?: boolean
  /** Name to verify in the server's certificate instead of the host of `server`. */
  readonly serverName?: string
  readonly token?: string
  /** Read again when it rotates. Wins over `token`. */
  readonly tokenFile?: string
  /** PEM pair for client-certificate authentication. */
  readonly certificate?: { readonly cert: string; readonly key: string }
  /** Headers made anew for each request, for credentials that a plug-in hands out. Wins over tokens. */
  readonly authorize?: () => Promise<Readonly<Record<string, string>>>
  /** Namespace of the context, or of the pod; `default` when nothing names one. */
  readonly namespace: string
}
