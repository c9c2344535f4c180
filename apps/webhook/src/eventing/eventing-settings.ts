import {
  parseBrokerDefaults,
  parseChannelDefaults,
  parseEventingFeatures,
  parsePingDefaults,
  type EventingAdmissionConfig
} from '@knative-ts/api'
import { watchConfig, type InformerFactory, type Log } from '@knative-ts/kube'
import { admitCesql } from './admit-cesql.ts'

/** The ConfigMaps that defaults and rules of Eventing ask, followed. */
export interface EventingSettings {
  current(): EventingAdmissionConfig
  synced(): Promise<void>
}

export function watchEventingSettings(factory: InformerFactory, namespace: string, log: Log): EventingSettings {
  const watch = <T>(name: string, parse: (data: Readonly<Record<string, string>>) => T) =>
    watchConfig(factory, namespace, name, parse, undefined, log)
  const features = watch('config-features', parseEventingFeatures)
  const brokerDefaults = watch('config-br-defaults', parseBrokerDefaults)
  const channelDefaults = watch('default-ch-webhook', parseChannelDefaults)
  const pingDefaults = watch('config-ping-defaults', parsePingDefaults)
  return {
    current: () => ({
      features: features.current(),
      brokerDefaults: brokerDefaults.current(),
      channelDefaults: channelDefaults.current(),
      pingDefaults: pingDefaults.current(),
      systemNamespace: namespace,
      parseCesql: admitCesql
    }),
    synced: async () => {
      await Promise.all([features, brokerDefaults, channelDefaults, pingDefaults].map((one) => one.synced()))
    }
  }
}
