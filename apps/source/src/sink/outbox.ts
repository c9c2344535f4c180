import { keyOf, keyText, type KubeObject } from '@knative-ts/api'
import type { CloudEvent } from '@knative-ts/eventing'
import type { EventRecorder, Log } from '@knative-ts/kube'
import type { SourceMetrics } from '../telemetry/source-metrics.ts'
import { type Sender, SendFailed, type Sink } from './sender.ts'

/** What an adapter sends with, and who is told how it went. */
export interface OutboxOptions {
  readonly sender: Pick<Sender, 'send'>
  readonly metrics: Pick<SourceMetrics, 'sent'>
  readonly recorder: EventRecorder
  readonly log: Log
}

/** Where adapters put their events: sent, counted, and told of when a sink does not take one. */
export class Outbox {
  readonly #options: OutboxOptions
  #reporting: boolean

  /** `reporting`: failures become Events of the source (`sink-event-error-reporting.enable` of config-observability). */
  constructor(options: OutboxOptions, reporting = false) {
    this.#options = options
    this.#reporting = reporting
  }

  report(reporting: boolean): void {
    this.#reporting = reporting
  }

  /** Resolves when the event is sent or given up; never rejects for what the sink did. */
  async send(source: KubeObject, event: CloudEvent, sink: Sink, signal: AbortSignal): Promise<void> {
    const began = performance.now()
    const told = (status: number | undefined): void => {
      const type = event.attributes.get('type') ?? ''
      this.#options.metrics.sent(source, type, sink.url, status, (performance.now() - began) / 1000)
    }
    try {
      told(await this.#options.sender.send(event, sink, { namespace: source.metadata.namespace, signal }))
    } catch (error) {
      if (!(error instanceof SendFailed)) throw error
      told(error.status)
      const about = { key: keyText(keyOf(source)), subject: event.attributes.get('subject'), error: error.message }
      this.#options.log.warn(about, 'an event was not sent')
      // The reason is the status that the sink answered with, as upstream's.
      if (this.#reporting)
        this.#options.recorder.record(
          source,
          'Warning',
          error.status === undefined ? 'SinkUnreachable' : String(error.status),
          error.message
        )
    }
  }
}
