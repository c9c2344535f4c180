import { keptLog } from '@knative-ts/testing'
import type { Log } from '@knative-ts/telemetry/logger'
import { Observability, type Part } from '@knative-ts/host'
import { lazyMetrics } from '@knative-ts/host/metrics'
import { gatewayEnvironment } from '../gateway.config.ts'
import { gatewayParts } from '../gateway.parts.ts'
import type { FakeController } from './fake-controller.ts'

type Listener = 'public' | 'internal' | 'https' | 'https-internal'

/** All parts of a gateway in this process, on ports of its own of the loopback address. */
export class RunningGateway {
  readonly log = keptLog()
  readonly observability = new Observability()
  readonly metrics = lazyMetrics('gateway')
  readonly #parts: Part[]

  /** `environment` replaces what a test does not care for. */
  constructor(controller: FakeController, environment: Readonly<Record<string, string>> = {}) {
    const all = {
      POD_NAME: 'gateway-1',
      POD_IP: '127.0.0.1',
      LISTEN_HOST: '127.0.0.1',
      PUBLIC_PORT: '0',
      INTERNAL_PORT: '0',
      HTTPS_PORT: '0',
      INTERNAL_HTTPS_PORT: '0',
      ROUTING_ADDRESS: controller.address,
      DRAIN_ACCEPT_MS: '0',
      DRAIN_DEADLINE_MS: '1000',
      ...environment
    }
    this.#parts = gatewayParts(gatewayEnvironment.parse(all), this.log as unknown as Log, this.observability, this.metrics)
  }

  async start(): Promise<this> {
    for (const part of this.#parts) await part.start?.()
    return this
  }

  async stop(): Promise<void> {
    await Promise.all(this.#parts.map((part) => part.drain?.()))
    for (const part of this.#parts.toReversed()) await part.stop?.()
  }

  port(listener: Listener): number {
    const lines = this.log.lines.map(({ fields }) => fields as { readonly listener?: string; readonly port?: number })
    return lines.find((line) => line.listener === listener)?.port ?? 0
  }
}
