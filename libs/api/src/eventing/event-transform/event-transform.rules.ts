import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { destinationErrors } from '../../duck/destination.rules.ts'
import { generic, missingOneOf, multipleOneOf, under, type FieldError } from '../../validation/field-error.ts'
import type { EventTransform } from './event-transform.ts'
import type { EventTransformSpec } from './event-transform.schema.ts'

const NO_CERTIFICATES =
  'CACerts for the sink is not supported for JSONata transformations, to propagate CA trust bundles use labeled ConfigMaps: https://knative.dev/docs/eventing/features/transport-encryption/#configure-additional-ca-trust-bundles'

/** What is wrong with an EventTransform. Expressions are not read here. */
export function validateEventTransform(transform: EventTransform, { config }: EventingContext<EventTransform>): FieldError[] {
  const { jsonata, sink } = transform.spec
  return under('spec', [
    ...(jsonata === undefined ? [missingOneOf('jsonata')] : []),
    ...(sink === undefined ? [] : under('sink', destinationErrors(sink, config.features))),
    ...(sink?.CACerts !== undefined && jsonata !== undefined ? [generic(NO_CERTIFICATES, 'sink.CACerts')] : []),
    ...under('reply', replyErrors(transform.spec))
  ])
}

function replyErrors({ jsonata, sink, reply }: EventTransformSpec): FieldError[] {
  if (reply === undefined) return []
  if (sink === undefined && jsonata !== undefined) return [generic('reply is set without spec.sink', '')]
  return reply.discard === true && reply.jsonata !== undefined ? [multipleOneOf('discard', 'jsonata')] : []
}
