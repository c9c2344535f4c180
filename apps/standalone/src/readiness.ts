import { get } from 'node:http'
import { roleNames, systemNamespace, type RoleName } from '@knative-ts/api/system'
import { deployments, type Deployment } from '@knative-ts/api/kubernetes'
import { createInformerFactory, type KubeClient, type Log } from '@knative-ts/kube'

const isAvailable = ({ spec, status, metadata }: Deployment): boolean =>
  (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) && (status?.readyReplicas ?? 0) >= (spec?.replicas ?? 1)

/** Resolves when every role has its pods ready; calls `ready` as each gets there. Aborting `signal` ends the watch. */
export async function rolesReady(client: KubeClient, log: Log, signal: AbortSignal, ready: (role: RoleName) => void): Promise<void> {
  const stop = new AbortController()
  const factory = createInformerFactory(client, { log })
  const missing = new Set<string>(roleNames)
  const informer = factory.informer(deployments, { namespace: systemNamespace })
  const all = new Promise<void>((resolve) => {
    informer.onChange(({ after }) => {
      const name = after?.metadata.name ?? ''
      if (after === undefined || !missing.has(name) || !isAvailable(after)) return
      missing.delete(name)
      ready(name as RoleName)
      if (missing.size === 0) resolve()
    })
  })
  await factory.start(AbortSignal.any([signal, stop.signal]))
  await all
  stop.abort()
}

/** True when something that speaks HTTP answers at the gateway's port. */
export function gatewayAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, timeout: 1_000 }, (response) => {
      response.resume()
      resolve(response.statusCode === 404)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}
