import {
  parseAutoscalerConfig,
  parseCertmanagerConfig,
  parseDefaultsConfig,
  parseDeploymentConfig,
  parseDomainConfig,
  parseFeaturesConfig,
  parseGcConfig,
  parseLoggingConfig,
  parseNetworkConfig,
  parseObservabilityConfig,
  runtimeClassFor,
  type CertmanagerConfig,
  type DeploymentConfig,
  type FeaturesConfig,
  type GcConfig
} from '@knative-ts/api'
import { watchConfig, type InformerFactory, type Log } from '@knative-ts/kube'
import { lockedDown, type RevisionSettings } from '../revision/revision-settings.ts'
import type { RouteSettings } from '../route/route-settings.ts'
import { observabilityJson } from './observability-json.ts'

/** What the ConfigMaps of the system namespace say, always the last good version. */
export interface Settings {
  revision(): RevisionSettings
  route(): RouteSettings
  gc(): GcConfig
  certmanager(): CertmanagerConfig
  synced(): Promise<void>
  /** Called with the name of each reconciler that depends on what changed. */
  onChange(listener: (what: Configured) => void): void
}

/** Reconcilers that ConfigMaps have a word for. */
export type Configured = 'revision' | 'route' | 'gc' | 'domainmapping' | 'nscert' | 'certificate'

export interface SettingsOptions {
  readonly factory: InformerFactory
  readonly systemNamespace: string
  readonly clusterDomain: string
  readonly log: Log
}

export function watchSettings({ factory, systemNamespace, clusterDomain, log }: SettingsOptions): Settings {
  const listeners: ((what: Configured) => void)[] = []
  const changed =
    (...all: Configured[]) =>
    (): void => {
      for (const what of all) for (const listener of listeners) listener(what)
    }
  const watch = <T>(name: string, parse: (data: Readonly<Record<string, string>>) => T, onChange: (value: T) => void = () => undefined) =>
    watchConfig(factory, systemNamespace, name, parse, onChange, log)
  const autoscaler = watch('config-autoscaler', parseAutoscalerConfig)
  const certmanager = watch('config-certmanager', parseCertmanagerConfig, changed('certificate'))
  const defaults = watch('config-defaults', parseDefaultsConfig, changed('revision'))
  const deployment = watch('config-deployment', parseDeploymentConfig, changed('revision'))
  const domain = watch('config-domain', (data) => parseDomainConfig(data, clusterDomain), changed('route', 'nscert'))
  const features = watch('config-features', parseFeaturesConfig, changed('revision', 'route'))
  const gc = watch('config-gc', parseGcConfig, changed('gc'))
  const logging = watch('config-logging', parseLoggingConfig)
  const network = watch('config-network', parseNetworkConfig, changed('nscert', 'revision', 'route', 'domainmapping'))
  const observability = watch('config-observability', parseObservabilityConfig, changed('revision'))
  const all = [autoscaler, certmanager, defaults, deployment, domain, features, gc, logging, network, observability]
  return {
    gc: () => gc.current(),
    certmanager: () => certmanager.current(),
    route: () => ({
      network: network.current(),
      domain: domain.current(),
      clusterDomain,
      tagHeaderBasedRouting: features.current().tagHeaderBasedRouting === 'Enabled'
    }),
    revision() {
      const { enableServiceLinks } = defaults.current()
      return {
        ...ofDeployment(deployment.current(), features.current()),
        systemNamespace,
        queueProxy: {
          ...queueProxyOf(deployment.current(), features.current()),
          loggingConfig: logging.current().zapConfig,
          loggingLevel: logging.current().levels.get('queueproxy') ?? '',
          observability: observabilityJson(observability.current()),
          profiling: observability.current().runtime.profiling,
          certificate: network.current().systemInternalTls
        },
        initialScale: autoscaler.current().initialScale,
        autoscalerClass: autoscaler.current().podAutoscalerClass,
        enableServiceLinks: enableServiceLinks === 'unset' ? undefined : enableServiceLinks,
        certificateClass: network.current().certificateClass,
        varLogCollection: observability.current().enableVarLogCollection,
        logUrlTemplate: observability.current().loggingUrlTemplate
      }
    },
    synced: async () => void (await Promise.all(all.map((config) => config.synced()))),
    onChange: (listener) => void listeners.push(listener)
  }
}

function ofDeployment(config: DeploymentConfig, features: FeaturesConfig) {
  return {
    registriesSkippingTagResolving: config.registriesSkippingTagResolving,
    digestResolutionTimeoutMs: config.digestResolutionTimeoutMs,
    progressDeadlineSeconds: config.progressDeadlineMs / 1000,
    spreadOverNodes: config.defaultAffinityType === 'prefer-spread-revision-over-nodes',
    runtimeClassNameFor: (labels: Readonly<Record<string, string>>) => runtimeClassFor(config.runtimeClasses, labels),
    alwaysSchedulable: config.podIsAlwaysSchedulable,
    multiContainerProbing: features.multiContainerProbing === 'Enabled'
  }
}

function queueProxyOf(config: DeploymentConfig, features: FeaturesConfig) {
  const given = config.queueSidecarResources
  const defaults = features.queueProxyResourceDefaults === 'Enabled'
  const quantities = (all: Readonly<Record<string, string | undefined>>): Record<string, string> =>
    Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined))
  return {
    image: config.queueSidecarImage,
    autodetectHttp2: features.autodetectHttp2 === 'Enabled',
    rootCa: config.queueSidecarRootCa,
    tls: config.queueSidecarTls,
    requests: quantities({
      cpu: given.cpuRequest,
      memory: given.memoryRequest ?? (defaults ? '400Mi' : undefined),
      'ephemeral-storage': given.ephemeralStorageRequest
    }),
    limits: quantities({
      cpu: given.cpuLimit ?? (defaults ? '1000m' : undefined),
      memory: given.memoryLimit ?? (defaults ? '800Mi' : undefined),
      'ephemeral-storage': given.ephemeralStorageLimit
    }),
    tokenAudiences: [...config.queueSidecarTokenAudiences].sort(),
    podInfo: features.queueProxyMountPodInfo,
    securityContext: lockedDown
  }
}
