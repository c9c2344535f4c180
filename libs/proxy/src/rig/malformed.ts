import type { FaultCode } from '../http1/fault.ts'

/** What the server must say to some bytes: the fault that it refuses them for, or `accepted`. */
export interface Verdict {
  readonly why: string
  readonly bytes: string
  readonly verdict: FaultCode | 'accepted'
}

const get = (fields: string): string => `GET / HTTP/1.1\r\nHost: h\r\n${fields}\r\n`
const post = (fields: string, body = ''): string => `POST / HTTP/1.1\r\nHost: h\r\n${fields}\r\n${body}`
const chunked = (body: string): string => post('Transfer-Encoding: chunked\r\n', body)

/** Malformed and edge-case messages. Rows of one rule stand together. */
export const verdicts: readonly Verdict[] = [
  // request line (RFC 9112 3)
  { why: 'HTTP/0.9', bytes: 'GET /\r\n', verdict: 'bad-version' },
  { why: 'no method', bytes: ' / HTTP/1.1\r\nHost: h\r\n\r\n', verdict: 'bad-method' },
  { why: 'method with a separator', bytes: 'GE(T / HTTP/1.1\r\nHost: h\r\n\r\n', verdict: 'bad-method' },
  { why: 'method of 33 bytes', bytes: `${'A'.repeat(33)} / HTTP/1.1\r\nHost: h\r\n\r\n`, verdict: 'bad-method' },
  { why: 'CONNECT', bytes: 'CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n', verdict: 'bad-method' },
  { why: 'empty line before the request', bytes: '\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n', verdict: 'bad-method' },
  { why: 'TLS client hello', bytes: '\x16\x03\x01\x02\x00', verdict: 'bad-method' },
  { why: 'two spaces before the target', bytes: 'GET  / HTTP/1.1\r\nHost: h\r\n\r\n', verdict: 'bad-target' },
  { why: 'two spaces after the target', bytes: 'GET /  HTTP/1.1\r\nHost: h\r\n\r\n', verdict: 'bad-version' },
  { why: 'tab after the target', bytes: 'GET /\tHTTP/1.1\r\nHost: h\r\n\r\n', verdict: 'bad-target' },
  { why: 'space in the target', bytes: 'GET /a b HTTP/1.1\r\nHost: h\r\n\r\n', verdict: 'bad-version' },
  { why: 'NUL in the target', bytes: 'GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n', verdict: 'bad-target' },
  { why: 'obs-text in the target', bytes: 'GET /\xe9 HTTP/1.1\r\nHost: h\r\n\r\n', verdict: 'bad-target' },
  { why: 'fragment in the target', bytes: 'GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n', verdict: 'bad-target' },
  { why: 'relative target', bytes: 'GET a HTTP/1.1\r\nHost: h\r\n\r\n', verdict: 'bad-target' },
  { why: 'asterisk with GET', bytes: 'GET * HTTP/1.1\r\nHost: h\r\n\r\n', verdict: 'bad-target' },
  { why: 'asterisk with OPTIONS', bytes: 'OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n', verdict: 'accepted' },
  { why: 'absolute form of another scheme', bytes: 'GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n', verdict: 'bad-target' },
  { why: 'absolute form of another host', bytes: 'GET http://x/ HTTP/1.1\r\nHost: h\r\n\r\n', verdict: 'host-mismatch' },
  { why: 'absolute form with user information', bytes: 'GET http://h@x/ HTTP/1.1\r\nHost: h\r\n\r\n', verdict: 'host-mismatch' },
  { why: 'absolute form without authority', bytes: 'GET http:///a HTTP/1.1\r\nHost: h\r\n\r\n', verdict: 'host-mismatch' },
  { why: 'absolute form of the same host', bytes: 'GET http://H/a?b HTTP/1.1\r\nHost: h\r\n\r\n', verdict: 'accepted' },
  { why: 'lower-case protocol', bytes: 'GET / http/1.1\r\nHost: h\r\n\r\n', verdict: 'bad-version' },
  { why: 'HTTP/1.2', bytes: 'GET / HTTP/1.2\r\nHost: h\r\n\r\n', verdict: 'bad-version' },
  { why: 'HTTP/2.0 as text', bytes: 'GET / HTTP/2.0\r\nHost: h\r\n\r\n', verdict: 'bad-version' },
  { why: 'HTTP/1.10', bytes: 'GET / HTTP/1.10\r\nHost: h\r\n\r\n', verdict: 'bad-version' },
  { why: 'space after the version', bytes: 'GET / HTTP/1.1 \r\nHost: h\r\n\r\n', verdict: 'bad-version' },
  { why: 'bare LF after the request line', bytes: 'GET / HTTP/1.1\nHost: h\n\n', verdict: 'bare-lf' },
  { why: 'bare CR after the request line', bytes: 'GET / HTTP/1.1\rHost: h\r\n\r\n', verdict: 'bare-cr' },
  // fields (RFC 9112 5)
  { why: 'space before the colon', bytes: get('A : b\r\n'), verdict: 'space-before-colon' },
  { why: 'tab before the colon', bytes: get('A\t: b\r\n'), verdict: 'space-before-colon' },
  { why: 'no colon', bytes: get('Nonsense\r\n'), verdict: 'bad-name' },
  { why: 'empty name', bytes: get(': b\r\n'), verdict: 'bad-name' },
  { why: 'obs-text in a name', bytes: get('\xe9: b\r\n'), verdict: 'bad-name' },
  { why: 'brackets in a name', bytes: get('A[0]: b\r\n'), verdict: 'bad-name' },
  { why: 'folded with a space', bytes: get('A: b\r\n c\r\n'), verdict: 'folded' },
  { why: 'folded with a tab', bytes: get('A: b\r\n\tc\r\n'), verdict: 'folded' },
  { why: 'first field begins with a space', bytes: 'GET / HTTP/1.1\r\n Host: h\r\n\r\n', verdict: 'folded' },
  { why: 'bare LF ends a field', bytes: get('A: b\nC: d\r\n'), verdict: 'bare-lf' },
  { why: 'bare LF ends the head', bytes: 'GET / HTTP/1.1\r\nHost: h\r\n\n', verdict: 'bare-lf' },
  { why: 'bare CR in a value', bytes: get('A: b\rc\r\n'), verdict: 'bare-cr' },
  { why: 'CR CR LF', bytes: get('A: b\r\r\n'), verdict: 'bare-cr' },
  { why: 'NUL in a value', bytes: get('A: b\0c\r\n'), verdict: 'nul' },
  { why: 'control byte in a value', bytes: get('A: b\x01c\r\n'), verdict: 'bad-value' },
  { why: 'DEL in a value', bytes: get('A: b\x7f\r\n'), verdict: 'bad-value' },
  { why: 'NUL in a name', bytes: get('A\0: b\r\n'), verdict: 'bad-name' },
  { why: 'empty value', bytes: get('A:\r\n'), verdict: 'accepted' },
  { why: 'obs-text and tabs in a value', bytes: get('A: \t b\xe9\tc \t\r\n'), verdict: 'accepted' },
  { why: 'too many fields', bytes: get('A: b\r\n'.repeat(300)), verdict: 'too-many-headers' },
  { why: 'head over the limit in one value', bytes: get(`A: ${'b'.repeat(70_000)}\r\n`), verdict: 'head-too-large' },
  { why: 'head over the limit in the target', bytes: `GET /${'a'.repeat(70_000)} HTTP/1.1\r\nHost: h\r\n\r\n`, verdict: 'head-too-large' },
  // host (RFC 9112 3.2)
  { why: 'no Host', bytes: 'GET / HTTP/1.1\r\n\r\n', verdict: 'missing-host' },
  { why: 'no Host in HTTP/1.0', bytes: 'GET / HTTP/1.0\r\n\r\n', verdict: 'accepted' },
  { why: 'two Hosts', bytes: 'GET / HTTP/1.1\r\nHost: h\r\nHost: x\r\n\r\n', verdict: 'repeated-host' },
  { why: 'two equal Hosts', bytes: 'GET / HTTP/1.1\r\nHost: h\r\nhost: h\r\n\r\n', verdict: 'repeated-host' },
  { why: 'empty Host', bytes: 'GET / HTTP/1.1\r\nHost:\r\n\r\n', verdict: 'bad-host' },
  { why: 'Host list', bytes: 'GET / HTTP/1.1\r\nHost: a, b\r\n\r\n', verdict: 'bad-host' },
  { why: 'Host with a path', bytes: 'GET / HTTP/1.1\r\nHost: h/x\r\n\r\n', verdict: 'bad-host' },
  { why: 'Host with user information', bytes: 'GET / HTTP/1.1\r\nHost: u@h\r\n\r\n', verdict: 'bad-host' },
  { why: 'Host with a port over 65535', bytes: 'GET / HTTP/1.1\r\nHost: h:65536\r\n\r\n', verdict: 'bad-host' },
  { why: 'Host with an empty port', bytes: 'GET / HTTP/1.1\r\nHost: h:\r\n\r\n', verdict: 'bad-host' },
  { why: 'Host with a percent escape', bytes: 'GET / HTTP/1.1\r\nHost: h%00\r\n\r\n', verdict: 'bad-host' },
  { why: 'IPv6 Host with a port', bytes: 'GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n', verdict: 'accepted' },
  // framing (RFC 9112 6)
  { why: 'two lengths', bytes: post('Content-Length: 1\r\nContent-Length: 2\r\n', 'ab'), verdict: 'repeated-length' },
  { why: 'two equal lengths', bytes: post('Content-Length: 1\r\nContent-Length: 1\r\n', 'a'), verdict: 'repeated-length' },
  { why: 'length list', bytes: post('Content-Length: 1, 1\r\n', 'a'), verdict: 'bad-length' },
  { why: 'signed length', bytes: post('Content-Length: +1\r\n', 'a'), verdict: 'bad-length' },
  { why: 'negative length', bytes: post('Content-Length: -1\r\n', 'a'), verdict: 'bad-length' },
  { why: 'hexadecimal length', bytes: post('Content-Length: 0x1\r\n', 'a'), verdict: 'bad-length' },
  { why: 'empty length', bytes: post('Content-Length:\r\n'), verdict: 'bad-length' },
  { why: 'length with a space', bytes: post('Content-Length: 1 1\r\n', 'a'), verdict: 'bad-length' },
  { why: 'length of 16 digits', bytes: post('Content-Length: 1111111111111111\r\n'), verdict: 'bad-length' },
  {
    why: 'length and chunked',
    bytes: post('Content-Length: 1\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    verdict: 'length-and-chunked'
  },
  {
    why: 'chunked and length',
    bytes: post('Transfer-Encoding: chunked\r\nContent-Length: 1\r\n', '0\r\n\r\n'),
    verdict: 'length-and-chunked'
  },
  {
    why: 'chunked twice',
    bytes: post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    verdict: 'bad-transfer-encoding'
  },
  { why: 'gzip, chunked', bytes: post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'), verdict: 'bad-transfer-encoding' },
  { why: 'identity', bytes: post('Transfer-Encoding: identity\r\n'), verdict: 'bad-transfer-encoding' },
  { why: 'xchunked', bytes: post('Transfer-Encoding: xchunked\r\n'), verdict: 'bad-transfer-encoding' },
  { why: 'chunked with a vertical tab', bytes: post('Transfer-Encoding: \x0bchunked\r\n'), verdict: 'bad-value' },
  {
    why: 'chunked in HTTP/1.0',
    bytes: 'POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n',
    verdict: 'bad-transfer-encoding'
  },
  {
    why: 'length nominated in Connection',
    bytes: post('Connection: content-length\r\nContent-Length: 1\r\n', 'a'),
    verdict: 'bad-connection'
  },
  { why: 'Host nominated in Connection', bytes: get('Connection: close, Host\r\n'), verdict: 'bad-connection' },
  {
    why: 'upgrade with a body',
    bytes: post('Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n', 'a'),
    verdict: 'bad-upgrade'
  },
  { why: 'two upgrades', bytes: get('Connection: upgrade\r\nUpgrade: a\r\nUpgrade: b\r\n'), verdict: 'bad-upgrade' },
  { why: 'unknown expectation', bytes: post('Expect: 200-ok\r\nContent-Length: 1\r\n', 'a'), verdict: 'unknown-expectation' },
  // chunks (RFC 9112 7.1)
  { why: 'chunk size without digits', bytes: chunked('\r\n\r\n'), verdict: 'bad-chunk-size' },
  { why: 'chunk size with 0x', bytes: chunked('0x1\r\na\r\n0\r\n\r\n'), verdict: 'bad-chunk-size' },
  { why: 'signed chunk size', bytes: chunked('+1\r\na\r\n0\r\n\r\n'), verdict: 'bad-chunk-size' },
  { why: 'space before the chunk size', bytes: chunked(' 1\r\na\r\n0\r\n\r\n'), verdict: 'bad-chunk-size' },
  { why: 'space after the chunk size', bytes: chunked('1 \r\na\r\n0\r\n\r\n'), verdict: 'bad-chunk-size' },
  { why: 'chunk size of 13 digits', bytes: chunked('1000000000000\r\n'), verdict: 'bad-chunk-size' },
  { why: 'bare LF after the chunk size', bytes: chunked('1\na\r\n0\r\n\r\n'), verdict: 'bad-chunk-size' },
  { why: 'bare CR after the chunk size', bytes: chunked('1\ra\r\n0\r\n\r\n'), verdict: 'bare-cr' },
  { why: 'bare LF in a chunk extension', bytes: chunked('1;a\nb\r\na\r\n0\r\n\r\n'), verdict: 'bad-chunk-extension' },
  { why: 'endless chunk extension', bytes: chunked(`1;${'a'.repeat(5000)}`), verdict: 'bad-chunk-extension' },
  { why: 'chunk longer than its size', bytes: chunked('1\r\nab\r\n0\r\n\r\n'), verdict: 'bad-chunk-end' },
  { why: 'chunk ended by bare LF', bytes: chunked('1\r\na\n0\r\n\r\n'), verdict: 'bad-chunk-end' },
  { why: 'chunk ended by CR CR', bytes: chunked('1\r\na\r\r0\r\n\r\n'), verdict: 'bad-chunk-end' },
  { why: 'length among the trailers', bytes: chunked('0\r\nContent-Length: 5\r\n\r\n'), verdict: 'bad-trailer' },
  { why: 'Host among the trailers', bytes: chunked('0\r\nHost: x\r\n\r\n'), verdict: 'bad-trailer' },
  { why: 'folded trailer', bytes: chunked('0\r\nA: b\r\n c\r\n\r\n'), verdict: 'folded' },
  { why: 'trailers over the limit', bytes: chunked(`0\r\nA: ${'b'.repeat(70_000)}\r\n\r\n`), verdict: 'head-too-large' },
  { why: 'chunk extension, upper-case hex, trailers', bytes: chunked('A;x="y"\r\n0123456789\r\n00\r\nX: y\r\n\r\n'), verdict: 'accepted' }
]
