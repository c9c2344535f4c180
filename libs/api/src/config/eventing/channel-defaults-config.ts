import type { ChannelTemplate } from '../../duck/channel-template.schema.ts'
import { decodeStruct } from '../../decoding/decode.ts'
import { channelDefaultsShape, channelTemplateShape } from '../../decoding/duck-shape.ts'
import { ConfigError, type ConfigData } from '../config-error.ts'
import { parseYaml } from '../yaml-value.ts'

/** default-ch-webhook: of what kind channels are made where nobody says it. */
export interface ChannelDefaults {
  readonly cluster: ChannelTemplate | undefined
  readonly namespaces: ReadonlyMap<string, ChannelTemplate>
}

/** Reads default-ch-webhook; throws {@link ConfigError}. */
export function parseChannelDefaults(data: ConfigData): ChannelDefaults {
  const text = data?.['default-ch-config']
  if (text === undefined || text.trim() === '') return { cluster: undefined, namespaces: new Map() }
  const { clusterDefault, namespaceDefaults = {} } = read('default-ch-config', text, channelDefaultsShape) as {
    clusterDefault?: ChannelTemplate
    namespaceDefaults?: Readonly<Record<string, ChannelTemplate>>
  }
  return { cluster: clusterDefault, namespaces: new Map(Object.entries(namespaceDefaults)) }
}

/** Of what kind a channel in `namespace` is made; undefined when nothing is said. */
export const channelTemplateFor = ({ cluster, namespaces }: ChannelDefaults, namespace: string): ChannelTemplate | undefined =>
  namespaces.get(namespace) ?? cluster

/** The template in a Broker's ConfigMap (`channel-template-spec`, formerly `channelTemplateSpec`); throws {@link ConfigError}. */
export function parseBrokerChannelTemplate(data: ConfigData): ChannelTemplate {
  const text = data?.['channel-template-spec'] ?? data?.['channelTemplateSpec']
  if (text === undefined) throw new ConfigError('channel-template-spec is missing')
  return read('channel-template-spec', text, channelTemplateShape) as ChannelTemplate
}

function read(key: string, text: string, shape: typeof channelDefaultsShape): object {
  const value = parseYaml(text)
  if (!value.ok) throw new ConfigError(`failed to parse ${key}: ${value.error}`)
  const decoded = decodeStruct(shape, value.value)
  if (!decoded.ok) throw new ConfigError(`failed to parse ${key}: ${decoded.error}`)
  return decoded.value
}
