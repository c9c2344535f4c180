import { METHODS } from 'node:http'
import type { Seen } from '../../libs/proxy/src/strictness/rule.ts'
import type { Judgement, OwnJudgement } from './judgement.ts'

/** Something in which we are more lenient than a judge, on purpose. The list only becomes shorter. */
export interface Exception {
  readonly judge: 'node' | 'go'
  readonly what: string
  readonly reason: string
  readonly section: string
  readonly covers: (message: string, own: OwnJudgement, judge: Judgement) => boolean
}

export const exceptions: readonly Exception[] = [
  {
    judge: 'node',
    what: 'methods that are not on its list',
    reason: 'the registry is open: applications and Go have methods of their own',
    section: 'RFC 9110 9.1, 16.1',
    covers: (_, own, judge) =>
      judge.why === 'HPE_INVALID_METHOD' && (disputed(own, judge) === undefined || !METHODS.includes(disputed(own, judge)?.method ?? ''))
  },
  {
    judge: 'node',
    what: 'a tab behind `chunked`',
    reason: 'white space around a value is no part of it, and Node takes the same tab behind a length; the coding is written anew upstream',
    section: 'RFC 9110 5.5',
    covers: (message, _, judge) =>
      judge.why === 'HPE_INVALID_TRANSFER_ENCODING' && /transfer-encoding:[ \t]*chunked *\t[ \t]*\r\n/i.test(message)
  },
  {
    judge: 'node',
    what: 'requests in the segment of one that asks to switch protocols',
    reason: 'a server that does not switch goes on with HTTP/1.1; Node drops what it has read',
    section: 'RFC 9110 7.8',
    covers: (_, own, judge) => own.sees.slice(0, judge.requests.length).some(asksToSwitch)
  },
  {
    judge: 'node',
    what: '`Proxy-Connection: close`',
    reason: 'it is no field of HTTP: a recipient ignores it, and it is not passed on; Node closes',
    section: 'RFC 9112 C.2.2',
    covers: (_, own, judge) =>
      judge.why === 'HPE_CLOSED_CONNECTION' &&
      fieldsOf(own.sees[judge.requests.length - 1]).some((field) => /^proxy-connection: /i.test(field))
  },
  {
    judge: 'node',
    what: 'trailers that are not whole yet',
    reason: 'they are judged together, and nothing of them has gone anywhere before',
    section: 'RFC 9110 6.5.1',
    covers: (_, own, judge) =>
      own.inBody && disputed(own, judge) === undefined && /^HPE_(?:INVALID_CONTENT_LENGTH|INVALID_TRANSFER_ENCODING)$/.test(judge.why)
  },
  {
    judge: 'node',
    what: 'requests in the segment of `PRI` without a version',
    reason: 'what precedes it is whole and unambiguous, and it is refused itself; Node drops all that it has read without a word',
    section: 'RFC 9112 9.3.2, RFC 9113 3.4',
    covers: (message, own, judge) => own.refused && judge.why === '' && /PRI [^\r\n]*[\r\n]/.test(message)
  },
  {
    judge: 'go',
    what: 'trailers of more than 4 KiB',
    reason: 'a bound of its read buffer, not of the grammar; ours is the bound of a head',
    section: 'RFC 9110 5.4',
    covers: (message, _, judge) => judge.why === 'http: suspiciously long trailer after chunked body' && message.length > 4096
  },
  {
    judge: 'go',
    what: '`Connection: keep-alive` of HTTP/1.0 in a second field',
    reason: 'fields of one name are one list; Go looks at the first and closes',
    section: 'RFC 9110 5.3, RFC 9112 9.3',
    covers: (_, own, judge) => {
      const last = own.sees[judge.requests.length - 1]
      return !judge.refused && last?.version === '1.0' && fieldsOf(last).filter((field) => /^connection: /i.test(field)).length > 1
    }
  }
]

/** The request that the judge does not have. */
function disputed(own: OwnJudgement, judge: Judgement): Seen | undefined {
  return own.sees[judge.requests.length]
}

function fieldsOf(seen: Seen | undefined): readonly string[] {
  return seen?.fields ?? []
}

function asksToSwitch({ fields }: Seen): boolean {
  const has = (pattern: RegExp): boolean => fields.some((field) => pattern.test(field))
  return has(/^upgrade: /i) && has(/^connection: .*\bupgrade\b/i)
}
