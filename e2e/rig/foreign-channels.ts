/**
 * A kind of channel that nobody here knows, as KafkaChannel would be one: its definition, the rights that aggregation gives to us, and a small controller. Where its
 * events go is a recorder's Service: who plays the test is the channel's data plane.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { KubeObject, Resource } from '@knative-ts/api'
import { isConflict, isNotFound, type KubeClient } from '@knative-ts/kube'
import { applyObject } from './apply-yaml.ts'

const group = 'foreign.example.com'

/** An entry of `spec.subscribers`, as our Subscriptions write it. */
export interface ForeignSubscriber {
  readonly uid: string
  readonly generation: number
  readonly name?: string
  readonly subscriberUri?: string
  readonly replyUri?: string
}

export interface ForeignChannel extends KubeObject {
  readonly spec?: { readonly subscribers?: readonly ForeignSubscriber[] } & Readonly<Record<string, unknown>>
  status?: object
}

export const foreignChannels: Resource<ForeignChannel> = {
  group,
  version: 'v1',
  plural: 'foreignchannels',
  kind: 'ForeignChannel',
  namespaced: true
}

const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: `${foreignChannels.plural}.${group}`,
    labels: { 'duck.knative.dev/addressable': 'true', 'messaging.knative.dev/subscribable': 'true' }
  },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind: foreignChannels.kind, plural: foreignChannels.plural, singular: 'foreignchannel' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: open, status: open } } }
      }
    ]
  }
}

const roleOf = (duck: string, verbs: readonly string[]) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: `${foreignChannels.plural}-${duck}`, labels: { [`duck.knative.dev/${duck}`]: 'true' } },
  rules: [{ apiGroups: [group], resources: [foreignChannels.plural, `${foreignChannels.plural}/status`], verbs }]
})

const watched = ['get', 'list', 'watch']
const objects = [definition, roleOf('addressable', watched), roleOf('channelable', [...watched, 'create', 'update', 'patch', 'delete'])]

/** Defines the kind; its channels in a namespace are Ready at `url`, and have each of their subscribers. `remove` takes all of it away. */
export async function installForeignChannels(client: KubeClient, namespace: string, url: string): Promise<{ remove(): Promise<void> }> {
  for (const object of objects) {
    const { status, body } = await applyObject(client, object as KubeObject)
    if (status >= 300) throw new Error(`${object.kind} ${object.metadata.name}: ${body}`)
  }
  const stop = new AbortController()
  let failure: unknown
  const controlling = control(client, namespace, url, stop.signal).catch((error: unknown) => (failure = error))
  return {
    remove: async () => {
      stop.abort()
      await controlling
      for (const { apiVersion, kind, metadata } of objects) {
        const plural = kind === 'ClusterRole' ? 'clusterroles' : 'customresourcedefinitions'
        await client.raw({ method: 'DELETE', path: `/apis/${apiVersion}/${plural}/${metadata.name}` })
      }
      if (failure !== undefined) throw failure
    }
  }
}

async function control(client: KubeClient, namespace: string, url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // The kind may not be served yet.
    const { items } = await client.list(foreignChannels, { namespace }).catch((error: unknown) => {
      if (isNotFound(error)) return { items: [] as ForeignChannel[] }
      throw error
    })
    for (const channel of items) await tell(client, channel, url)
    // Rejects at the end of the test, which the loop sees by itself.
    await pause(500, undefined, { signal }).catch(() => undefined)
  }
}

async function tell(client: KubeClient, channel: ForeignChannel, url: string): Promise<void> {
  const status = {
    observedGeneration: channel.metadata.generation,
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: channel.metadata.creationTimestamp }],
    address: { name: 'http', url: `${url}/${channel.metadata.name}` },
    subscribers: (channel.spec?.subscribers ?? []).map(({ uid, generation }) => ({ uid, observedGeneration: generation, ready: 'True' }))
  }
  if (isDeepStrictEqual(channel.status, status)) return
  await client.updateStatus(foreignChannels, { ...channel, status }).catch((error: unknown) => {
    // Somebody wrote meanwhile, or it went: the next look tells.
    if (!isConflict(error) && !isNotFound(error)) throw error
  })
}
