import type { KubeObject } from '../../object.ts'
import { problemOf } from '../config-map.rules.ts'
import type { ConfigData } from '../config-error.ts'
import { parseLeaderElectionConfig } from '../leader-election-config.ts'
import { parseLoggingConfig } from '../logging-config.ts'
import { parseEventingObservability } from './eventing-observability-config.ts'
import { parseSugarConfig } from './sugar-config.ts'

/** The four that are checked when they are written; the others keep their last good value when they cannot be read (reference 8.1). */
const parsers: Readonly<Record<string, (data: ConfigData) => unknown>> = {
  'config-leader-election': parseLeaderElectionConfig,
  'config-logging': parseLoggingConfig,
  'config-observability': parseEventingObservability,
  'config-sugar': parseSugarConfig
}

/** What is wrong with a ConfigMap of Eventing; undefined when nothing is, or when it is not checked. */
export function eventingConfigMapProblem(object: KubeObject & { readonly data?: ConfigData }): string | undefined {
  const parse = parsers[object.metadata.name ?? '']
  return parse === undefined ? undefined : problemOf(object, parse)
}
