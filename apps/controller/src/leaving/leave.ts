/**
 * What an installation does last, so that nothing of it hangs anywhere: `main.mjs leave`, run by the chart before its objects go. Objects with a finalizer
 * wait for their controller when they are deleted. Without one, they would wait for ever, and their namespaces with them.
 */
import { certificates, images, keyOf, keyText, type KubeObject, type Resource } from '@knative-ts/api'
import {
  clusterRoles,
  deployments,
  mutatingWebhookConfigurations,
  pods,
  secrets,
  validatingWebhookConfigurations
} from '@knative-ts/api/kubernetes'
import { isConflict, isNotFound, leases, pause, type Clock, type KubeClient, type Log } from '@knative-ts/kube'
import type { Departure, Held } from './departure.ts'

export interface Leaving {
  readonly client: KubeClient
  readonly systemNamespace: string
  /** What the part that goes has made. */
  readonly departure: Departure
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
}

/** Objects of a page of a list. */
const page = 500
const pollMs = 500
/** Milliseconds that they may take to end: the webhook takes 45 s at most, the others 30. */
const endWithinMs = 90_000

/** Resolves when nothing waits for a controller any more. Rejects when the API server refuses, or when those who write do not end. */
export async function leave(leaving: Leaving): Promise<void> {
  await closeAdmission(leaving)
  await endWriters(leaving)
  for (const held of leaving.departure.held) await letGo(leaving, held)
  await removeOwn(leaving)
  await removeAggregates(leaving)
}

/** First of all: a webhook that does not answer any more must not refuse what follows. */
async function closeAdmission({ client, departure: { mutating, validating } }: Leaving): Promise<void> {
  for (const name of mutating) await gone(client.delete(mutatingWebhookConfigurations, { namespace: '', name }))
  for (const name of validating) await gone(client.delete(validatingWebhookConfigurations, { namespace: '', name }))
}

async function endWriters({ client, systemNamespace, departure: { writers }, clock, log, signal }: Leaving): Promise<void> {
  for (const name of writers) {
    const key = { namespace: systemNamespace, name }
    await gone(client.patch(deployments, key, { type: 'merge', body: { spec: { replicas: 0 } } }, { subresource: 'scale' }))
  }
  const until = clock.now() + endWithinMs
  for (;;) {
    const { items } = await client.list(pods, { namespace: systemNamespace, labelSelector: `app in (${writers.join(',')})` })
    if (items.length === 0) return log.info({}, 'nobody writes any more')
    signal.throwIfAborted()
    if (clock.now() > until) {
      const names = items.map((pod) => pod.metadata.name).join(', ')
      throw new Error(`these pods have not ended within ${endWithinMs / 1000} s: ${names}; delete them, then try again`)
    }
    await pause(clock, pollMs, signal)
  }
}

async function letGo({ client, log }: Leaving, { resource, finalizer, ours = () => true }: Held): Promise<void> {
  let count = 0
  for await (const object of all(client, resource)) {
    if (ours(object) && (await released(client, resource, object, finalizer))) count++
  }
  log.info({ count }, `${resource.plural} that wait for nobody any more`)
}

async function* all<T extends KubeObject>(client: KubeClient, resource: Resource<T>): AsyncGenerator<T> {
  let next: string | undefined
  do {
    const list = await client.list(resource, { limit: page, ...(next === undefined ? {} : { continue: next }) }).catch(unlessNotFound)
    yield* list?.items ?? []
    next = list?.continue
  } while (next !== undefined && next !== '')
}

/** True when the finalizer was there. Somebody else's write in between is no reason to stop: it is read again. */
async function released<T extends KubeObject>(client: KubeClient, resource: Resource<T>, object: T, finalizer: string): Promise<boolean> {
  for (let current: T | undefined = object; current !== undefined;) {
    const present: readonly string[] = current.metadata.finalizers ?? []
    if (!present.includes(finalizer)) return false
    const { resourceVersion } = current.metadata
    const metadata = { finalizers: present.filter((name) => name !== finalizer), resourceVersion }
    try {
      await client.patch(resource, keyOf(current), { type: 'merge', body: { metadata } })
      return true
    } catch (error) {
      if (isNotFound(error)) return false
      if (!isConflict(error)) throw new Error(`cannot let go of ${resource.kind} ${keyText(keyOf(current))}`, { cause: error })
    }
    current = await client.get(resource, keyOf(current)).catch(unlessNotFound)
  }
  return false
}

/** What the roles themselves have made in a namespace that may stay. */
async function removeOwn({ client, systemNamespace: namespace, departure }: Leaving): Promise<void> {
  for (const name of departure.images) await gone(client.delete(images, { namespace, name }))
  await gone(client.delete(secrets, { namespace, name: departure.certificates }))
  for (const name of departure.shown) await gone(client.delete(certificates, { namespace, name }))
  const { authority } = departure
  const made = authority && (await client.get(secrets, { namespace, name: authority.name }).catch(unlessNotFound))
  if (authority !== undefined && made?.metadata.labels?.[authority.label] !== undefined) await gone(client.delete(secrets, keyOf(made)))
  const { items } = await client.list(leases, { namespace })
  const own = items.filter(({ metadata: { name } }) => departure.leases.test(name ?? ''))
  for (const lease of own) await gone(client.delete(leases, keyOf(lease)))
}

/**
 * ClusterRoles that Kubernetes fills from others. It writes them when one of those goes, even while they go themselves: they would be back, empty and
 * nobody's. So they go before the others do.
 */
async function removeAggregates({ client, departure }: Leaving): Promise<void> {
  const { items } = await client.list(clusterRoles, { labelSelector: `app.kubernetes.io/name=${departure.label}` })
  for (const role of items.filter(({ aggregationRule }) => aggregationRule !== undefined))
    await gone(client.delete(clusterRoles, keyOf(role)))
}

/** What is not there any more, or never was, is as it should be. */
async function gone(request: Promise<unknown>): Promise<void> {
  await request.catch(unlessNotFound)
}

function unlessNotFound(error: unknown): undefined {
  if (!isNotFound(error)) throw error
  return undefined
}
