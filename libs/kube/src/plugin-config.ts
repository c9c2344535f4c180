/**
 * Users whose credentials come from a program or an identity provider (exec, OIDC, auth-provider), and merged KUBECONFIG lists. Done by
 * @kubernetes/client-node, loaded only here: importing it costs 350 to 700 ms and 80 MB, which no other start pays.
 */
import { delimiter } from 'node:path'
import type { RequestOptions } from 'node:https'
import type { ClusterConfig } from './cluster-config.ts'

/** Reads `files`, merged as kubectl merges them, through @kubernetes/client-node. */
export async function pluginConfig(files: readonly string[]): Promise<ClusterConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  const first = files[0] ?? ''
  config.loadFromFile(first)
  for (const file of files.slice(1)) {
    const further = new KubeConfig()
    further.loadFromFile(file)
    config.mergeConfig(further, true)
  }
  const cluster = config.getCurrentCluster()
  if (cluster === null) throw new Error(`${files.join(delimiter)}: current-context "${config.getCurrentContext()}" names no cluster`)
  const options: RequestOptions = {}
  await config.applyToHTTPSOptions(options)
  const text = (value: unknown): string | undefined => (value === undefined || value === null ? undefined : String(value))
  const [ca, cert, key] = [text(options.ca), text(options.cert), text(options.key)]
  return {
    server: cluster.server,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? 'default',
    ...(ca === undefined ? {} : { ca }),
    ...(cluster.skipTLSVerify === true ? { insecure: true } : {}),
    ...(cluster.tlsServerName === undefined ? {} : { serverName: cluster.tlsServerName }),
    ...(cert === undefined || key === undefined ? {} : { certificate: { cert, key } }),
    authorize: async () => {
      const fresh: RequestOptions = { headers: {} }
      await config.applyToHTTPSOptions(fresh)
      const headers = fresh.headers as Record<string, string | undefined>
      const authorization = headers['Authorization'] ?? headers['authorization']
      return authorization === undefined ? {} : { authorization }
    }
  }
}
