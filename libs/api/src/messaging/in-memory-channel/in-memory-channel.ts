import type { KubeObject, Resource } from '../../object.ts'
import type { InMemoryChannelSpec, InMemoryChannelStatus } from './in-memory-channel.schema.ts'

/** The default channel. Here it is durable: its events are in the event log. */
export interface InMemoryChannel extends KubeObject {
  spec: InMemoryChannelSpec
  status?: InMemoryChannelStatus
}

/** The resource of {@link InMemoryChannel}. */
export const inMemoryChannels: Resource<InMemoryChannel> = {
  group: 'messaging.knative.dev',
  version: 'v1',
  plural: 'inmemorychannels',
  kind: 'InMemoryChannel',
  namespaced: true
}
