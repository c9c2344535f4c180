import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { channelTemplateErrors } from '../../duck/channel-template.rules.ts'
import { destinationErrors } from '../../duck/destination.rules.ts'
import { missing, under, underItem, type FieldError } from '../../validation/field-error.ts'
import type { Parallel } from './parallel.ts'
import type { ParallelBranch } from './parallel.schema.ts'

/**
 * What is wrong with a Parallel. Everything may change; deliveries of branches are not looked at, as upstream. Upstream prints a bad branch as a Go
 * struct; here it is told what is wrong with it.
 */
export function validateParallel(parallel: Parallel, { config: { features } }: EventingContext<Parallel>): FieldError[] {
  const { channelTemplate, reply } = parallel.spec
  const branches = (parallel.spec.branches as ParallelBranch[] | null) ?? []
  return under('spec', [
    ...(branches.length === 0 ? [missing('branches')] : []),
    ...branches.flatMap((branch, index) =>
      underItem(
        'branches',
        index,
        (['filter', 'subscriber', 'reply'] as const).flatMap((part) => {
          const destination = branch[part]
          return destination === undefined ? [] : under(part, destinationErrors(destination, features))
        })
      )
    ),
    ...channelTemplateErrors(channelTemplate),
    ...(reply === undefined ? [] : under('reply', destinationErrors(reply, features)))
  ])
}
