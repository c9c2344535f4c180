import { executeTemplate } from '../../go/template/execute-template.ts'
import { parseTemplate, type Template } from '../../go/template/parse-template.ts'
import { ConfigError, type ConfigData } from '../config-error.ts'

/** What a template of config-kreference-mapping is filled in with. */
export interface MappedReference {
  readonly Name: string
  readonly Namespace: string
  readonly SystemNamespace: string
  readonly UID: string
}

const GO_TYPE = 'resolver.mappingData'

/** config-kreference-mapping: templates of URLs by `<Kind>.<version>.<group>`. */
export type KReferenceMapping = ReadonlyMap<string, Template>

/** Reads config-kreference-mapping; throws {@link ConfigError}. */
export function parseKReferenceMapping(data: ConfigData): KReferenceMapping {
  const entries = Object.entries(data ?? {}).filter(([key]) => !key.startsWith('_'))
  return new Map(
    entries.map(([key, text]) => {
      const template = parseTemplate(key, text)
      if (!template.ok) throw new ConfigError(`failed to parse "${key}": ${template.error}`)
      return [key, template.value]
    })
  )
}

/** The URL of a mapped object; undefined when its kind is not mapped. Throws {@link ConfigError} when the template cannot be filled in. */
export function mappedUrl(mapping: KReferenceMapping, kind: string, apiVersion: string, reference: MappedReference): string | undefined {
  const [version = '', group = ''] = apiVersion.split('/').toReversed()
  const key = `${kind}.${version}.${group}`
  const template = mapping.get(key)
  if (template === undefined) return undefined
  const text = executeTemplate(template, { type: GO_TYPE, fields: { ...reference } })
  if (!text.ok) throw new ConfigError(`config-kreference-mapping, ${key}: ${text.error}`)
  return text.value
}
