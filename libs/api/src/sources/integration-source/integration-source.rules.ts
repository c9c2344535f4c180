import { awsErrors, awsServices } from '../../duck/aws.rules.ts'
import { overridesErrors } from '../../duck/overrides.rules.ts'
import { generic, under, type FieldError } from '../../validation/field-error.ts'
import type { IntegrationSource } from './integration-source.ts'

/** What is wrong with an IntegrationSource. Its sink is not looked at, as upstream. */
export function validateIntegrationSource({ spec }: IntegrationSource): FieldError[] {
  const { aws, timer, ceOverrides } = spec
  const count = awsServices(aws) + (timer === undefined ? 0 : 1)
  return under('spec', [
    ...(count === 0 ? [generic('at least one source type must be specified', 'spec')] : []),
    ...(count > 1 ? [generic('only one source type can be set', 'spec')] : []),
    ...(count === 1 && aws !== undefined ? under('aws', awsErrors(aws)) : []),
    ...under('ceOverrides', overridesErrors(ceOverrides))
  ])
}
