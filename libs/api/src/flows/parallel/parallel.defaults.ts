import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { withUsers } from '../../admission/eventing/users.ts'
import { channelTemplateFor } from '../../config/eventing/channel-defaults-config.ts'
import { defaultDestination } from '../../duck/destination.defaults.ts'
import type { Parallel } from './parallel.ts'
import type { ParallelBranch } from './parallel.schema.ts'

/** Fills in a Parallel: the kind of its channels, and namespaces; not those of the branches' dead letter sinks, as upstream. */
export function defaultParallel(parallel: Parallel, context: EventingContext<Parallel>): Parallel {
  const { namespace = '' } = parallel.metadata
  const { reply } = parallel.spec
  const channelTemplate = parallel.spec.channelTemplate ?? channelTemplateFor(context.config.channelDefaults, namespace)
  // Absent branches come out of Go as null, and are the schema's to refuse.
  const branches =
    (parallel.spec.branches as ParallelBranch[] | null)?.map((one) => defaultBranch(one, namespace)) ?? parallel.spec.branches
  const spec = {
    ...parallel.spec,
    branches,
    ...(channelTemplate === undefined ? {} : { channelTemplate }),
    ...(reply === undefined ? {} : { reply: defaultDestination(reply, namespace) })
  }
  return withUsers({ ...parallel, spec }, context)
}

const defaultBranch = (branch: ParallelBranch, namespace: string): ParallelBranch => ({
  ...branch,
  subscriber: defaultDestination(branch.subscriber, namespace),
  ...(branch.filter === undefined ? {} : { filter: defaultDestination(branch.filter, namespace) }),
  ...(branch.reply === undefined ? {} : { reply: defaultDestination(branch.reply, namespace) })
})
