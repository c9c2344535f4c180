import type { KubeClient } from './client.ts'
import type { ClusterConfig } from './cluster-config.ts'
import { HttpKubeClient } from './http-client.ts'
import { Transport } from './transport.ts'

/** A KubeClient that can let go of its idle connections. */
export interface ConnectedClient extends KubeClient {
  /** Closes all connections; calls and watches under way fail. */
  close(): void
}

/**
 * A client of the API server that `config` names. Opens no connection until the first call. Calls reject with ApiError when the server
 * refused and with ConnectionError when it could not be reached.
 */
export function connect(config: ClusterConfig): ConnectedClient {
  const transport = new Transport(config)
  return Object.assign(new HttpKubeClient(transport), { close: () => transport.close() })
}
