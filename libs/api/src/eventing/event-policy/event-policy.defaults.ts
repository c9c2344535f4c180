import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { withUsers } from '../../admission/eventing/users.ts'
import type { EventPolicy } from './event-policy.ts'

/** Fills in an EventPolicy: who sends is in its own namespace unless said otherwise. */
export function defaultEventPolicy(policy: EventPolicy, context: EventingContext<EventPolicy>): EventPolicy {
  const { namespace } = policy.metadata
  const from = policy.spec.from?.map((entry) => {
    const isBeside = entry.ref !== undefined && (entry.ref.namespace ?? '') === '' && namespace !== undefined
    return isBeside ? { ...entry, ref: { ...entry.ref, namespace } } : entry
  })
  return withUsers({ ...policy, spec: { ...policy.spec, ...(from === undefined ? {} : { from }) } }, context)
}
