/** One key of a ConfigMap, as people read of it. */
export interface ConfigKey {
  /** As parsers know it today. `<...>` stands for a part that is free. */
  readonly key: string
  /** Older spellings, which still work; the new one wins. */
  readonly old?: readonly string[]
  /** What counts where the key is not given; '' for nothing. */
  readonly fallback: string
  /** A sentence without its full stop. */
  readonly meaning: string
  readonly takes: Takes
  /** Why a change takes effect later than at once, or not at all. */
  readonly why?: string
}

/**
 * When a change takes effect. `now`: within moments, on objects that exist. `new`: on objects that are made or changed from then on.
 * `start`: when the role starts again. `never`: the key is read and checked, and changes nothing here.
 */
export type Takes = 'now' | 'new' | 'start' | 'never'

/** All keys of one ConfigMap. */
export interface ConfigMapKeys {
  /** Without `config-`. */
  readonly name: string
  readonly about: string
  readonly keys: readonly ConfigKey[]
}

/** A key that takes effect at once. */
export const live = (key: string, fallback: string, meaning: string, old: readonly string[] = []): ConfigKey => ({
  key,
  fallback,
  meaning,
  takes: 'now',
  ...(old.length === 0 ? {} : { old })
})

/** A key that takes effect on what is made from then on, or later still. */
export const later = (key: string, fallback: string, meaning: string, takes: Exclude<Takes, 'now'>, why: string): ConfigKey => ({
  key,
  fallback,
  meaning,
  takes,
  why
})
