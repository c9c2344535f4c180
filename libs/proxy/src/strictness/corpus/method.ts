import { accept, line, refuse, rule, type Rule } from '../rule.ts'

const closed = ['Connection: close']
const closing = (text: string): string => `${text}\r\nHost: h\r\nConnection: close\r\n\r\n`

/** Methods. */
export const method: readonly Rule[] = [
  rule('a method is a token', 'RFC 9110 9.1, 5.6.2', [
    refuse('bad-method', line('GE(T / HTTP/1.1'), 'a parenthesis'),
    refuse('bad-method', line('GET, / HTTP/1.1'), 'a comma'),
    refuse('bad-method', line('GET: / HTTP/1.1'), 'a colon'),
    refuse('bad-method', line('"GET" / HTTP/1.1'), 'quotes'),
    refuse('bad-method', line('GE\x00T / HTTP/1.1'), 'NUL'),
    refuse('bad-method', line('GE\x7fT / HTTP/1.1'), 'DEL'),
    refuse('bad-method', line('G\xc9T / HTTP/1.1'), 'obs-text'),
    refuse('bad-method', line('GE/T / HTTP/1.1'), 'a slash'),
    refuse('bad-method', line('GE=T / HTTP/1.1'), 'an equals sign'),
    refuse('bad-method', line('{} / HTTP/1.1'), 'braces'),
    refuse('bad-method', line('GE\\T / HTTP/1.1'), 'a backslash'),
    refuse('bad-method', line('GE\rT / HTTP/1.1'), 'a bare CR'),
    accept(line("!#$%&'*+-.^_`|~09azAZ / HTTP/1.1"), 'every kind of token character', { method: "!#$%&'*+-.^_`|~09azAZ" })
  ]),
  rule('methods are case-sensitive, and those that nobody has registered are passed on', 'RFC 9110 9.1, 16.1', [
    accept(line('get / HTTP/1.1'), 'lower case is another method', { method: 'get' }),
    accept(line('PURGE / HTTP/1.1'), 'a method of caches', { method: 'PURGE' }),
    accept(line('PATCH / HTTP/1.1'), 'a registered one', { method: 'PATCH' }),
    accept(line('M-SEARCH / HTTP/1.1'), 'one with a hyphen', { method: 'M-SEARCH' }),
    accept(line('GETX / HTTP/1.1'), 'one that begins like another', { method: 'GETX' }),
    accept(line('X / HTTP/1.1'), 'one letter', { method: 'X' })
  ]),
  rule('a method has at most 32 characters', 'RFC 9112 3: a server may refuse what is longer than any it implements', [
    accept(line(`${'A'.repeat(32)} / HTTP/1.1`), 'as long as may be', { method: 'A'.repeat(32) }),
    refuse('bad-method', line(`${'A'.repeat(33)} / HTTP/1.1`), 'too long by one'),
    refuse('bad-method', 'A'.repeat(33), 'too long before it ends'),
    refuse('bad-method', 'A'.repeat(70_000), 'a flood')
  ]),
  rule('CONNECT is refused: these proxies open no tunnels to anywhere', 'RFC 9110 9.3.6', [
    refuse('bad-method', 'CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n', 'authority form'),
    refuse('bad-method', line('CONNECT / HTTP/1.1'), 'origin form'),
    refuse('bad-method', line('CONNECT http://h/ HTTP/1.1'), 'absolute form'),
    refuse('bad-method', 'CONNECT h:80 HTTP/1.0\r\n\r\n', 'HTTP/1.0'),
    refuse('bad-method', 'CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\nContent-Length: 5\r\n\r\nhello', 'a body that would be tunnelled')
  ]),
  rule('PRI belongs to HTTP/2', 'RFC 9113 11.6', [
    refuse('bad-method', line('PRI / HTTP/1.1'), 'as a method of HTTP/1.1'),
    refuse('bad-method', 'PRI / HTTP/1.0\r\n\r\n', 'as a method of HTTP/1.0'),
    accept(line('PRIX / HTTP/1.1'), 'a method that begins with it', { method: 'PRIX' }),
    accept(line('PR / HTTP/1.1'), 'a method that it begins with', { method: 'PR' })
  ]),
  rule('what a method means does not frame its message', 'RFC 9112 6', [
    accept('GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc', 'GET with a body', { fields: ['Content-Length: 3'], body: 'abc' }),
    accept('HEAD / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc', 'HEAD with a body', {
      method: 'HEAD',
      fields: ['Content-Length: 3'],
      body: 'abc'
    }),
    accept('DELETE / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n', 'DELETE with chunks', {
      method: 'DELETE',
      fields: ['Transfer-Encoding: chunked'],
      body: 'a'
    }),
    accept('TRACE / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\na', 'TRACE with a body', {
      method: 'TRACE',
      fields: ['Content-Length: 1'],
      body: 'a'
    }),
    accept(line('POST / HTTP/1.1'), 'POST without a length has no body', { method: 'POST' }),
    accept(line('PUT / HTTP/1.1'), 'PUT without a length has no body', { method: 'PUT' }),
    accept(line('HEAD / HTTP/1.1'), 'HEAD', { method: 'HEAD' }),
    accept(closing('HEAD / HTTP/1.1'), 'the last HEAD', { method: 'HEAD', fields: closed }, 'closed')
  ])
]
