import { accept, line, refuse, rule, type Rule, waits } from '../rule.ts'

const host = 'Host: h\r\n\r\n'

/** The request line. */
export const requestLine: readonly Rule[] = [
  rule('the request line has three parts, one space between them', 'RFC 9112 3', [
    accept(line('GET / HTTP/1.1'), 'as it should be'),
    refuse('bad-method', line(' GET / HTTP/1.1'), 'a space before the method'),
    refuse('bad-method', line('\tGET / HTTP/1.1'), 'a tab before the method'),
    refuse('bad-target', line('GET  / HTTP/1.1'), 'two spaces before the target'),
    refuse('bad-version', line('GET /  HTTP/1.1'), 'two spaces before the version'),
    refuse('bad-version', line('GET / HTTP/1.1 '), 'a space behind the version'),
    refuse('bad-method', line('GET\t/ HTTP/1.1'), 'a tab for the first space'),
    refuse('bad-target', line('GET /\tHTTP/1.1'), 'a tab for the second space'),
    refuse('bad-method', line('GET\x0b/ HTTP/1.1'), 'a vertical tab for the first space'),
    refuse('bad-target', line('GET /\x0cHTTP/1.1'), 'a form feed for the second space'),
    refuse('bad-target', line('GET /\xa0HTTP/1.1'), 'a no-break space for the second space'),
    refuse('bad-version', line('GET /a b HTTP/1.1'), 'a space in the target'),
    refuse('bad-version', line('GET / x HTTP/1.1'), 'four parts'),
    refuse('bad-method', line('GET/ HTTP/1.1'), 'no space behind the method'),
    refuse('bad-version', line('GET /HTTP/1.1'), 'no space behind the target'),
    refuse('bad-method', `GET\r\n${host}`, 'a method alone'),
    refuse('bad-version', `GET \r\n${host}`, 'a method and a space')
  ]),
  rule('a line without a version is HTTP/0.9, which nobody speaks', 'RFC 9112 3, 2.3', [
    refuse('bad-version', 'GET /\r\n', 'HTTP/0.9'),
    refuse('bare-lf', 'GET /\n', 'HTTP/0.9 with a bare LF'),
    refuse('bad-version', 'GET /\r\n\r\n', 'HTTP/0.9 and an empty line'),
    refuse('bad-version', `GET /\r\n${host}`, 'HTTP/0.9 and fields'),
    refuse('bad-version', 'GET / \r\n', 'HTTP/0.9 with a space at its end'),
    refuse('bad-version', 'GET http://h/\r\n', 'HTTP/0.9 to a proxy'),
    refuse('bad-version', line('GET / HTTP/0.9'), 'HTTP/0.9 in writing')
  ]),
  rule('nothing stands before the request line', 'RFC 9112 2.2: Go refuses the empty lines that a server should ignore, so do we', [
    refuse('bad-method', `\r\n${line('GET / HTTP/1.1')}`, 'an empty line'),
    refuse('bad-method', `\r\n\r\n${line('GET / HTTP/1.1')}`, 'two empty lines'),
    refuse('bare-lf', `\n${line('GET / HTTP/1.1')}`, 'a bare LF'),
    refuse('bad-method', `\r${line('GET / HTTP/1.1')}`, 'a bare CR'),
    refuse('bad-method', `\x00${line('GET / HTTP/1.1')}`, 'NUL'),
    refuse('bad-method', `\xef\xbb\xbf${line('GET / HTTP/1.1')}`, 'a byte order mark'),
    refuse('bad-method', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'the hello of a TLS client'),
    refuse('bad-method', '\x80\x2e\x01\x00\x02', 'the hello of an SSL 2 client'),
    refuse('bad-version', `PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n${line('GET / HTTP/1.1')}`, "HAProxy's header in text"),
    refuse('bad-method', '\r\n\r\n\x00\r\nQUIT\n!\x11\x00\x0c', "HAProxy's header in binary")
  ]),
  rule('lines end in CR LF', 'RFC 9112 2.2', [
    refuse('bare-lf', 'GET / HTTP/1.1\nHost: h\n\n', 'bare LFs everywhere'),
    refuse('bare-lf', 'GET / HTTP/1.1\nHost: h\r\n\r\n', 'a bare LF behind the version'),
    refuse('bare-lf', 'GET\n/ HTTP/1.1\r\nHost: h\r\n\r\n', 'a bare LF in the method'),
    refuse('bare-lf', 'GET /\nHTTP/1.1\r\nHost: h\r\n\r\n', 'a bare LF in the target'),
    refuse('bare-cr', 'GET / HTTP/1.1\rHost: h\r\n\r\n', 'a bare CR behind the version'),
    refuse('bare-cr', 'GET / HTTP/1.1\r\rHost: h\r\n\r\n', 'two CRs behind the version'),
    refuse('bare-cr', 'GET / HTTP/1.1\r\r\nHost: h\r\n\r\n', 'CR CR LF behind the version'),
    refuse('bare-lf', 'GET / HTTP/1.1\n\rHost: h\r\n\r\n', 'LF CR behind the version'),
    refuse('bare-cr', 'GET / HTTP/1.1\r Host: h\r\n\r\n', 'CR and a space behind the version'),
    waits('GET / HTTP/1.1\r', 'a CR that may become a line end')
  ])
]
