/** Whether journeys can run on an installation at all: said before the first of them, in words that lead to the cause. */
import { existsSync } from 'node:fs'
import { request } from 'node:http'
import { connect, type ConnectedClient, errorText, loadClusterConfig } from '@knative-ts/kube'
import type { Installation } from './installation.ts'

/** What it is, in a sentence. Rejects with what is wrong with the kubeconfig, the API server, Knative or the gateway. */
export async function checkInstallation({ kubeconfig, gateway }: Installation): Promise<string> {
  if (!existsSync(kubeconfig)) throw new Error(`--kubeconfig ${kubeconfig}: there is no such file`)
  const config = await loadClusterConfig({ KUBECONFIG: kubeconfig }).catch((error: unknown) => {
    throw new Error(`--kubeconfig ${kubeconfig}: ${errorText(error)}`)
  })
  const client = connect(config)
  try {
    const version = await versionOf(client, kubeconfig)
    await findServing(client)
    await askGateway(gateway)
    return `Kubernetes ${version} by ${kubeconfig}, gateway ${gateway.origin}`
  } finally {
    client.close()
  }
}

async function versionOf(client: ConnectedClient, kubeconfig: string): Promise<string> {
  const answer = await client.raw({ method: 'GET', path: '/version' }).catch((error: unknown) => {
    throw new Error(`the API server of --kubeconfig ${kubeconfig} does not answer: ${errorText(error)}`)
  })
  if (answer.status !== 200) throw new Error(`the API server of --kubeconfig ${kubeconfig} answers HTTP ${answer.status}: ${answer.body}`)
  return (JSON.parse(answer.body) as { readonly gitVersion: string }).gitVersion
}

async function findServing(client: ConnectedClient): Promise<void> {
  const { status } = await client.raw({ method: 'GET', path: '/apis/serving.knative.dev/v1' })
  if (status === 404)
    throw new Error('there is no Knative Serving in this cluster: install charts/knative-ts, or run npm run e2e -- --rig DIR')
  if (status !== 200)
    throw new Error(`the API server answers HTTP ${status} for serving.knative.dev/v1: give an administrator's kubeconfig`)
}

/** Resolves with any answer: nobody is called what it is asked for. */
export function askGateway(gateway: URL): Promise<void> {
  if (gateway.protocol !== 'http:') throw new Error(`--gateway ${gateway.href}: give the address for plain HTTP, http://HOST[:PORT]`)
  return new Promise((resolve, reject) => {
    const failed = (why: string): void => reject(new Error(`the gateway at ${gateway.origin} does not answer: ${why}`))
    const { hostname, port } = gateway
    const sent = request({ host: hostname, port: port || 80, headers: { host: 'nobody.invalid' }, timeout: 10_000 }, (response) => {
      response.resume()
      resolve()
    })
    sent.on('timeout', () => sent.destroy(new Error('nothing within 10 s')))
    sent.on('error', (error) => failed(error.message))
    sent.end()
  })
}
