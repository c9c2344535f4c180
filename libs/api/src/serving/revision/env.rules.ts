import type { FeaturesConfig } from '../../config/features-config.ts'
import { disallowed, generic, missing, missingOneOf, multipleOneOf, underItem, type FieldError } from '../../validation/field-error.ts'
import type { EnvFromSource, EnvVar } from './container.schema.ts'

/** Variables that Serving sets itself. */
const reserved = ['K_SERVICE', 'K_CONFIGURATION', 'K_REVISION']

/** What is wrong with environment variables. Only the container that takes the requests gets PORT, so others may use the name. */
export function envErrors(env: readonly EnvVar[], role: 'serving' | 'sidecar' | 'init', features: FeaturesConfig): FieldError[] {
  const names = role === 'serving' ? [...reserved, 'PORT'] : reserved
  return env.flatMap((variable, index) => underItem('', index, variableErrors(variable, names, features)))
}

function variableErrors({ name, valueFrom }: EnvVar, names: readonly string[], features: FeaturesConfig): FieldError[] {
  const errors: FieldError[] = []
  if (name === '') errors.push(missing('name'))
  else if (names.includes(name)) errors.push(generic(`"${name}" is a reserved environment variable`, 'name'))
  if (valueFrom === undefined || features.fieldRef !== 'Disabled') return errors
  if (valueFrom.fieldRef !== undefined) errors.push(disallowed('valueFrom.fieldRef'))
  if (valueFrom.resourceFieldRef !== undefined) errors.push(disallowed('valueFrom.resourceFieldRef'))
  return errors
}

/** What is wrong with whole maps as environment: each is one ConfigMap or one Secret. Upstream's paths have no index. */
export function envFromErrors(sources: readonly EnvFromSource[]): FieldError[] {
  return sources.flatMap(({ configMapRef, secretRef }) => {
    if (configMapRef === undefined && secretRef === undefined) return [missingOneOf('configMapRef', 'secretRef')]
    return configMapRef !== undefined && secretRef !== undefined ? [multipleOneOf('configMapRef', 'secretRef')] : []
  })
}
