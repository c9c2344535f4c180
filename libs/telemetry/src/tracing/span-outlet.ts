import type { RecordedSpan } from './recorded-span.ts'
import type { SpanExport } from './span-export.ts'

/** Spans that wait for their exporter at most: the SDK's own bound of a queue. */
const mostWaiting = 2048

/** Where ended spans go while their exporter is being loaded, and afterwards. */
export class SpanOutlet {
  readonly #opening: Promise<void>
  #opened: SpanExport | undefined
  #waiting: RecordedSpan[] | undefined = []

  /** @param opening gives undefined when there is no way out; must not reject */
  constructor(opening: Promise<SpanExport | undefined>) {
    this.#opening = opening.then((opened) => {
      const waiting = this.#waiting ?? []
      this.#opened = opened
      this.#waiting = undefined
      for (const span of waiting) opened?.take(span)
    })
  }

  take(span: RecordedSpan): void {
    if (this.#waiting === undefined) this.#opened?.take(span)
    else if (this.#waiting.length < mostWaiting) this.#waiting.push(span)
  }

  /** Sends what there is, and closes. */
  async close(): Promise<void> {
    await this.#opening
    await this.#opened?.close()
  }
}
