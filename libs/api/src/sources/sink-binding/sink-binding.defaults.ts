import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { withUsers } from '../../admission/eventing/users.ts'
import { defaultDestination } from '../../duck/destination.defaults.ts'
import type { SinkBinding } from './sink-binding.ts'

/** Fills in a SinkBinding: subject and sink are in its own namespace. */
export function defaultSinkBinding(binding: SinkBinding, context: EventingContext<SinkBinding>): SinkBinding {
  const { namespace = '' } = binding.metadata
  const { subject, sink } = binding.spec
  const isBeside = (subject.namespace ?? '') === '' && namespace !== ''
  const spec = { ...binding.spec, subject: isBeside ? { ...subject, namespace } : subject, sink: defaultDestination(sink, namespace) }
  return withUsers({ ...binding, spec }, context)
}
