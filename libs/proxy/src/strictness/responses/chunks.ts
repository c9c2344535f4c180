import {
  breakOff,
  ok,
  okChunked as chunked,
  refuseResponse as refuse,
  relay,
  type ResponseRule,
  responseRule as rule
} from '../response-rule.ts'

const coding = (value: string): string => ok(`Transfer-Encoding: ${value}\r\n`, '1\r\na\r\n0\r\n\r\n')
const http10 = 'GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n'

/** Chunks and trailers of a response. */
export const responseChunks: readonly ResponseRule[] = [
  rule('the only transfer coding of a response is chunked, said once', 'RFC 9112 6.1', [
    relay(coding('chunked'), 'chunked', { body: 'a' }),
    relay(coding('CHUNKED'), 'in capitals', { body: 'a' }),
    refuse(coding('gzip, chunked'), 'gzip before chunked'),
    refuse(coding('gzip'), 'gzip'),
    refuse(coding('chunked, gzip'), 'gzip behind chunked'),
    refuse(coding('identity'), 'identity'),
    refuse(coding('chunked, chunked'), 'twice in a list'),
    refuse(ok('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 'twice'),
    refuse(coding(''), 'nothing'),
    refuse(coding('xchunked'), 'nearly'),
    refuse(coding('chunked;q=1'), 'a parameter'),
    refuse('HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 'in HTTP/1.0')
  ]),
  rule('chunks of a response are well formed, or it is broken off', 'RFC 9112 7.1', [
    relay(chunked('0\r\n\r\n'), 'none'),
    relay(chunked('3;a=b\r\nabc\r\n1;c="d"\r\nd\r\n00\r\n\r\n'), 'some, with extensions, which are dropped', { body: 'abcd' }),
    relay(chunked('5\r\n0\r\n\r\n\r\n0\r\n\r\n'), 'data that look like a last chunk', { body: '0\r\n\r\n' }),
    relay(chunked('1\r\na\r\n0\r\n\r\n'), 'to a client that knows none', { body: 'a', request: http10 }),
    breakOff(chunked('x\r\n'), 'a size that is none'),
    breakOff(chunked('0x1\r\na\r\n0\r\n\r\n'), 'the prefix of C'),
    breakOff(chunked('1 \r\na\r\n0\r\n\r\n'), 'a space behind the size'),
    breakOff(chunked('-1\r\na\r\n0\r\n\r\n'), 'a sign'),
    breakOff(chunked('\r\n'), 'no size'),
    breakOff(chunked('10000000000000001\r\na\r\n0\r\n\r\n'), 'a size that wraps around'),
    breakOff(chunked('1\na\r\n0\r\n\r\n'), 'a bare LF behind the size'),
    breakOff(chunked('1\ra\r\n0\r\n\r\n'), 'a bare CR behind the size'),
    breakOff(chunked('1;\r\na\r\n0\r\n\r\n'), 'an extension without a name'),
    breakOff(chunked('1;a\nb\r\na\r\n0\r\n\r\n'), 'a bare LF in an extension'),
    breakOff(chunked(`1;${'b'.repeat(5000)}`), 'an extension that does not end'),
    breakOff(chunked('1\r\nab\r\n0\r\n\r\n'), 'data longer than their size', { body: 'a' }),
    breakOff(chunked('1\r\na\n0\r\n\r\n'), 'a bare LF behind the data', { body: 'a' }),
    breakOff(chunked('1\r\naXX0\r\n\r\n'), 'no line end behind the data', { body: 'a' })
  ]),
  rule('chunks that end early are broken off', 'RFC 9112 8', [
    breakOff(chunked(''), 'before the first', { hangsUp: true }),
    breakOff(chunked('5\r\nabc'), 'in one', { hangsUp: true, body: 'abc' }),
    breakOff(chunked('3\r\nabc\r\n'), 'before the last', { hangsUp: true, body: 'abc' }),
    breakOff(chunked('3\r\nabc\r\n0\r\n'), 'in the last', { hangsUp: true, body: 'abc' }),
    breakOff(chunked('3\r\nabc\r\n0\r\nA: b\r\n'), 'in the trailers', { hangsUp: true, body: 'abc' })
  ]),
  rule('trailers of a response frame nothing', 'RFC 9110 6.5', [
    relay(chunked('1\r\na\r\n0\r\nA: b\r\nc:\r\n\r\n'), 'trailers', { body: 'a', trailers: ['A: b', 'c: '] }),
    relay(ok('Trailer: A\r\nTransfer-Encoding: chunked\r\n', '0\r\nA: b\r\n\r\n'), 'announced', {
      fields: ['Trailer: A'],
      trailers: ['A: b']
    }),
    refuse(ok('Trailer: a, Content-Length\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 'a length is announced'),
    relay(chunked('1\r\na\r\n0\r\nA: b\r\n\r\n'), 'to a client that knows no chunks', { body: 'a', request: http10 }),
    breakOff(chunked('1\r\na\r\n0\r\nContent-Length: 5\r\n\r\n'), 'a length', { body: 'a' }),
    breakOff(chunked('1\r\na\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n'), 'a coding', { body: 'a' }),
    breakOff(chunked('1\r\na\r\n0\r\nConnection: close\r\n\r\n'), 'a connection option', { body: 'a' }),
    breakOff(chunked('1\r\na\r\n0\r\nA : b\r\n\r\n'), 'a space before the colon', { body: 'a' }),
    breakOff(chunked('1\r\na\r\n0\r\nA: b\r\n c\r\n\r\n'), 'folded', { body: 'a' }),
    breakOff(chunked('1\r\na\r\n0\r\nA: b\x00\r\n\r\n'), 'NUL', { body: 'a' }),
    breakOff(chunked(`1\r\na\r\n0\r\nA: ${'b'.repeat(70_000)}`), 'too long', { body: 'a' }),
    breakOff(chunked(`1\r\na\r\n0\r\n${'A:\r\n'.repeat(600)}\r\n`), 'too many', { body: 'a' })
  ])
]
