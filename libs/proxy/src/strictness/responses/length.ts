import { breakOff, ok, refuseResponse as refuse, relay, type ResponseRule, responseRule as rule } from '../response-rule.ts'

const of = (value: string, body = 'abc'): string => ok(`Content-Length: ${value}\r\n`, body)
const http10 = 'GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n'
const smuggled = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil'

/** Where a response ends. */
export const responseLength: readonly ResponseRule[] = [
  rule('a response has one length, of decimal digits', 'RFC 9112 6.3, RFC 9110 8.6', [
    relay(of('3'), 'three', { body: 'abc' }),
    relay(of('003'), 'leading zeros', { body: 'abc' }),
    refuse(ok('Content-Length: 3\r\nContent-Length: 4\r\n', 'abcd'), 'two'),
    refuse(ok('Content-Length: 3\r\ncontent-length: 3\r\n', 'abc'), 'two that are equal'),
    refuse(ok('Content-Length:\r\nContent-Length: 3\r\n', 'abc'), 'an empty one first'),
    refuse(of('3, 3'), 'a list'),
    refuse(of(''), 'empty'),
    refuse(of('-1'), 'a minus sign'),
    refuse(of('+3'), 'a plus sign'),
    refuse(of('0x3'), 'hexadecimal'),
    refuse(of('3 3'), 'a space'),
    refuse(of('3;'), 'a semicolon'),
    refuse(of('9999999999999999'), '16 digits'),
    refuse(of('18446744073709551619'), '2^64 and three')
  ]),
  rule('a response has a length or chunks, not both', 'RFC 9112 6.3', [
    refuse(ok('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 'the length first'),
    refuse(ok('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', '0\r\n\r\n'), 'the coding first'),
    refuse(ok('Transfer-Encoding: chunked\r\nContent-Length: 0\r\n', '0\r\n\r\n'), 'a length of nothing'),
    refuse(ok('Transfer-Encoding: identity\r\nContent-Length: 3\r\n', 'abc'), 'a length and identity')
  ]),
  rule('a body that is shorter than its length is broken off', 'RFC 9112 8', [
    breakOff(of('4'), 'one byte is missing', { hangsUp: true, body: 'abc' }),
    breakOff(of('1', ''), 'all of it is missing', { hangsUp: true }),
    breakOff(of('999999999999999'), 'nearly all of it is missing', { hangsUp: true, body: 'abc' })
  ]),
  rule('what follows a response is not the next one', 'RFC 9112 9.3: nobody had asked for it', [
    relay(of('3', 'abcd'), 'a byte more than the length', { body: 'abc', kept: false }),
    relay(of('3', `abc${smuggled}`), 'a whole response', { body: 'abc', kept: false }),
    relay(of('0', smuggled), 'a whole response behind an empty one', { kept: false }),
    relay(of('3', 'abc\r\n'), 'an empty line', { body: 'abc', kept: false }),
    relay(ok('Transfer-Encoding: chunked\r\n', `0\r\n\r\n${smuggled}`), 'a whole response behind chunks', { kept: false }),
    relay(`HTTP/1.1 204 No Content\r\n\r\n${smuggled}`, 'a whole response behind 204', { status: 204, kept: false }),
    relay(of('4', smuggled), 'a whole response behind HEAD', { method: 'HEAD', kept: false })
  ]),
  rule('a response without a frame ends with its connection', 'RFC 9112 6.3', [
    relay(ok('', 'abc'), 'a body', { hangsUp: true, body: 'abc' }),
    relay(ok(''), 'no body', { hangsUp: true }),
    relay('HTTP/1.0 200 OK\r\n\r\nabc', 'as HTTP/1.0 has it', { hangsUp: true, body: 'abc' }),
    relay(ok('Connection: keep-alive\r\n', 'abc'), 'whatever it says', { hangsUp: true, body: 'abc' }),
    relay(ok('', smuggled), 'what looks like a response is its body', { hangsUp: true, body: smuggled }),
    relay(ok('', 'abc'), 'to a client that knows no chunks', { hangsUp: true, body: 'abc', request: http10 })
  ]),
  rule('HEAD, 204 and 304 have no body, whatever they say of one', 'RFC 9112 6.3', [
    relay(of('3', ''), 'HEAD with a length', { method: 'HEAD' }),
    relay(ok('Transfer-Encoding: chunked\r\n'), 'HEAD with chunks', { method: 'HEAD' }),
    relay(ok(''), 'HEAD without a frame', { method: 'HEAD' }),
    relay('HTTP/1.1 204 No Content\r\n\r\n', '204', { status: 204 }),
    relay('HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n', '204 with a length, which it may not have', { status: 204 }),
    relay('HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n', '204 with the length of something that may yet come', {
      status: 204,
      kept: false
    }),
    relay('HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n', '204 with chunks that may yet come', {
      status: 204,
      kept: false
    }),
    relay('HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', '204 and a last chunk', { status: 204, kept: false }),
    relay('HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n', '304 with the length that 200 would have', { status: 304 }),
    relay('HTTP/1.1 304 Not Modified\r\n\r\n', '304', { status: 304 }),
    refuse(ok('Content-Length: 1\r\nContent-Length: 2\r\n'), 'two lengths are two lengths', { method: 'HEAD' }),
    refuse('HTTP/1.1 304 Not Modified\r\nContent-Length: x\r\n\r\n', 'a bad length is a bad length')
  ])
]
