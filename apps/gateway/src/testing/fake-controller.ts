import { bearerOf, routing, serveGrpc, type GrpcServer } from '@knative-ts/wire'

type Call = Parameters<routing.RoutingServer['follow']>[0]

/** A controller replica as a gateway sees it: serves a table, keeps what gateways report. */
export class FakeController {
  readonly reports: routing.GatewayReport[] = []
  readonly calls = new Set<Call>()
  /** The token of each stream. */
  readonly tokens: (string | undefined)[] = []
  /** Sent, complete, to each new stream. */
  table: Partial<routing.RoutingUpdate> = {}
  #sequence = 0
  #port = 0
  #server: GrpcServer | undefined

  /** Listens, the second time on the port of the first. */
  async open(): Promise<this> {
    const implementation: Partial<routing.RoutingServer> = {
      follow: (call) => {
        this.calls.add(call)
        this.tokens.push(bearerOf(call.metadata))
        this.#write(call, { ...this.table, complete: true })
        call.on('data', (report: routing.GatewayReport) => this.reports.push(report))
        call.on('end', () => call.end())
        call.on('close', () => this.calls.delete(call))
        // The gateway went away; there is nothing to undo.
        call.on('error', () => undefined)
      },
      relay: (call) => call.end()
    }
    const at = { host: '127.0.0.1', port: this.#port }
    this.#server = await serveGrpc([{ definition: routing.RoutingService, implementation: implementation as routing.RoutingServer }], at)
    this.#port = this.#server.port
    return this
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  /** Sends a difference to every stream; gives its sequence number. */
  send(update: Partial<routing.RoutingUpdate>): number {
    for (const call of this.calls) this.#write(call, update)
    return this.#sequence
  }

  /** Sends a complete table in parts to every stream. */
  sendParts(parts: readonly Partial<routing.RoutingUpdate>[]): void {
    const sequence = ++this.#sequence
    const last = parts.length - 1
    for (const call of this.calls)
      for (const [part, members] of parts.entries())
        call.write({ ...routing.RoutingUpdate.create(), ...members, sequence, complete: true, part, continues: part < last })
  }

  /** Breaks every stream at once. */
  async close(): Promise<void> {
    await this.#server?.close(0)
    this.#server = undefined
  }

  #write(call: Call, update: Partial<routing.RoutingUpdate>): void {
    call.write({ ...routing.RoutingUpdate.create(), ...update, sequence: ++this.#sequence })
  }
}
