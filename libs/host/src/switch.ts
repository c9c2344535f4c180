import type { Log } from '@knative-ts/telemetry/logger'

/** Something that was opened for a setting; undefined when the setting needs nothing. */
export type Opened = { close(): Promise<void> } | undefined

/** Keeps open what the latest setting asks for: one change after the other, and only where the setting differs. */
export class Switch<T> {
  readonly #name: string
  readonly #open: (setting: T) => Promise<Opened>
  readonly #log: Log
  #text = ''
  #opened: Opened
  #changing = Promise.resolve()

  constructor(name: string, open: (setting: T) => Promise<Opened>, log: Log) {
    this.#name = name
    this.#open = open
    this.#log = log
  }

  /** Closes what the setting before had opened, then opens for this one. A failure is logged: telemetry never ends a role. */
  turn(setting: T): void {
    const text = JSON.stringify(setting)
    if (text === this.#text) return
    this.#text = text
    this.#changing = this.#changing.then(async () => {
      try {
        await this.#close()
        this.#opened = await this.#open(setting)
      } catch (error) {
        this.#log.error({ error, setting }, `${this.#name} cannot be as config-observability says`)
      }
    })
  }

  /** Resolves when everything is closed. */
  async off(): Promise<void> {
    this.#changing = this.#changing.then(() => this.#close())
    await this.#changing
  }

  async #close(): Promise<void> {
    const opened = this.#opened
    this.#opened = undefined
    await opened?.close()
  }
}
