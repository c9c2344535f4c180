/** Rules of the versions of a CustomResourceDefinition (apiextensions `pkg/apis/apiextensions/validation/validation.go`). */
import type * as k8s from '@knative-ts/api/kubernetes'
import { serviceNameProblems } from '../builtin/names.ts'
import { invalidValue, required, type Cause } from '../http/errors.ts'
import { sameJson } from '../requests/same-json.ts'
import type { Schema } from '../schema/schema.ts'
import { checkSchema } from './schema.rules.ts'
import { checkColumns, checkScale, checkSelectableFields } from './version.rules.ts'

/** The internal form keeps what all versions share in one place, and that is where its problems are told. */
interface Sharing {
  readonly schema: boolean
  readonly subresources: boolean
  readonly columns: boolean
  readonly fields: boolean
}

function sharingOf(versions: readonly k8s.CustomResourceDefinitionVersion[]): Sharing {
  const [first] = versions
  const isShared = (read: (version: k8s.CustomResourceDefinitionVersion) => unknown) =>
    first !== undefined && versions.every((version) => sameJson(read(version) ?? null, read(first) ?? null))
  return {
    schema: isShared(({ schema }) => schema),
    subresources: isShared(({ subresources }) => subresources),
    columns: isShared(({ additionalPrinterColumns }) => additionalPrinterColumns),
    fields: isShared(({ selectableFields }) => selectableFields)
  }
}

/** Each version by itself, and all of them together. `given` is the list as it came, undefined where it is missing. */
export function checkVersions(
  versions: readonly k8s.CustomResourceDefinitionVersion[],
  given: readonly k8s.CustomResourceDefinitionVersion[] | undefined
): Cause[] {
  const sharing = sharingOf(versions)
  const names = versions.map(({ name }) => name)
  const shown = given && versions.map((version) => internalVersion(version, sharing))
  const [first] = names
  const problems = first === undefined || first === '' ? [] : serviceNameProblems(first)
  return [
    ...versions.flatMap((version, index) =>
      version.schema?.openAPIV3Schema === undefined ? [required(`spec.versions[${index}].schema.openAPIV3Schema`)] : []
    ),
    ...versions.flatMap((version, index) => checkVersion(version, `spec.versions[${index}]`, sharing)),
    ...(new Set(names).size < names.length ? [invalidValue('spec.versions', shown, 'must contain unique version names')] : []),
    ...(versions.filter(({ storage }) => storage).length === 1
      ? []
      : [invalidValue('spec.versions', shown ?? null, 'must have exactly one version marked as storage version')]),
    ...(problems.length > 0 ? [invalidValue('spec.version', first, problems.join(','))] : [])
  ]
}

function internalVersion(version: k8s.CustomResourceDefinitionVersion, sharing: Sharing): object {
  return {
    Name: version.name,
    Served: version.served ?? false,
    Storage: version.storage ?? false,
    Deprecated: version.deprecated ?? false,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: sharing.schema ? null : (version.schema ?? null),
    Subresources: sharing.subresources ? null : (version.subresources ?? null),
    AdditionalPrinterColumns: sharing.columns ? null : (version.additionalPrinterColumns ?? null),
    SelectableFields: sharing.fields ? null : (version.selectableFields ?? null)
  }
}

function checkVersion(version: k8s.CustomResourceDefinitionVersion, field: string, sharing: Sharing): Cause[] {
  const schema = version.schema?.openAPIV3Schema as Schema | undefined
  const problems = serviceNameProblems(version.name ?? '')
  return [
    ...(problems.length > 0 ? [invalidValue(`${field}.name`, version.name, problems.join(','))] : []),
    ...checkDeprecation(version, `${field}.deprecationWarning`),
    ...(sharing.schema || schema === undefined ? [] : checkSchema(schema, `${field}.schema.openAPIV3Schema`)),
    ...(sharing.subresources ? [] : checkScale(version.subresources?.scale, `${field}.subresources.scale`)),
    ...(sharing.columns ? [] : checkColumns(version.additionalPrinterColumns, `${field}.additionalPrinterColumns`)),
    ...(sharing.fields ? [] : checkSelectableFields(version.selectableFields, schema, `${field}.selectableFields`))
  ]
}

/** What all versions share: told where the internal form keeps it. */
export function checkShared(versions: readonly k8s.CustomResourceDefinitionVersion[]): Cause[] {
  const [version] = versions
  if (version === undefined) return []
  const sharing = sharingOf(versions)
  const schema = version.schema?.openAPIV3Schema as Schema | undefined
  return [
    ...(sharing.schema && schema !== undefined ? checkSchema(schema, 'spec.validation.openAPIV3Schema') : []),
    ...(sharing.subresources ? checkScale(version.subresources?.scale, 'spec.subresources.scale') : []),
    ...(sharing.columns ? checkColumns(version.additionalPrinterColumns, 'spec.additionalPrinterColumns') : []),
    ...(sharing.fields ? checkSelectableFields(version.selectableFields, schema, 'spec.selectableFields') : [])
  ]
}

function checkDeprecation(
  { deprecated = false, deprecationWarning: warning }: k8s.CustomResourceDefinitionVersion,
  field: string
): Cause[] {
  if (warning === undefined || warning === null) return []
  if (!deprecated) return [invalidValue(field, warning, 'can only be set for deprecated versions')]
  const odd = [...warning].findIndex((character) => /[^\P{C}]/u.test(character))
  return [
    ...(Buffer.byteLength(warning) > 256 ? [invalidValue(field, warning, 'must be <= 256 characters long')] : []),
    ...(warning === '' ? [invalidValue(field, warning, 'must not be an empty string')] : []),
    ...(odd < 0
      ? []
      : [invalidValue(field, warning, `must only contain printable UTF-8 characters; non-printable character found at index ${odd}`)])
  ]
}
