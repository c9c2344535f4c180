import type { EndpointSlice } from '@knative-ts/api/kubernetes'
import { socketAddress } from '@knative-ts/kube'
import type { Log } from '@knative-ts/telemetry/logger'
import { stats } from '@knative-ts/wire'
import type { LoadReport } from './concurrency-reporter.ts'
import { StatStream } from './stat-stream.ts'

export interface AutoscalerLinkOptions {
  readonly podName: string
  readonly current: () => LoadReport[]
  /** What proves to an autoscaler that this is an activator. */
  readonly token: () => Promise<string | undefined>
  /** Milliseconds without any autoscaler that are forgiven, once there was one. */
  readonly patienceMs: number
  readonly log: Log
}

const portName = 'grpc-stats'

/**
 * Reports to every autoscaler that is ready: one that takes over later knows the load already. One of them passes on what belongs to an autoscaler that is
 * not reached from here.
 */
export class AutoscalerLink {
  readonly #options: AutoscalerLinkOptions
  readonly #streams = new Map<string, StatStream>()
  readonly #startedAt = performance.now()
  #aloneSince = -Infinity
  #errors = 0

  constructor(options: AutoscalerLinkOptions) {
    this.#options = options
  }

  get connected(): number {
    return [...this.#streams.values()].filter((stream) => stream.connected).length
  }

  /** Streams that broke or could not be opened, since the start. */
  get errors(): number {
    return this.#errors
  }

  /** Why statistics are not received by anybody; undefined when they are, or were until a moment ago. */
  problem(): string | undefined {
    if (this.connected > 0 || performance.now() - this.#aloneSince < this.#options.patienceMs) return undefined
    return this.#streams.size === 0 ? 'no autoscaler is ready' : `no stream to an autoscaler: ${[...this.#streams.keys()].join(', ')}`
  }

  /** The endpoint slices of the autoscaler's Service are these now. */
  follow(slices: readonly EndpointSlice[]): void {
    const addresses = new Set(slices.flatMap(addressesOf))
    for (const [address, stream] of this.#streams) {
      if (addresses.has(address)) continue
      this.#streams.delete(address)
      stream.stop()
    }
    for (const address of addresses) {
      if (!this.#streams.has(address)) this.#streams.set(address, this.#open(address))
    }
  }

  send(reports: readonly LoadReport[]): void {
    const messages = reports.map((report) => this.#messageOf(report))
    const told = this.#connectedTo()
    for (const [address, stream] of this.#streams) stream.send({ messages, told, final: told.length > 0 && told[0] !== address })
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.stop()
    this.#streams.clear()
  }

  #open(address: string): StatStream {
    const { current, token, log } = this.#options
    return new StatStream({
      address,
      token,
      current: () => {
        const told = this.#connectedTo()
        return { messages: current().map((report) => this.#messageOf(report)), told, final: told.length > 0 }
      },
      changed: () => {
        this.#aloneSince = performance.now()
      },
      failed: () => {
        this.#errors++
      },
      log
    })
  }

  /** Addresses of the autoscalers that take what is sent now. */
  #connectedTo(): string[] {
    return [...this.#streams].flatMap(([address, stream]) => (stream.connected ? [address] : []))
  }

  #messageOf({ key, concurrency, requests }: LoadReport): stats.WireStatMessage {
    const stat = {
      ...stats.Stat.create(),
      podName: this.#options.podName,
      averageConcurrentRequests: concurrency,
      requestCount: requests,
      processUptime: (performance.now() - this.#startedAt) / 1000
    }
    return { namespace: key.namespace, name: key.name, stat }
  }
}

function addressesOf({ ports, endpoints }: EndpointSlice): string[] {
  const port = ports?.find(({ name }) => name === portName)?.port
  if (port === undefined) return []
  return (endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses }) => addresses.map((ip) => socketAddress(ip, port)))
}
