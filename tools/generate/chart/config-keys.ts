/** Which keys each ConfigMap may have, learnt from the parsers themselves: they are watched while they read. */
import type { PartName } from '@knative-ts/api/system'
import { parseAutoscalerConfig } from '../../../libs/api/src/config/autoscaler-config.ts'
import { parseCertmanagerConfig } from '../../../libs/api/src/config/certmanager-config.ts'
import { ConfigError } from '../../../libs/api/src/config/config-error.ts'
import { parseDefaultsConfig } from '../../../libs/api/src/config/defaults-config.ts'
import { parseDeploymentConfig } from '../../../libs/api/src/config/deployment-config.ts'
import { parseBrokerDefaults } from '../../../libs/api/src/config/eventing/broker-defaults-config.ts'
import { parseBrokerChannelTemplate, parseChannelDefaults } from '../../../libs/api/src/config/eventing/channel-defaults-config.ts'
import { parseEventDispatcherConfig } from '../../../libs/api/src/config/eventing/event-dispatcher-config.ts'
import { parseEventingObservability } from '../../../libs/api/src/config/eventing/eventing-observability-config.ts'
import { parseEventingFeatures } from '../../../libs/api/src/config/eventing/features-config.ts'
import { parseKReferenceMapping } from '../../../libs/api/src/config/eventing/kreference-mapping-config.ts'
import { parsePingDefaults } from '../../../libs/api/src/config/eventing/ping-defaults-config.ts'
import { parseSugarConfig } from '../../../libs/api/src/config/eventing/sugar-config.ts'
import { parseFeaturesConfig } from '../../../libs/api/src/config/features-config.ts'
import { parseGcConfig } from '../../../libs/api/src/config/gc-config.ts'
import { parseLeaderElectionConfig } from '../../../libs/api/src/config/leader-election-config.ts'
import { parseLoggingConfig } from '../../../libs/api/src/config/logging-config.ts'
import { parseNetworkConfig } from '../../../libs/api/src/config/network-config.ts'
import { parseObservabilityConfig } from '../../../libs/api/src/config/observability-config.ts'

type Parser = (data: Readonly<Record<string, string>>) => unknown

const parsers: Readonly<Record<string, Parser>> = {
  autoscaler: parseAutoscalerConfig,
  certmanager: parseCertmanagerConfig,
  defaults: parseDefaultsConfig,
  deployment: parseDeploymentConfig,
  features: parseFeaturesConfig,
  gc: parseGcConfig,
  'leader-election': parseLeaderElectionConfig,
  logging: parseLoggingConfig,
  network: parseNetworkConfig,
  observability: parseObservabilityConfig
}

/** Keys of which only the beginning is given, by ConfigMap; a domain may be called anything. */
export const openKeys = (part: PartName): Readonly<Record<string, string>> => ({
  ...(part === 'eventing' ? { features: '^apiserversources-nodeselector-.' } : {}),
  domain: '.',
  'kreference-mapping': '.',
  'leader-election': String.raw`^map-lease-prefix\..`,
  logging: String.raw`^loglevel\..`
})

/** Parsers of the ConfigMaps of Eventing, which shares those of logging and elections with Serving. */
const eventingParsers: Readonly<Record<string, Parser>> = {
  'br-default-channel': parseBrokerChannelTemplate,
  'br-defaults': parseBrokerDefaults,
  'default-ch-webhook': parseChannelDefaults,
  features: parseEventingFeatures,
  'imc-event-dispatcher': parseEventDispatcherConfig,
  'kreference-mapping': parseKReferenceMapping,
  'leader-election': parseLeaderElectionConfig,
  logging: parseLoggingConfig,
  observability: parseEventingObservability,
  'ping-defaults': parsePingDefaults,
  sugar: parseSugarConfig
}

/** Keys that a parser asks for, older names that it still knows among them, sorted; by ConfigMap without `config-`. */
export function configKeys(part: PartName = 'serving'): Readonly<Record<string, readonly string[]>> {
  const [known, read] = part === 'serving' ? [{ domain: [] }, parsers] : [{}, eventingParsers]
  return { ...known, ...Object.fromEntries(Object.entries(read).map(([name, parse]) => [name, keysOf(parse)])) }
}

function keysOf(parse: Parser): string[] {
  const asked = new Set<string>()
  const watched = new Proxy<Record<string, string>>({}, { get: (_, key) => void asked.add(String(key)) })
  try {
    parse(watched)
  } catch (error) {
    // A key that must be there is not: it has been asked for, as all others have before anything is judged.
    if (!(error instanceof ConfigError)) throw error
  }
  return [...asked].sort()
}
