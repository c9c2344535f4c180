import { get } from 'node:http'
import { parts, type AnyRole, type PartName } from '@knative-ts/api/system'
import { deployments, statefulSets, type Deployment, type StatefulSet } from '@knative-ts/api/kubernetes'
import { createInformerFactory, type KubeClient, type Log } from '@knative-ts/kube'

const isAvailable = ({ spec, status, metadata }: Deployment | StatefulSet): boolean =>
  (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) && (status?.readyReplicas ?? 0) >= (spec?.replicas ?? 1)

/** Resolves when every role of these parts has its pods ready; calls `ready` as each gets there. Aborting `signal` ends the watch. */
export async function rolesReady(
  client: KubeClient,
  installed: readonly PartName[],
  log: Log,
  signal: AbortSignal,
  ready: (role: AnyRole) => void
): Promise<void> {
  const stop = new AbortController()
  const factory = createInformerFactory(client, { log })
  const missing = new Set<string>(installed.flatMap((part) => parts[part].roles))
  const all = new Promise<void>((resolve) => {
    const seen = (after: Deployment | StatefulSet | undefined): void => {
      const name = after?.metadata.name ?? ''
      if (after === undefined || !missing.has(name) || !isAvailable(after)) return
      missing.delete(name)
      ready(name as AnyRole)
      if (missing.size === 0) resolve()
    }
    for (const part of installed) {
      const { namespace } = parts[part]
      factory.informer(deployments, { namespace }).onChange(({ after }) => seen(after))
      factory.informer(statefulSets, { namespace }).onChange(({ after }) => seen(after))
    }
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
