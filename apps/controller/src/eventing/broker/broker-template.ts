import { keyText, parseBrokerChannelTemplate, type Broker, type ChannelTemplate, type ObjectKey } from '@knative-ts/api'
import { configMaps, type ConfigMap } from '@knative-ts/api/kubernetes'
import type { Informer, InformerFactory } from '@knative-ts/kube'

/** The ConfigMaps that Brokers are configured by, watched a namespace at a time. */
export class BrokerTemplates {
  readonly #factory: InformerFactory
  readonly #informers = new Map<string, Informer<ConfigMap>>()
  readonly #listeners = new Set<(key: ObjectKey) => void>()

  constructor(factory: InformerFactory) {
    this.#factory = factory
  }

  /** Called with each ConfigMap that changes, of the namespaces that some Broker's configuration is in. */
  onChange(listener: (key: ObjectKey) => void): void {
    this.#listeners.add(listener)
  }

  /** What kind of channel a Broker wants, and how. Throws, in words for people, when nothing says it. */
  async of(broker: Broker): Promise<ChannelTemplate> {
    const key = configKeyOf(broker)
    if (key === undefined) throw new Error('Broker.Spec.Config configuration not supported, only [kind: ConfigMap, apiVersion: v1]')
    const informer = this.#informerOf(key.namespace)
    await informer.synced()
    const found = informer.cache.get(key)
    if (found === undefined) throw new Error(`configmap "${key.name}" not found`)
    try {
      return parseBrokerChannelTemplate(found.data ?? {})
    } catch (error) {
      throw new Error(`ConfigMap ${keyText(key)}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  }

  #informerOf(namespace: string): Informer<ConfigMap> {
    const known = this.#informers.get(namespace)
    if (known !== undefined) return known
    const informer = this.#factory.informer<ConfigMap>(configMaps, { namespace })
    this.#informers.set(namespace, informer)
    informer.onChange(({ before, after }) => {
      const { name = '' } = (after ?? before)?.metadata ?? {}
      for (const listener of this.#listeners) listener({ namespace, name })
    })
    return informer
  }
}

/** The ConfigMap that configures a Broker; undefined when something else is to. */
export function configKeyOf({ metadata, spec }: Broker): ObjectKey | undefined {
  const { config } = spec
  if (config === undefined || config.kind !== 'ConfigMap' || (config.apiVersion ?? '') !== 'v1' || config.name === '') return undefined
  return { namespace: config.namespace ?? metadata.namespace ?? '', name: config.name }
}
