import type { ObjectKey } from '@knative-ts/api'
import { type Secret, secrets, serviceAccounts } from '@knative-ts/api/kubernetes'
import { errorText, isNotFound, type KubeClient } from '@knative-ts/kube'
import { type Keychain, keychainOf } from '@knative-ts/registry'

/** As whom the pods of a revision pull. */
export interface Puller {
  readonly namespace: string
  /** '' for `default`. */
  readonly serviceAccountName: string
  /** Names of Secrets. */
  readonly imagePullSecrets: readonly string[]
}

interface PullSecret {
  readonly name: string
  readonly secret: Secret | undefined
}

/**
 * The credentials that pods will pull with, in k8schain's order: the revision's own pull secrets, then those of its ServiceAccount. What does not exist is no
 * error, for most images need none; the keychain knows it. Rejects when something cannot be read.
 */
export async function pullKeychain(client: KubeClient, puller: Puller): Promise<Keychain> {
  return keychainOf(await pullSecrets(client, puller))
}

/** Another text when one of these Secrets is another than before, or another list. Rejects when something cannot be read. */
export async function credentialsText(client: KubeClient, puller: Puller): Promise<string> {
  const found = await pullSecrets(client, puller)
  return JSON.stringify(found.map(({ name, secret }) => [name, secret?.metadata.uid ?? '', secret?.metadata.resourceVersion ?? '']))
}

async function pullSecrets(client: KubeClient, { namespace, serviceAccountName, imagePullSecrets }: Puller): Promise<PullSecret[]> {
  const accountName = serviceAccountName === '' ? 'default' : serviceAccountName
  const account = await existing(`ServiceAccount "${accountName}"`, () => client.get(serviceAccounts, { namespace, name: accountName }))
  const ofAccount = (account?.imagePullSecrets ?? []).flatMap(({ name = '' }) => (name === '' ? [] : [name]))
  const names = [...new Set([...imagePullSecrets, ...ofAccount])]
  return Promise.all(names.map((name) => named(client, { namespace, name })))
}

async function named(client: KubeClient, key: ObjectKey): Promise<PullSecret> {
  return { name: key.name, secret: await existing(`pull secret "${key.name}"`, () => client.get(secrets, key)) }
}

async function existing<T>(what: string, get: () => Promise<T>): Promise<T | undefined> {
  try {
    return await get()
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw new Error(`failed to initialize authentication: ${what} cannot be read: ${errorText(error)}`, { cause: error })
  }
}
