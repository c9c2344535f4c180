import type { NetworkConfig } from '@knative-ts/api'

/** The URL of a host outside the cluster, with the port that clients need unless it is the scheme's own. */
export function externalUrl(scheme: string, host: string, network: NetworkConfig): string {
  const port =
    scheme === 'https' && network.defaultExternalScheme !== 'https' ? network.defaultExternalHttpsPort : network.defaultExternalPort
  const usual = port === 80 || (port === 443 && scheme === 'https')
  return `${scheme}://${host}${usual ? '' : `:${port}`}`
}
