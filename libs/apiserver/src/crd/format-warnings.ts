/** Formats that no string is checked for: a definition that names one is warned of. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { isKnownFormat } from '../schema/formats.ts'
import type { Schema } from '../schema/schema.ts'

/** One text for each unknown format of a definition's schemas. */
export function formatWarnings({ spec }: k8s.CustomResourceDefinition): string[] {
  const formats = (spec?.versions ?? []).flatMap(({ schema }) => formatsOf((schema?.openAPIV3Schema ?? {}) as Schema))
  return [...new Set(formats.filter((format) => !isKnownFormat(format)))]
    .sort()
    .map((format) => `unrecognized format ${JSON.stringify(format)}`)
}

function formatsOf(schema: Schema): string[] {
  const { format, properties = {}, items, additionalProperties } = schema
  const parts = [
    ...Object.values(properties),
    ...(items ? [items] : []),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : [])
  ]
  return [...(format ? [format] : []), ...parts.flatMap(formatsOf)]
}
