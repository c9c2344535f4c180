import type { HeaderList } from '@knative-ts/proxy'

/** What came back of one POST. */
export interface Answer {
  /** Undefined: no answer at all, and `problem` says why. */
  readonly status: number | undefined
  readonly problem: string
  /** The whole body of what may be an event; of anything else its beginning. */
  readonly body: Uint8Array
  /** Of an answer that may be an event, or that asks to wait. */
  readonly headers: HeaderList | undefined
}

export const isSuccess = ({ status }: Answer): boolean => status !== undefined && status >= 200 && status < 300

/** An answer for what never was sent, or got none. */
export const noAnswer = (problem: string): Answer => ({ status: undefined, problem, body: empty, headers: undefined })

const empty = new Uint8Array(0)
