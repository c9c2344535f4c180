import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { channelTemplateErrors } from '../../duck/channel-template.rules.ts'
import { deliveryErrors } from '../../duck/delivery.rules.ts'
import { destinationErrors } from '../../duck/destination.rules.ts'
import { missing, under, underItem, type FieldError } from '../../validation/field-error.ts'
import type { Sequence } from './sequence.ts'
import type { SequenceStep } from './sequence.schema.ts'

/** What is wrong with a Sequence. Everything may change. Upstream prints a bad step as a Go struct; here it is told what is wrong with it. */
export function validateSequence(sequence: Sequence, { config: { features } }: EventingContext<Sequence>): FieldError[] {
  const { channelTemplate, reply } = sequence.spec
  const steps = (sequence.spec.steps as SequenceStep[] | null) ?? []
  return under('spec', [
    ...(steps.length === 0 ? [missing('steps')] : []),
    ...steps.flatMap((step, index) =>
      underItem('steps', index, [...destinationErrors(step, features), ...under('delivery', deliveryErrors(step.delivery, features))])
    ),
    ...channelTemplateErrors(channelTemplate),
    ...(reply === undefined ? [] : under('reply', destinationErrors(reply, features)))
  ])
}
