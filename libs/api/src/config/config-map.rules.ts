import { crc32 } from '../hash/crc32.ts'
import type { KubeObject } from '../object.ts'
import { parseAutoscalerConfig } from './autoscaler-config.ts'
import { parseCertmanagerConfig } from './certmanager-config.ts'
import { ConfigError, type ConfigData } from './config-error.ts'
import { parseDefaultsConfig } from './defaults-config.ts'
import { parseDeploymentConfig } from './deployment-config.ts'
import { parseDomainConfig } from './domain-config.ts'
import { parseFeaturesConfig } from './features-config.ts'
import { parseGcConfig } from './gc-config.ts'
import { parseLeaderElectionConfig } from './leader-election-config.ts'
import { parseLoggingConfig } from './logging-config.ts'
import { parseNetworkConfig } from './network-config.ts'
import { parseObservabilityConfig } from './observability-config.ts'

const parsers: Readonly<Record<string, (data: ConfigData) => unknown>> = {
  'config-autoscaler': parseAutoscalerConfig,
  'config-certmanager': parseCertmanagerConfig,
  'config-defaults': parseDefaultsConfig,
  'config-deployment': parseDeploymentConfig,
  'config-domain': (data) => parseDomainConfig(data),
  'config-features': parseFeaturesConfig,
  'config-gc': parseGcConfig,
  'config-leader-election': parseLeaderElectionConfig,
  'config-logging': parseLoggingConfig,
  'config-network': parseNetworkConfig,
  'config-observability': parseObservabilityConfig
}

const EXAMPLE = '_example'
const CHECKSUM = 'knative.dev/example-checksum'
const EDITED_EXAMPLE =
  'the update modifies a key in "_example" which is probably not what you want. Instead, copy the respective setting to the top-level of the ConfigMap, directly below "data"'

/** What is wrong with a ConfigMap of Serving; undefined when nothing is, or when no parser goes by its name. */
export const configMapProblem = (object: KubeObject & { readonly data?: ConfigData }): string | undefined =>
  problemOf(object, parsers[object.metadata.name ?? ''])

/** The same for the parser of one ConfigMap: an edited example, or what the parser refuses. */
export function problemOf(
  object: KubeObject & { readonly data?: ConfigData },
  parse: ((data: ConfigData) => unknown) | undefined
): string | undefined {
  const example = object.data?.[EXAMPLE]
  const checksum = object.metadata.annotations?.[CHECKSUM]
  if (example !== undefined && checksum !== undefined && checksum !== exampleChecksum(example)) return EDITED_EXAMPLE
  try {
    parse?.(object.data)
    return undefined
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}

/** The checksum that the annotation of an example carries: blank space around it and the kind of line ends do not count. */
export function exampleChecksum(example: string): string {
  const flat = example.trim().replace(/(\r?\n)+/g, '\\n')
  return crc32(flat).toString(16).padStart(8, '0')
}
