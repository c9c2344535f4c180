import { errorText } from '@knative-ts/kube'
import { bearer, dialGrpc, stats } from '@knative-ts/wire'

export interface PeerStreamOptions {
  /** `ip:port` of the other autoscaler. */
  readonly address: string
  /** What proves to it that this is an autoscaler. */
  readonly token: () => Promise<string | undefined>
  /** The stream has ended; these it has not acknowledged. Called once. */
  readonly ended: (reason: string, lost: readonly stats.WireStatMessage[]) => void
}

/** One stream to another autoscaler, from the first thing to tell to its end. */
export class PeerStream {
  readonly #options: PeerStreamOptions
  readonly #sent: stats.WireStatMessage[][] = []
  #call: ReturnType<stats.StatIntakeClient['report']> | undefined
  #close: () => void = () => undefined
  #acknowledged = 0
  #over = false

  constructor(options: PeerStreamOptions) {
    this.#options = options
    void this.#open()
  }

  send(messages: stats.WireStatMessage[]): void {
    this.#sent.push(messages)
    this.#call?.write({ messages, told: [], final: true })
  }

  close(): void {
    this.#finish('not needed any more')
  }

  async #open(): Promise<void> {
    let token: string | undefined
    try {
      token = await this.#options.token()
    } catch (error) {
      return this.#finish(`cannot read the token: ${errorText(error)}`)
    }
    if (this.#over) return
    const client = dialGrpc(stats.StatIntakeClient, this.#options.address)
    const call = client.report(bearer(token))
    this.#call = call
    this.#close = () => {
      call.cancel()
      client.close()
    }
    call.on('data', ({ batches }: stats.StatReceipt) => {
      this.#sent.splice(0, batches - this.#acknowledged)
      this.#acknowledged = batches
    })
    call.on('error', (error) => this.#finish(errorText(error)))
    call.on('end', () => this.#finish('the autoscaler ended the stream'))
    for (const messages of this.#sent) call.write({ messages, told: [], final: true })
  }

  #finish(reason: string): void {
    if (this.#over) return
    this.#over = true
    this.#call = undefined
    this.#close()
    this.#options.ended(reason, this.#sent.flat())
  }
}
