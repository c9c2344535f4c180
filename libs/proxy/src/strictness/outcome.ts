import { type Answer, type Answers, readAnswers, valuesOf } from './answers.ts'
import type { Row, Seen } from './rule.ts'

/** A good request that is sent behind a row: it must be read where the row leaves the connection open, and nowhere else. */
export const probe = 'GET /probe HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n'

const probeSeen: Seen = {
  method: 'GET',
  target: '/probe',
  host: 'probe',
  version: '1.1',
  fields: ['Connection: close'],
  body: '',
  trailers: []
}

/** What came of some bytes, as far as their sender and the handler behind the server can tell. */
export interface Outcome {
  readonly sees: readonly Seen[]
  /** Statuses of the final answers, in order. */
  readonly answers: readonly number[]
  /** The rule that the last answer names, when it is a refusal. */
  readonly fault: string | undefined
  /** The last answer says that it is the last. */
  readonly last: boolean
}

/** What must come of a row. `probed`: `probe` was sent behind it. */
export function expected(row: Row, probed: boolean): Outcome {
  const served = row.sees.map(() => 200)
  switch (row.ends) {
    case 'open':
      return probed
        ? { sees: [...row.sees, probeSeen], answers: [...served, 200], fault: undefined, last: true }
        : { sees: row.sees, answers: served, fault: undefined, last: false }
    case 'closed':
      return { sees: row.sees, answers: served, fault: undefined, last: true }
    case 'waits':
    case 'http2':
      return { sees: row.sees, answers: served, fault: undefined, last: false }
    default:
      return { sees: row.sees, answers: [...served, row.ends === 'unknown-expectation' ? 417 : 400], fault: row.ends, last: true }
  }
}

/** What did come: the requests that were seen, and the text that the server wrote before it ended the connection. */
export function outcomeOf(sees: readonly Seen[], text: string): Outcome {
  const { whole, broken, rest } = answersTo(sees, text)
  if (broken !== undefined || rest !== '') throw new Error(`an answer that is not whole: ${JSON.stringify(broken ?? rest)}`)
  const last = whole.at(-1)
  return {
    sees,
    answers: whole.map(({ status }) => status),
    fault: last === undefined ? undefined : faultOf(last),
    last: last !== undefined && valuesOf(last.fields, 'connection').includes('close')
  }
}

/** Answers to the requests that were seen. */
export function answersTo(sees: readonly Seen[], text: string, ended = true): Answers {
  return readAnswers(
    text,
    sees.map(({ method }) => method),
    ended
  )
}

function faultOf({ status, body }: Answer): string | undefined {
  return status === 200 ? undefined : /^4\d\d [A-Z][A-Za-z ]+: ([a-z-]+)$/.exec(body)?.[1]
}
