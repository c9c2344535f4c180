import { setTimeout as pause } from 'node:timers/promises'
import { type CloudEvent, delayBefore, isRetriable, type RetryRule, writeBinary } from '@knative-ts/eventing'
import { Posting } from './posting.ts'

/** Where events go to. */
export interface Sink {
  readonly url: string
  /** Certificates (PEM) that are trusted beside the system's. */
  readonly caCerts?: string
}

/** What {@link Sender.send} is told beside the event. */
export interface SendOptions {
  /** Namespace of the source: header Kn-Namespace, as adapters of upstream send it. */
  readonly namespace?: string | undefined
  /** Ends the attempts. */
  readonly signal?: AbortSignal | undefined
}

/** An event that no attempt has brought to its sink: the last status, and words for people. */
export class SendFailed extends Error {
  override readonly name = 'SendFailed'
  /** Undefined: there was no answer. */
  readonly status: number | undefined

  constructor(message: string, status: number | undefined) {
    super(message)
    this.status = status
  }
}

/** What adapters of upstream try: five times more, after 50 ms and twice as long each time. */
const rule: RetryRule = { retries: 5, policy: 'exponential', delayMs: 50, timeoutMs: undefined, retryAfterMaxMs: undefined }

/** Sends events to sinks in binary mode, with retries. */
export class Sender {
  readonly #posting: Posting

  /** `timeoutMs`: of one attempt. */
  constructor({ timeoutMs }: { readonly timeoutMs: number }) {
    this.#posting = new Posting(timeoutMs)
  }

  /** Resolves with the status when the sink has taken the event; rejects with {@link SendFailed} when it has not after all attempts, or `signal` aborts. */
  async send(event: CloudEvent, sink: Sink, { namespace, signal }: SendOptions = {}): Promise<number> {
    const { headers, body } = writeBinary(event)
    if (namespace !== undefined) headers.push(['kn-namespace', namespace])
    for (let retry = 0; ; retry++) {
      const outcome = await this.#posting.post(sink, headers, body, signal)
      if (outcome.status !== undefined && outcome.status >= 200 && outcome.status < 300) return outcome.status
      const words = outcome.status === undefined ? outcome.problem : `the answer was ${outcome.status}`
      if (signal?.aborted === true || retry >= rule.retries || !isRetriable(outcome.status)) {
        throw new SendFailed(`${sink.url} did not take the event after ${retry + 1} attempts: ${words}`, outcome.status)
      }
      await pause(delayBefore(rule, retry), undefined, signal === undefined ? {} : { signal }).catch(() => {
        throw new SendFailed(`${sink.url} has not taken the event, and there is no more time: ${words}`, outcome.status)
      })
    }
  }

  /** Closes idle connections. */
  close(): void {
    this.#posting.close()
  }
}
