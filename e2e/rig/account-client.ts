import { connect, loadClusterConfig, type ClusterConfig, type ConnectedClient, type KubeClient } from '@knative-ts/kube'
import type { ObjectKey } from '@knative-ts/api'

/**
 * A client that is a ServiceAccount: by a token that the API server issues for it, good for ten minutes. Rejects when it issues none. Close
 * it when done.
 */
export async function accountClient(admin: KubeClient, kubeconfig: string, account: ObjectKey): Promise<ConnectedClient> {
  const { certificate: _, authorize: __, tokenFile: ___, ...cluster }: ClusterConfig = await loadClusterConfig({ KUBECONFIG: kubeconfig })
  const { status, body } = await admin.raw({
    method: 'POST',
    path: `/api/v1/namespaces/${account.namespace}/serviceaccounts/${account.name}/token`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 600 } })
  })
  if (status !== 201) throw new Error(`no token of ${account.namespace}/${account.name}: ${status} ${body}`)
  const { token } = (JSON.parse(body) as { readonly status: { readonly token: string } }).status
  return connect({ ...cluster, token })
}
