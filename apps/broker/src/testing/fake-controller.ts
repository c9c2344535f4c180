import { bearerOf, eventRouting, serveGrpc, type GrpcServer } from '@knative-ts/wire'

type Call = Parameters<eventRouting.EventRoutingServer['follow']>[0]

/** A controller replica as a data plane sees it: serves a table, keeps what is reported. */
export class FakeController {
  readonly reports: eventRouting.DataPlaneReport[] = []
  readonly tokens: (string | undefined)[] = []
  readonly #calls = new Set<Call>()
  /** Sent, complete, to each new stream. */
  table: Partial<eventRouting.EventRoutingUpdate> = {}
  #sequence = 0
  #port = 0
  #server: GrpcServer | undefined

  /** Listens, the second time on the port of the first. */
  async open(): Promise<this> {
    const implementation: Partial<eventRouting.EventRoutingServer> = {
      follow: (call) => {
        this.#calls.add(call)
        this.tokens.push(bearerOf(call.metadata))
        this.#write(call, { ...this.table, complete: true })
        call.on('data', (report: eventRouting.DataPlaneReport) => this.reports.push(report))
        call.on('end', () => call.end())
        call.on('close', () => this.#calls.delete(call))
        // The data plane went away; there is nothing to undo.
        call.on('error', () => undefined)
      },
      relay: (call) => call.end()
    }
    const definition = eventRouting.EventRoutingService
    this.#server = await serveGrpc([{ definition, implementation: implementation as eventRouting.EventRoutingServer }], {
      host: '127.0.0.1',
      port: this.#port
    })
    this.#port = this.#server.port
    return this
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  /** Of the last update that the data plane acts by. */
  get acknowledged(): number {
    return this.reports.at(-1)?.appliedSequence ?? 0
  }

  /** Sends a difference to every stream; gives its sequence number. */
  send(update: Partial<eventRouting.EventRoutingUpdate>): number {
    for (const call of this.#calls) this.#write(call, update)
    return this.#sequence
  }

  /** Breaks every stream at once. */
  async close(): Promise<void> {
    await this.#server?.close(0)
    this.#server = undefined
  }

  #write(call: Call, update: Partial<eventRouting.EventRoutingUpdate>): void {
    call.write({ ...eventRouting.EventRoutingUpdate.create(), ...update, sequence: ++this.#sequence })
  }
}
