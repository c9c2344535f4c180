import { bearer, dialGrpc, routing } from '@knative-ts/wire'
import type { Log } from '@knative-ts/telemetry/logger'

export interface RoutingStreamOptions {
  /** `host:port` of a controller replica's routing service; with a name each attempt may reach another replica. */
  readonly address: string
  readonly gateway: string
  readonly ownAddress: string
  /** What proves to the controller that this is a gateway; undefined when there is nothing. Asked for each stream, because tokens change. */
  readonly token: () => Promise<string | undefined>
  /** Applies an update at once; resolves when every listener serves it. */
  readonly apply: (update: routing.RoutingUpdate) => Promise<void>
  readonly log: Log
}

/** Milliseconds between attempts to reach a controller: at first, and at most. */
const backoff = { firstMs: 50, mostMs: 2_000 }

/** Follows the routing table over one stream, for ever: what is lost is opened again, and routes stay meanwhile. */
export class RoutingStream {
  readonly #options: RoutingStreamOptions
  #connected = false
  #sequence = 0
  /** Why the last attempt ended: what repeats itself is logged once. */
  #reason = ''
  #stopped = false
  #waitMs = backoff.firstMs
  #end: () => void = () => undefined

  constructor(options: RoutingStreamOptions) {
    this.#options = options
  }

  /** Of the last update that every listener serves. */
  get sequence(): number {
    return this.#sequence
  }

  get connected(): boolean {
    return this.#connected
  }

  /** Runs until {@link stop}. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const reason = await this.#follow()
      if (this.#stopped) return
      if (this.#connected) this.#options.log.warn({ reason }, 'lost the controller; serving the routes that are known')
      else if (reason !== this.#reason) this.#options.log.info({ reason }, 'the controller gives no routes; trying again')
      this.#reason = reason
      this.#connected = false
      await this.#pause()
    }
  }

  stop(): void {
    this.#stopped = true
    this.#end()
  }

  /** One stream; resolves with the reason of its end. */
  async #follow(): Promise<string> {
    const { address, gateway, ownAddress, apply, log } = this.#options
    const token = await this.#options.token()
    if (this.#stopped) return 'stopped'
    const client = dialGrpc(routing.RoutingClient, address)
    const call = client.follow(bearer(token))
    const report = (appliedSequence: number): void => {
      call.write({ gateway, address: ownAddress, appliedSequence })
    }
    return new Promise((resolve) => {
      const finish = (reason: string): void => {
        resolve(reason)
        client.close()
      }
      this.#end = () => {
        call.end()
        finish('stopped')
      }
      call.on('data', (update: routing.RoutingUpdate) => {
        if (!this.#connected) log.info({ ingresses: update.ingresses.length, sequence: update.sequence }, 'following the routing table')
        this.#connected = true
        this.#waitMs = backoff.firstMs
        const applied = apply(update)
        if (update.continues) return
        void applied.then(() => {
          this.#sequence = update.sequence
          report(update.sequence)
        })
      })
      call.on('error', (error) => finish(error.message))
      call.on('end', () => finish('the controller ended the stream'))
      report(0)
    })
  }

  #pause(): Promise<void> {
    const waitMs = this.#waitMs * (0.75 + Math.random() / 2)
    this.#waitMs = Math.min(this.#waitMs * 2, backoff.mostMs)
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs)
      this.#end = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
