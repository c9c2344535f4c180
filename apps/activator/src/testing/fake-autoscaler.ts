import { endpointSlice } from '@knative-ts/testing/builders'
import type { EndpointSlice } from '@knative-ts/api/kubernetes'
import { bearerOf, serveGrpc, stats, type GrpcServer } from '@knative-ts/wire'

export interface TakenReport {
  readonly at: number
  readonly revision: string
  readonly pod: string
  readonly concurrency: number
  readonly requests: number
}

/** Takes statistics and keeps them. */
export class FakeAutoscaler {
  readonly reports: TakenReport[] = []
  /** Of every batch, who else was told, and whether somebody else passes it on. */
  readonly batches: Pick<stats.WireStatMessages, 'told' | 'final'>[] = []
  streams = 0
  /** Of each stream, as it was opened. */
  readonly tokens: (string | undefined)[] = []
  #server: GrpcServer | undefined
  #port = 0

  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  /** Listens, the second time on the port of the first. */
  async open(): Promise<this> {
    const implementation: stats.StatIntakeServer = {
      report: (call) => {
        let batches = 0
        this.streams++
        this.tokens.push(bearerOf(call.metadata))
        call.on('data', ({ messages, told, final }: stats.WireStatMessages) => {
          this.batches.push({ told, final })
          for (const { namespace, name, stat } of messages) {
            this.reports.push({
              at: performance.now(),
              revision: `${namespace}/${name}`,
              pod: stat?.podName ?? '',
              concurrency: stat?.averageConcurrentRequests ?? NaN,
              requests: stat?.requestCount ?? NaN
            })
          }
          call.write({ batches: ++batches })
        })
        call.on('end', () => call.end())
        call.on('close', () => this.streams--)
        // The stream is over; there is nothing to undo.
        call.on('error', () => undefined)
      }
    }
    this.#server = await serveGrpc([{ definition: stats.StatIntakeService, implementation }], { host: '127.0.0.1', port: this.#port })
    this.#port = this.#server.port
    return this
  }

  /** Breaks every stream at once. */
  async close(): Promise<void> {
    await this.#server?.close(0)
    this.#server = undefined
  }

  /** The slice of Service `autoscaler` with these as its ready endpoints. They differ by port, so each is a slice of its own. */
  slice(name = 'autoscaler-abc'): EndpointSlice {
    return endpointSlice({
      metadata: { name, namespace: 'knative-serving', labels: { 'kubernetes.io/service-name': 'autoscaler' } },
      endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
      ports: [{ name: 'grpc-stats', protocol: 'TCP', port: this.#port }]
    })
  }
}
