import type * as k8s from '@knative-ts/api/kubernetes'
import { type Keychain, keychainOf } from '@knative-ts/registry'
import type { References } from '../env/container-env.ts'

/**
 * The credentials of a pod's pull secrets; the API server has added those of its ServiceAccount when it was made. Secrets that are not there are told in the
 * kubelet's words: the image may not need them.
 */
export async function podKeychain(pod: k8s.Pod, references: References, tell: (message: string) => void): Promise<Keychain> {
  const namespace = pod.metadata.namespace ?? ''
  const names = (pod.spec?.imagePullSecrets ?? []).flatMap(({ name = '' }) => (name === '' ? [] : [name]))
  const named = await Promise.all(names.map(async (name) => ({ name, secret: await references.secret(namespace, name) })))
  const absent = named.flatMap(({ name, secret }) => (secret === undefined ? [name] : []))
  if (absent.length > 0) {
    tell(`Unable to retrieve some image pull secrets (${absent.join(', ')}); attempting to pull the image may not succeed.`)
  }
  return keychainOf(named)
}
