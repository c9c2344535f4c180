/**
 * Secrets of type kubernetes.io/service-account-token: filled with a token of the account that they name, and gone with it. The token is bound
 * to its Secret: it is good as long as that exists, or for ten years.
 */
import { keyOf, type ObjectKey } from '@knative-ts/api'
import { secrets, serviceAccounts, type Secret, type ServiceAccount } from '@knative-ts/api/kubernetes'
import {
  ApiError,
  createReconcileLoop,
  isNotFound,
  objectPath,
  settled,
  triggeredBy,
  type KubeClient,
  type Outcome,
  type ReconcileLoop,
  type Status
} from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'

const tokenSecretType = 'kubernetes.io/service-account-token'
const nameMark = 'kubernetes.io/service-account.name'
const uidMark = 'kubernetes.io/service-account.uid'
const lifetimeSeconds = 10 * 365 * 24 * 3600

/** `rootCaPem`: what clients with the token trust. */
export function tokenSecretLoop({ client, factory, log, clock }: ControllerContext, rootCaPem: string): ReconcileLoop {
  const informer = factory.informer(secrets)
  const accounts = factory.informer(serviceAccounts)

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const secret = informer.cache.get(key)
    const account = secret?.metadata.annotations?.[nameMark]
    if (secret?.type !== tokenSecretType || account === undefined || secret.metadata.deletionTimestamp !== undefined) return settled
    const owner = await accountOf(key.namespace, account)
    const uid = secret.metadata.annotations?.[uidMark]
    if (owner === undefined || (uid !== undefined && uid !== owner.metadata.uid)) await drop(secret)
    else await fill(secret, owner)
    return settled
  }

  /** The cache of accounts may be behind that of Secrets: only the server's word counts for absence. */
  const accountOf = async (namespace: string, name: string): Promise<ServiceAccount | undefined> => {
    const known = accounts.cache.get({ namespace, name })
    if (known !== undefined) return known
    return client.get(serviceAccounts, { namespace, name }).catch((error: unknown) => {
      if (isNotFound(error)) return undefined
      throw error
    })
  }

  const drop = async (secret: Secret): Promise<void> => {
    const preconditions = { uid: secret.metadata.uid ?? '' }
    await client.delete(secrets, keyOf(secret), { preconditions }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
    })
  }

  const fill = async (secret: Secret, account: ServiceAccount): Promise<void> => {
    const wanted = { 'ca.crt': rootCaPem, namespace: secret.metadata.namespace ?? '' }
    const data = Object.fromEntries(Object.entries(wanted).map(([name, text]) => [name, Buffer.from(text).toString('base64')]))
    const isComplete = secret.data?.['token'] !== undefined && Object.entries(data).every(([name, text]) => secret.data?.[name] === text)
    if (isComplete && secret.metadata.annotations?.[uidMark] === account.metadata.uid) return
    const token = secret.data?.['token'] ?? Buffer.from(await issue(client, account, secret)).toString('base64')
    await client.update(secrets, {
      ...secret,
      metadata: { ...secret.metadata, annotations: { ...secret.metadata.annotations, [uidMark]: account.metadata.uid ?? '' } },
      data: { ...secret.data, ...data, token }
    })
  }

  return createReconcileLoop({
    name: 'tokens-controller',
    log,
    clock,
    triggers: [
      triggeredBy(informer),
      triggeredBy(accounts, ({ metadata }) =>
        informer.cache
          .list(metadata.namespace ?? '')
          .filter((secret) => secret.metadata.annotations?.[nameMark] === metadata.name)
          .map(keyOf)
      )
    ],
    reconcile
  })
}

async function issue(client: KubeClient, account: ServiceAccount, { metadata }: Secret): Promise<string> {
  const boundObjectRef = { apiVersion: 'v1', kind: 'Secret', name: metadata.name, uid: metadata.uid }
  const { status, body } = await client.raw({
    method: 'POST',
    path: objectPath(serviceAccounts, keyOf(account), 'token'),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: lifetimeSeconds, boundObjectRef }
    })
  })
  const answer: unknown = JSON.parse(body)
  if (status !== 201) throw new ApiError(answer as Status)
  return (answer as { status: { token: string } }).status.token
}
