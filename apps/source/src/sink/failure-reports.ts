import type { KubeObject } from '@knative-ts/api'
import type { EventRecorder } from '@knative-ts/kube'
import { SendFailed } from './sender.ts'

/** Tells on the source what a sink did not take (`sink-event-error-reporting.enable` of config-observability). */
export class FailureReports {
  readonly #recorder: EventRecorder
  #enabled: boolean

  constructor(recorder: EventRecorder, enabled: boolean) {
    this.#recorder = recorder
    this.#enabled = enabled
  }

  enable(enabled: boolean): void {
    this.#enabled = enabled
  }

  /** The reason is the status that the sink answered with, as upstream's. */
  report(source: KubeObject, error: unknown): void {
    if (!this.#enabled || !(error instanceof SendFailed)) return
    this.#recorder.record(source, 'Warning', error.status === undefined ? 'SinkUnreachable' : String(error.status), error.message)
  }

  /** Resolves when everything reported so far is written. */
  flush(): Promise<void> {
    return this.#recorder.flush()
  }
}
