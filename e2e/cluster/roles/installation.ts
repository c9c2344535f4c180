/** The installation under test as its roles' suites see it: its API, and the address at which the gateway takes requests. */
import { services } from '@knative-ts/api/kubernetes'
import { systemNamespace } from '@knative-ts/api/system'
import { connect, type ConnectedClient, loadClusterConfig } from '@knative-ts/kube'

export interface Installation {
  readonly client: ConnectedClient
  /** Of the gateway's Service, so that what routes to pods has its part in what is tested. */
  readonly gateway: { readonly host: string; readonly port: number }
}

/** By `E2E_KUBECONFIG` (else `KUBECONFIG`) and `E2E_GATEWAY` (else the address of Service `gateway`). Close its client in the end. */
export async function findInstallation(): Promise<Installation> {
  const kubeconfig = process.env['E2E_KUBECONFIG'] ?? process.env['KUBECONFIG']
  if (kubeconfig === undefined) throw new Error('no cluster: set E2E_KUBECONFIG to the kubeconfig of one with knative-ts on it')
  const client = connect(await loadClusterConfig({ KUBECONFIG: kubeconfig }))
  const url = process.env['E2E_GATEWAY']
  if (url !== undefined) {
    const { hostname, port } = new URL(url)
    return { client, gateway: { host: hostname, port: Number(port || 80) } }
  }
  const { spec } = await client.get(services, { namespace: systemNamespace, name: 'gateway' })
  if (spec?.clusterIP === undefined) throw new Error('Service gateway has no address: set E2E_GATEWAY to the URL of the gateway')
  return { client, gateway: { host: spec.clusterIP, port: 80 } }
}
