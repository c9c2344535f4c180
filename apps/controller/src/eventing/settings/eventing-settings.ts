import {
  parseEventDispatcherConfig,
  parseEventingFeatures,
  parseKReferenceMapping,
  parseSugarConfig,
  type EventingFeatures,
  type KReferenceMapping
} from '@knative-ts/api'
import { selectorOf, watchConfig, watchTelemetry, type InformerFactory, type LabelPredicate, type Log } from '@knative-ts/kube'
import type { eventRouting } from '@knative-ts/wire'
import { telemetryOf } from '../../telemetry/gateway-telemetry.ts'

/** What the ConfigMaps of Eventing's system namespace say, always the last good version. */
export interface EventingSettings {
  features(): EventingFeatures
  /** Templates by `Kind.version.group`; undefined while kreference-mapping is off. */
  mapping(): KReferenceMapping | undefined
  sugar(): { readonly namespaces: LabelPredicate; readonly triggers: LabelPredicate }
  synced(): Promise<void>
  /** Called when anything changed that a reconciler reads. */
  onChange(listener: () => void): void
  /** Calls back with what the data plane is told, now when it is known, and with each change. Returns the unsubscriber. */
  follow(send: (settings: eventRouting.Settings) => void): () => void
}

export interface EventingSettingsOptions {
  readonly factory: InformerFactory
  readonly systemNamespace: string
  readonly log: Log
}

export function watchEventingSettings({ factory, systemNamespace, log }: EventingSettingsOptions): EventingSettings {
  const changes: (() => void)[] = []
  const followers = new Set<(settings: eventRouting.Settings) => void>()
  /** Parts of what the data plane is told, as they become known. */
  const known: Partial<eventRouting.Settings> = {}
  const tell = (news: Partial<eventRouting.Settings>): void => {
    Object.assign(known, news)
    const settings = complete(known)
    if (settings !== undefined) for (const send of followers) send(settings)
  }
  const changed = (): void => {
    for (const listener of changes) listener()
  }
  const watch = <T>(name: string, parse: (data: Readonly<Record<string, string>>) => T, onChange: (value: T) => void) =>
    watchConfig(factory, systemNamespace, name, parse, onChange, log)
  const features = watch('config-features', flagsAndFeatures, ({ flags, parsed }) => {
    for (const flag of withoutEffect(parsed))
      log.warn({ flag }, 'this feature of config-features has no effect: senders are not asked who they are, and addresses are http')
    tell({ features: flags })
    changed()
  })
  const mapping = watch('config-kreference-mapping', parseKReferenceMapping, changed)
  const sugar = watch('config-sugar', parseSugarConfig, changed)
  const pool = watch('config-imc-event-dispatcher', parseEventDispatcherConfig, (config) =>
    // Less than none is none to Go's transport, and no number of the protocol.
    tell({
      maxIdleConnections: Math.max(0, config.maxIdleConnections),
      maxIdleConnectionsPerHost: Math.max(0, config.maxIdleConnectionsPerHost)
    })
  )
  watchTelemetry({
    factory,
    namespace: systemNamespace,
    component: 'broker',
    log,
    apply: (config) => tell({ telemetry: telemetryOf(config) })
  })
  return {
    features: () => features.current().parsed,
    mapping: () => (features.current().parsed.kreferenceMapping ? mapping.current() : undefined),
    sugar: () => ({ namespaces: selectorOf(sugar.current().namespaceSelector), triggers: selectorOf(sugar.current().triggerSelector) }),
    synced: async () => void (await Promise.all([features, mapping, sugar, pool].map((config) => config.synced()))),
    onChange: (listener) => void changes.push(listener),
    follow: (send) => {
      const settings = complete(known)
      if (settings !== undefined) send(settings)
      followers.add(send)
      return () => followers.delete(send)
    }
  }
}

interface Flags {
  /** As given, in lower case. */
  readonly flags: Record<string, string>
  readonly parsed: EventingFeatures
}

function flagsAndFeatures(data: Readonly<Record<string, string>>): Flags {
  const given = Object.entries(data).filter(([key]) => !key.startsWith('_'))
  return { flags: Object.fromEntries(given.map(([key, value]) => [key, value.toLowerCase()])), parsed: parseEventingFeatures(data) }
}

function withoutEffect({ authenticationOidc, transportEncryption }: EventingFeatures): string[] {
  return [...(authenticationOidc ? ['authentication-oidc'] : []), ...(transportEncryption === 'disabled' ? [] : ['transport-encryption'])]
}

function complete({ features, telemetry, maxIdleConnections, maxIdleConnectionsPerHost }: Partial<eventRouting.Settings>) {
  if (features === undefined || telemetry === undefined || maxIdleConnections === undefined || maxIdleConnectionsPerHost === undefined)
    return undefined
  return { features, telemetry, maxIdleConnections, maxIdleConnectionsPerHost }
}
