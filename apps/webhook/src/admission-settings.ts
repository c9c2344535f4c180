import { parseAutoscalerConfig, parseDefaultsConfig, parseFeaturesConfig, type AdmissionConfig } from '@knative-ts/api'
import { watchConfig, type InformerFactory, type Log } from '@knative-ts/kube'

/** The ConfigMaps that defaults and rules ask, followed. */
export interface AdmissionSettings {
  current(): AdmissionConfig
  synced(): Promise<void>
}

export function watchSettings(factory: InformerFactory, namespace: string, clusterDomain: string, log: Log): AdmissionSettings {
  const watch = <T>(name: string, parse: (data: Readonly<Record<string, string>>) => T) =>
    watchConfig(factory, namespace, name, parse, undefined, log)
  const autoscaler = watch('config-autoscaler', parseAutoscalerConfig)
  const defaults = watch('config-defaults', parseDefaultsConfig)
  const features = watch('config-features', parseFeaturesConfig)
  return {
    current: () => ({ autoscaler: autoscaler.current(), defaults: defaults.current(), features: features.current(), clusterDomain }),
    synced: async () => {
      await Promise.all([autoscaler.synced(), defaults.synced(), features.synced()])
    }
  }
}
