import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { withUsers } from '../../admission/eventing/users.ts'
import { channelTemplateFor } from '../../config/eventing/channel-defaults-config.ts'
import { defaultDelivery, defaultDestination } from '../../duck/destination.defaults.ts'
import type { Sequence } from './sequence.ts'
import type { SequenceStep } from './sequence.schema.ts'

/** Fills in a Sequence: the kind of its channels, and namespaces. */
export function defaultSequence(sequence: Sequence, context: EventingContext<Sequence>): Sequence {
  const { namespace = '' } = sequence.metadata
  const { reply } = sequence.spec
  const channelTemplate = sequence.spec.channelTemplate ?? channelTemplateFor(context.config.channelDefaults, namespace)
  // Absent steps come out of Go as null, and are the schema's to refuse.
  const steps = (sequence.spec.steps as SequenceStep[] | null)?.map((step) => defaultStep(step, namespace)) ?? sequence.spec.steps
  const spec = {
    ...sequence.spec,
    steps,
    ...(channelTemplate === undefined ? {} : { channelTemplate }),
    ...(reply === undefined ? {} : { reply: defaultDestination(reply, namespace) })
  }
  return withUsers({ ...sequence, spec }, context)
}

function defaultStep(step: SequenceStep, namespace: string): SequenceStep {
  const delivery = defaultDelivery(step.delivery, namespace)
  return { ...defaultDestination(step, namespace), ...(delivery === undefined ? {} : { delivery }) }
}
