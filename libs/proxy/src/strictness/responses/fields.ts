import { ok, refuseResponse as refuse, relay, type ResponseRule, responseRule as rule } from '../response-rule.ts'

const empty = 'Content-Length: 0\r\n'
const of = (field: string): string => ok(`${empty}${field}`)

/** As the pool's default has them. */
const headBytes = 64 * 1024
const headerCount = 512

/** Fields of a response. */
export const responseFields: readonly ResponseRule[] = [
  rule('fields of a response have the grammar of those of a request', 'RFC 9112 5', [
    relay(of('A: b\r\na: c\r\n'), 'repeated fields stay apart', { fields: ['A: b', 'a: c'] }),
    relay(of('A:\r\n'), 'an empty value', { fields: ['A: '] }),
    relay(of('A: \t b\xe9 \r\n'), 'white space around a value', { fields: ['A: b\xe9'] }),
    refuse(of('A : b\r\n'), 'a space before the colon'),
    refuse(of('A\t: b\r\n'), 'a tab before the colon'),
    refuse(of('Nonsense\r\n'), 'no colon'),
    refuse(of(': b\r\n'), 'no name'),
    refuse(of('A(: b\r\n'), 'a name that is no token'),
    refuse(of('\xe9: b\r\n'), 'obs-text in a name'),
    refuse(of('A: b\x00\r\n'), 'NUL in a value'),
    refuse(of('A: b\x01\r\n'), 'a control byte in a value'),
    refuse(of('A: b\x7f\r\n'), 'DEL in a value'),
    refuse(of('A: b\r\n c\r\n'), 'a folded value: what a proxy may not pass on'),
    refuse(of('A: b\nC: d\r\n'), 'a bare LF'),
    refuse(of('A: b\rC: d\r\n'), 'a bare CR'),
    refuse(of('A: b\r\r\n'), 'CR CR LF'),
    refuse(`HTTP/1.1 200 OK\r\n${empty}\n`, 'a bare LF for the empty line'),
    refuse(of('Set-Cookie: a=b\r\n\tHTTP/1.1 200 OK\r\n'), 'a response within a fold')
  ]),
  rule('a head has at most 64 KiB and 512 fields', 'RFC 9110 5.4', [
    relay(of(`A: ${'b'.repeat(headBytes - of('A: \r\n').length)}\r\n`), 'as long as may be', {
      fields: [`A: ${'b'.repeat(headBytes - of('A: \r\n').length)}`]
    }),
    refuse(of(`A: ${'b'.repeat(headBytes - of('A: \r\n').length + 1)}\r\n`), 'too long by one'),
    refuse(`HTTP/1.1 200 ${'O'.repeat(70_000)}`, 'a reason that does not end'),
    refuse(ok(`A: ${'b'.repeat(70_000)}`).slice(0, -2), 'a value that does not end'),
    refuse(ok('A'.repeat(70_000)).slice(0, -2), 'a name that does not end'),
    relay(of('A:\r\n'.repeat(headerCount - 1)), 'as many as may be', { fields: Array.from({ length: headerCount - 1 }, () => 'A: ') }),
    refuse(of('A:\r\n'.repeat(headerCount)), 'one too many')
  ]),
  rule('what belongs to the connection of the upstream stays there', 'RFC 9110 7.6.1', [
    relay(of('Connection: close\r\n'), 'close', { kept: false }),
    relay(of('Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n'), 'keep-alive'),
    relay(of('Connection: x-a\r\nX-A: b\r\nX-B: c\r\n'), 'a field that is nominated', { fields: ['X-B: c'] }),
    relay(of('Proxy-Connection: close\r\nUpgrade: websocket\r\nTE: x\r\n'), 'fields that always do'),
    relay(of('Trailer: A\r\n'), 'the announcement of trailers that a length leaves no room for'),
    refuse(ok('Connection: content-length\r\nContent-Length: 2\r\n', 'ab'), 'the length is nominated'),
    refuse(ok('Connection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 'the coding is nominated'),
    refuse(of('Connection: a, Content-Length\r\n'), 'the length is nominated among others')
  ])
]
