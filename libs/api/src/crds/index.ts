import type { CustomResourceDefinition } from '../kubernetes/index.ts'
import { parts, type PartName } from '../system/parts.ts'
import { parseDefinitions } from './gen/definitions.ts'

/** The CustomResourceDefinitions of all kinds of ours, or of one part. The caller owns them: they are made anew at each call. */
export function customResourceDefinitions(part?: PartName): CustomResourceDefinition[] {
  const all = parseDefinitions()
  if (part === undefined) return all
  return all.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] === parts[part].namespace)
}
