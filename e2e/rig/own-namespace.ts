import { knativeServices, type Service } from '@knative-ts/api'
import { namespaces, pods, type Pod } from '@knative-ts/api/kubernetes'
import { isNotFound, type KubeClient } from '@knative-ts/kube'
import { until } from './until.ts'

/** How long all in a namespace may take to go, in ms. */
const goneWithinMs = 200_000

/** Seconds that a pod of a suite that has ended may take: nobody waits for its last answers. */
const grace = 2

/** A namespace that goes with its suite. */
export interface OwnNamespace {
  /** Resolves when nothing of it is left; rejects with what the namespace says of itself when that takes too long. */
  discard(): Promise<void>
}

/** The namespace of that name. */
export function ownNamespace(client: KubeClient, name: string): OwnNamespace {
  const unlessGone = (error: unknown): void => {
    if (!isNotFound(error)) throw error
  }
  const status = async (): Promise<object | undefined> =>
    client.get(namespaces, { namespace: '', name }).then(({ status: said }) => ({ ...said }), unlessGone) as Promise<object | undefined>

  /** Tells all pods to hurry that have not been told yet; gives how many there are. */
  const hurry = async (): Promise<number> => {
    const { items } = await client.list<Pod>(pods, { namespace: name })
    for (const { metadata } of items) {
      if (metadata.deletionTimestamp !== undefined && (metadata.deletionGracePeriodSeconds ?? 0) <= grace) continue
      await client.delete(pods, { namespace: name, name: metadata.name ?? '' }, { gracePeriodSeconds: grace }).catch(unlessGone)
    }
    return items.length
  }
  return {
    discard: async () => {
      const { items } = await client.list<Service>(knativeServices, { namespace: name })
      for (const { metadata } of items)
        await client.delete(knativeServices, { namespace: name, name: metadata.name ?? '' }).catch(unlessGone)
      // A namespace that is deleted with pods in it is looked at again after half of their grace, which is 150 s here.
      await until(`namespace ${name} has no pod`, async () => (await hurry()) === 0, goneWithinMs, 500)
      await client.delete(namespaces, { namespace: '', name })
      await until(
        `namespace ${name} is gone`,
        async () => {
          const left = await status()
          if (left === undefined) return true
          await hurry()
          throw new Error(JSON.stringify(left))
        },
        goneWithinMs,
        500
      )
    }
  }
}
