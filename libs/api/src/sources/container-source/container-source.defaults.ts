import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { withUsers } from '../../admission/eventing/users.ts'
import type { ContainerSource } from './container-source.ts'

/** Fills in a ContainerSource: names of containers, but not of init containers. */
export function defaultContainerSource(source: ContainerSource, context: EventingContext<ContainerSource>): ContainerSource {
  const { template } = source.spec
  const { containers } = template.spec ?? { containers: [] }
  // No containers come out of Go as null.
  if ((containers as unknown) === null || template.spec === undefined) return withUsers(source, context)
  const named = containers.map((one, index) => (one.name === '' ? { ...one, name: `${source.metadata.name ?? ''}-${index}` } : one))
  return withUsers(
    { ...source, spec: { ...source.spec, template: { ...template, spec: { ...template.spec, containers: named } } } },
    context
  )
}
