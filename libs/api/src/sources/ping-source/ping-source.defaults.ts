import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { withUsers } from '../../admission/eventing/users.ts'
import type { PingSource } from './ping-source.ts'

/** Fills in a PingSource: every minute. The namespace of the sink stays as it is. */
export function defaultPingSource(source: PingSource, context: EventingContext<PingSource>): PingSource {
  const { schedule = '' } = source.spec
  return withUsers({ ...source, spec: { ...source.spec, schedule: schedule === '' ? '* * * * *' : schedule } }, context)
}
