import type { DomainConfig, NetworkConfig } from '@knative-ts/api'

/** What the ConfigMaps say about hosts and ingress. */
export interface RouteSettings {
  readonly network: NetworkConfig
  readonly domain: DomainConfig
  /** `cluster.local` unless the cluster says otherwise. */
  readonly clusterDomain: string
  readonly tagHeaderBasedRouting: boolean
}
