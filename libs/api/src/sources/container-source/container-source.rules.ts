import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { destinationErrors } from '../../duck/destination.rules.ts'
import { overridesErrors } from '../../duck/overrides.rules.ts'
import type { Container } from '../../kubernetes/index.ts'
import { missing, under, underItem, type FieldError } from '../../validation/field-error.ts'
import type { ContainerSource } from './container-source.ts'

/** What is wrong with a ContainerSource. Paths of containers leave the template out, as upstream. */
export function validateContainerSource({ spec }: ContainerSource, { config }: EventingContext<ContainerSource>): FieldError[] {
  const containers = (spec.template.spec?.containers as Container[] | null | undefined) ?? []
  return under('spec', [
    ...under('sink', destinationErrors(spec.sink, config.features)),
    ...(containers.length === 0 ? [missing('containers')] : []),
    ...containers.flatMap((container, index) => underItem('containers', index, containerErrors(container))),
    ...under('ceOverrides', overridesErrors(spec.ceOverrides))
  ])
}

const containerErrors = ({ name, image = '' }: Container): FieldError[] => [
  ...(name === '' ? [missing('name')] : []),
  ...(image === '' ? [missing('image')] : [])
]
