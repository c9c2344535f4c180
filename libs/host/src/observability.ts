import { quietSettings, type TelemetrySettings } from '@knative-ts/telemetry/settings'

/**
 * What a role's logs, metrics, traces and profiles should be now. Whoever reads the configuration applies it; whoever makes logs, metrics,
 * traces or profiles follows it.
 */
export class Observability {
  readonly #listeners = new Set<(settings: TelemetrySettings) => void>()
  #current = quietSettings
  #text = ''

  get current(): TelemetrySettings {
    return this.#current
  }

  /** Tells every follower, unless nothing has changed. */
  apply(settings: TelemetrySettings): void {
    const text = JSON.stringify(settings)
    if (text === this.#text) return
    this.#text = text
    this.#current = settings
    for (const listener of this.#listeners) listener(settings)
  }

  /** Called with every change from now on, and at once when something has been applied already. Returns the unsubscriber. */
  onChange(listener: (settings: TelemetrySettings) => void): () => void {
    this.#listeners.add(listener)
    if (this.#text !== '') listener(this.#current)
    return () => this.#listeners.delete(listener)
  }
}
