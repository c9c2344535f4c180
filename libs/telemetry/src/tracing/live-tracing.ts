import type { Log } from '../logger.ts'
import type { TracingExport } from '../settings.ts'
import type { RecordedSpan } from './recorded-span.ts'
import { SpanOutlet } from './span-outlet.ts'
import { RequestTracer } from './tracer.ts'

/** How a role’s spans are named, and when there is time to export them. */
export interface LiveTracingOptions {
  /** What all spans of the process say of it: `service.name` at least. */
  readonly resource: Readonly<Record<string, string>>
  /** Name of the span of a request that arrives. */
  readonly requestName: (method: string) => string
  /** Name of the span of an attempt to send it on. */
  readonly attemptName: (method: string, path: string) => string
  /** Resolves when there is time to load the exporter. Spans wait until then. */
  readonly log: Promise<Log>
}

/** The tracer of one process, as its configuration is now. What records is small; what exports is loaded when something is configured. */
export class LiveTracing {
  readonly #options: LiveTracingOptions
  #text = ''
  #tracer: RequestTracer | undefined
  #outlet: SpanOutlet | undefined
  #closing: Promise<void> = Promise.resolve()

  constructor(options: LiveTracingOptions) {
    this.#options = options
  }

  /** Undefined while nothing is to be recorded: protocol `none`, or a sampling rate of 0. */
  get tracer(): RequestTracer | undefined {
    return this.#tracer
  }

  /** Follows new settings from the next request on; what has been recorded goes where the old ones said. */
  turn(settings: TracingExport): void {
    const text = JSON.stringify(settings)
    if (text === this.#text) return
    this.#text = text
    this.#end()
    if (settings.protocol === 'none' || settings.samplingRate <= 0) return
    const { requestName, attemptName } = this.#options
    const opening = this.#open(settings)
    const outlet = new SpanOutlet(opening)
    // Where there is no way out, nothing is recorded.
    void opening.then((opened) => {
      if (opened === undefined && this.#outlet === outlet) this.#end()
    })
    const ended = (span: RecordedSpan): void => outlet.take(span)
    this.#outlet = outlet
    this.#tracer = new RequestTracer({ requestName, attemptName, ended, samplingRate: settings.samplingRate, random: Math.random })
  }

  /** Nothing is recorded any more; resolves when what was has been sent. */
  close(): Promise<void> {
    this.#text = ''
    this.#end()
    return this.#closing
  }

  #end(): void {
    const outlet = this.#outlet
    this.#tracer = undefined
    this.#outlet = undefined
    if (outlet !== undefined) this.#closing = Promise.all([this.#closing, outlet.close()]).then(() => undefined)
  }

  async #open(settings: TracingExport): ReturnType<typeof import('./span-export.ts').openSpanExport> {
    const log = await this.#options.log
    const { protocol, endpoint, samplingRate } = settings
    try {
      const { openSpanExport } = await import('./span-export.ts')
      const opened = await openSpanExport(settings, this.#options.resource, log)
      log.info({ protocol, endpoint, samplingRate }, 'sending spans')
      return opened
    } catch (error) {
      log.error({ error, protocol, endpoint }, 'tracing cannot be as config-observability says')
      return undefined
    }
  }
}
