import { errorText } from '@knative-ts/kube'
import { bearer, dialGrpc, ReconnectPause, stats } from '@knative-ts/wire'
import type { Log } from '@knative-ts/telemetry/logger'

export interface StatStreamOptions {
  /** `ip:port` of one autoscaler. */
  readonly address: string
  /** What proves to the autoscaler that this is an activator; asked for each stream, because tokens change. */
  readonly token: () => Promise<string | undefined>
  /** Sent first on every connection: the autoscaler may know nothing. */
  readonly current: () => stats.WireStatMessages
  /** It became connected or lost its connection. */
  readonly changed: () => void
  /** A stream ended that was not told to, or could not be opened. */
  readonly failed: () => void
  readonly log: Log
}

/** Reports to one autoscaler for as long as it is one: a lost stream is opened again. */
export class StatStream {
  readonly #options: StatStreamOptions
  #call: ReturnType<stats.StatIntakeClient['report']> | undefined
  #end: () => void = () => undefined
  #connected = false
  #stopped = false
  readonly #pause = new ReconnectPause()

  constructor(options: StatStreamOptions) {
    this.#options = options
    void this.#run()
  }

  /** True from the first receipt of a stream to its end. */
  get connected(): boolean {
    return this.#connected
  }

  /** Dropped while there is no stream: a new one begins with the state of then. */
  send(batch: stats.WireStatMessages): void {
    this.#call?.write(batch)
  }

  stop(): void {
    this.#stopped = true
    this.#pause.cut()
    this.#end()
  }

  async #run(): Promise<void> {
    // An autoscaler that stays away, or does not let us in, is told about once.
    let told = ''
    while (!this.#stopped) {
      const reason = await this.#report()
      if (this.#stopped) return
      this.#options.failed()
      if (this.#connected) this.#options.log.warn({ autoscaler: this.#options.address, reason }, 'lost an autoscaler')
      else if (reason !== told) this.#options.log.warn({ autoscaler: this.#options.address, reason }, 'cannot report to an autoscaler')
      told = reason
      this.#setConnected(false)
      await this.#pause.wait()
    }
  }

  /** One stream; resolves with the reason of its end. */
  async #report(): Promise<string> {
    const { address, current, log } = this.#options
    let token: string | undefined
    try {
      token = await this.#options.token()
    } catch (error) {
      return `cannot read the token: ${errorText(error)}`
    }
    if (this.#stopped) return 'stopped'
    const client = dialGrpc(stats.StatIntakeClient, address)
    const call = client.report(bearer(token))
    this.#call = call
    // What was under way when a stream ended may still come, and concerns no other one.
    const isCurrent = (): boolean => this.#call === call
    return new Promise((resolve) => {
      const finish = (reason: string): void => {
        if (!isCurrent()) return
        this.#call = undefined
        this.#end = () => undefined
        resolve(reason)
        client.close()
      }
      this.#end = () => {
        call.end()
        finish('stopped')
        this.#setConnected(false)
      }
      call.on('data', () => {
        if (this.#connected || !isCurrent()) return
        log.info({ autoscaler: address }, 'reporting to an autoscaler')
        this.#pause.reset()
        this.#setConnected(true)
      })
      call.on('error', (error) => finish(error.message))
      call.on('end', () => finish('the autoscaler ended the stream'))
      call.write(current())
    })
  }

  #setConnected(connected: boolean): void {
    if (connected === this.#connected) return
    this.#connected = connected
    this.#options.changed()
  }
}
