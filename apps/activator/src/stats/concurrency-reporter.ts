import { keyText, type ObjectKey } from '@knative-ts/api'
import { RevisionLoad } from './revision-load.ts'

/** One revision's load, as autoscalers take it. */
export interface LoadReport {
  readonly key: ObjectKey
  readonly concurrency: number
  readonly requests: number
}

/** Milliseconds between reports. */
export const reportPeriodMs = 1_000

/**
 * Counts requests of every revision in and out, and reports (reference 4.4): a revision's first request at once, which wakes one without pods; then
 * each second; a period without any request is reported once, as zero, and the revision is forgotten.
 */
export class ConcurrencyReporter {
  readonly #send: (reports: readonly LoadReport[]) => void
  readonly #loads = new Map<string, { readonly key: ObjectKey; readonly load: RevisionLoad }>()
  #timer: NodeJS.Timeout | undefined

  constructor(send: (reports: readonly LoadReport[]) => void) {
    this.#send = send
  }

  begin(key: ObjectKey): void {
    const found = this.#loads.get(keyText(key))
    if (found !== undefined) {
      found.load.begin(performance.now())
      return
    }
    const load = new RevisionLoad(performance.now())
    load.begin(performance.now())
    this.#loads.set(keyText(key), { key, load })
    this.#send([{ key, concurrency: 1, requests: 1 }])
  }

  end(key: ObjectKey): void {
    this.#loads.get(keyText(key))?.load.end(performance.now())
  }

  /** What is open now: for an autoscaler that knows nothing yet. */
  current(): LoadReport[] {
    return [...this.#loads.values()].map(({ key, load }) => ({ key, concurrency: load.open, requests: 0 }))
  }

  openOf(key: ObjectKey): number {
    return this.#loads.get(keyText(key))?.load.open ?? 0
  }

  start(): void {
    this.#timer = setInterval(() => this.report(performance.now()), reportPeriodMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Ends a period. */
  report(now: number): void {
    const reports: LoadReport[] = []
    for (const [text, { key, load }] of this.#loads) {
      const { concurrency, requests, idle } = load.report(now)
      reports.push({ key, concurrency, requests })
      if (idle) this.#loads.delete(text)
    }
    if (reports.length > 0) this.#send(reports)
  }
}
