import type { KubeObject, Resource } from '../../object.ts'
import type { ChannelSpec, ChannelStatus } from './channel.schema.ts'

/** Takes events in and hands them to its Subscriptions; another object of the kind of its template does the work. */
export interface Channel extends KubeObject {
  spec: ChannelSpec
  status?: ChannelStatus
}

/** The resource of {@link Channel}. */
export const channels: Resource<Channel> = {
  group: 'messaging.knative.dev',
  version: 'v1',
  plural: 'channels',
  kind: 'Channel',
  namespaced: true
}
