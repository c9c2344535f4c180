import { decodeStruct } from '../../decoding/decode.ts'
import { labelSelector } from '../../decoding/selector-shape.ts'
import type { LabelSelector } from '../../kubernetes/index.ts'
import { ConfigError, type ConfigData } from '../config-error.ts'
import { cannotUnmarshal, isMap, parseYaml } from '../yaml-value.ts'

/** config-sugar: for whom Brokers are made. Undefined for nobody, `{}` for all. */
export interface SugarConfig {
  readonly namespaceSelector: LabelSelector | undefined
  readonly triggerSelector: LabelSelector | undefined
}

/** Reads config-sugar; throws {@link ConfigError}. */
export const parseSugarConfig = (data: ConfigData): SugarConfig => ({
  namespaceSelector: selectorIn(data?.['namespace-selector']),
  triggerSelector: selectorIn(data?.['trigger-selector'])
})

function selectorIn(text: string | undefined): LabelSelector | undefined {
  if (text === undefined || text === '') return undefined
  const value = parseYaml(text)
  if (!value.ok) throw new ConfigError(value.error)
  if (value.value === null || value.value === undefined) return undefined
  if (!isMap(value.value)) throw new ConfigError(cannotUnmarshal(value.value, 'v1.LabelSelector'))
  const decoded = decodeStruct(labelSelector, value.value)
  if (!decoded.ok) throw new ConfigError(`error unmarshaling JSON: while decoding JSON: ${decoded.error}`)
  return decoded.value as LabelSelector
}
