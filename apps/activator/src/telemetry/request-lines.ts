import { type LoggedRevision, requestLog, type Stage } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import type { TelemetrySettings } from '@knative-ts/telemetry/settings'
import type { Activated } from '../activated.ts'

type LogSettings = Pick<TelemetrySettings, 'enableRequestLog' | 'requestLogTemplate'>

/** The request log as config-observability has it now (reference 4.1.7). Probes have their answer before they come here. */
export class RequestLines {
  readonly #write: (line: string) => void
  readonly #log: Log
  #stage: Stage<Activated> | undefined

  constructor(write: (line: string) => void, log: Log) {
    this.#write = write
    this.#log = log
  }

  readonly stage: Stage<Activated> = (exchange, next) => (this.#stage === undefined ? next(exchange) : this.#stage(exchange, next))

  /** Follows new settings from the next request on. A template that cannot be used is logged, and leaves no log. */
  turn({ enableRequestLog, requestLogTemplate: template }: LogSettings): void {
    this.#stage = undefined
    if (!enableRequestLog || template === '') return
    try {
      this.#stage = requestLog<Activated>({
        template,
        logsProbes: false,
        revisionOf: ({ context }) => loggedOf(context),
        write: this.#write
      })
    } catch (error) {
      this.#log.error({ error }, 'logging.request-log-template cannot be used: requests are not logged')
    }
  }
}

function loggedOf({ entry }: Activated): LoggedRevision {
  const { namespace, name } = entry.key
  const { service, configuration } = entry.owners
  return { name, namespace, service, configuration, podName: '', podIp: '' }
}
