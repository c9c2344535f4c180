import { awsErrors, awsServices } from '../../duck/aws.rules.ts'
import { generic, under, type FieldError } from '../../validation/field-error.ts'
import type { IntegrationSink } from './integration-sink.ts'

/** What is wrong with an IntegrationSink. */
export function validateIntegrationSink({ spec }: IntegrationSink): FieldError[] {
  const { aws, log } = spec
  const count = awsServices(aws) + (log === undefined ? 0 : 1)
  return under('spec', [
    ...(count === 0 ? [generic('at least one sink type must be specified', 'spec')] : []),
    ...(count > 1 ? [generic('only one sink type can be set', 'spec')] : []),
    ...(count === 1 && aws !== undefined ? under('aws', awsErrors(aws)) : [])
  ])
}
