import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { withUsers } from '../../admission/eventing/users.ts'
import { brokerLabel } from '../../names/eventing-keys.ts'
import type { RequestReply } from './request-reply.ts'

/** Fills in a RequestReply: attributes, timeout, and the label that says its Broker. */
export function defaultRequestReply(object: RequestReply, context: EventingContext<RequestReply>): RequestReply {
  const { correlationAttribute = '', replyAttribute = '', timeout = '' } = object.spec
  const spec = {
    ...object.spec,
    correlationAttribute: correlationAttribute === '' ? 'correlationid' : correlationAttribute,
    replyAttribute: replyAttribute === '' ? 'replyid' : replyAttribute,
    timeout: timeout === '' ? context.config.features.requestReplyDefaultTimeout : timeout
  }
  const labels = { ...object.metadata.labels, [brokerLabel]: object.spec.brokerRef.name }
  return withUsers({ ...object, metadata: { ...object.metadata, labels }, spec }, context)
}
