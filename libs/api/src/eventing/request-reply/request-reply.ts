import type { KubeObject, Resource } from '../../object.ts'
import type { RequestReplySpec, RequestReplyStatus } from './request-reply.schema.ts'

/** Sends an event to a Broker and answers with the event that replies to it. */
export interface RequestReply extends KubeObject {
  spec: RequestReplySpec
  status?: RequestReplyStatus
}

/** The resource of {@link RequestReply}. */
export const requestReplies: Resource<RequestReply> = {
  group: 'eventing.knative.dev',
  version: 'v1alpha1',
  plural: 'requestreplies',
  kind: 'RequestReply',
  namespaced: true
}
