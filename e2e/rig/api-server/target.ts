/** An API server that a benchmark loads, and the clients it is loaded by. */
import { readFileSync } from 'node:fs'
import { namespaces } from '@knative-ts/api/kubernetes'
import { connect, loadClusterConfig, type ClusterConfig, type ConnectedClient } from '@knative-ts/kube'

/** Clients that write at the same time. */
export const CLIENTS = 8

export interface Target {
  readonly config: ClusterConfig
  readonly clients: readonly ConnectedClient[]
  /** Processes whose memory is the server's. */
  readonly pids: readonly number[]
}

/** Connects to the cluster of a kubeconfig. */
export async function targetOf(kubeconfig: string, pids: readonly number[]): Promise<Target> {
  const config = await loadClusterConfig({ KUBECONFIG: kubeconfig })
  return { config, clients: Array.from({ length: CLIENTS }, () => connect(config)), pids }
}

/** Makes namespaces that must not be there yet. */
export async function makeNamespaces({ clients }: Target, names: readonly string[]): Promise<void> {
  for (const name of names) await clients[0]?.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
}

/** Resident memory of the server's processes in MiB. */
export function rssMiB({ pids }: Target): number {
  const kilobytes = pids.map((pid) => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]))
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024
}
