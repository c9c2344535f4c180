import type { KubeObject, Resource } from '@knative-ts/api'
import { errorText } from './error-text.ts'
import type { InformerFactory } from './informer.ts'
import { stderrLog, type Log } from './log.ts'

interface ConfigMap extends KubeObject {
  data?: Record<string, string>
}

const configMaps: Resource<ConfigMap> = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', namespaced: true }

/** A ConfigMap as its parser understands it. */
export interface WatchedConfig<T> {
  /** The last good value. Throws before the first sync, and when what is there has never parsed (the error names the ConfigMap). */
  current(): T
  synced(): Promise<void>
}

/**
 * Follows ConfigMap `namespace/name`. One that is missing parses as empty. When parsing fails the last good value stays and the failure
 * is logged; `onChange` is called with each new good value, the first one included.
 */
export function watchConfig<T>(
  factory: InformerFactory,
  namespace: string,
  name: string,
  parse: (data: Readonly<Record<string, string>>) => T,
  onChange: (value: T) => void = () => undefined,
  log: Log = stderrLog
): WatchedConfig<T> {
  const informer = factory.informer(configMaps, { namespace })
  let state: { readonly kind: 'none' } | { readonly kind: 'good'; readonly value: T } | { readonly kind: 'bad'; readonly error: unknown } =
    { kind: 'none' }

  const read = (data: Readonly<Record<string, string>>): void => {
    let value: T
    try {
      value = parse(data)
    } catch (error) {
      if (state.kind !== 'good') state = { kind: 'bad', error }
      log.error({ config: `${namespace}/${name}`, error }, 'bad configuration, the last good one stays')
      return
    }
    state = { kind: 'good', value }
    onChange(value)
  }

  informer.onChange(({ before, after }) => {
    if ((after ?? before)?.metadata.name === name) read(after?.data ?? {})
  })
  const first = informer.synced().then(() => {
    if (state.kind === 'none') read({})
  })

  return {
    synced: () => first,
    current() {
      if (state.kind === 'none' && informer.hasSynced()) read({})
      if (state.kind === 'good') return state.value
      if (state.kind === 'none') throw new Error(`ConfigMap ${namespace}/${name} was asked for before the first sync`)
      throw new Error(`ConfigMap ${namespace}/${name} is invalid: ${errorText(state.error)}`, {
        cause: state.error
      })
    }
  }
}
