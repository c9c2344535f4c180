import { accept, refuse, rule, type Rule } from '../rule.ts'

const of = (host: string): string => `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`

/** The field Host. */
export const host: readonly Rule[] = [
  rule('HTTP/1.1 has exactly one Host', 'RFC 9112 3.2', [
    refuse('missing-host', 'GET / HTTP/1.1\r\n\r\n', 'none'),
    refuse('missing-host', 'GET / HTTP/1.1\r\nA: b\r\n\r\n', 'none among others'),
    refuse('missing-host', 'OPTIONS * HTTP/1.1\r\n\r\n', 'none with an asterisk'),
    refuse('repeated-host', 'GET / HTTP/1.1\r\nHost: h\r\nHost: x\r\n\r\n', 'two'),
    refuse('repeated-host', 'GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n', 'two that are equal'),
    refuse('repeated-host', 'GET / HTTP/1.1\r\nHost: h\r\nA: b\r\nhost: h\r\n\r\n', 'two in different case, apart'),
    refuse('repeated-host', 'GET / HTTP/1.1\r\nHost: h\r\nHost:\r\n\r\n', 'a second that is empty'),
    refuse('repeated-host', 'GET / HTTP/1.1\r\nHost:\r\nHost: h\r\n\r\n', 'a first that is empty'),
    accept('GET / HTTP/1.1\r\nA: b\r\nHost: h\r\n\r\n', 'it need not come first', { fields: ['A: b'] }),
    accept('GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-Host: x\r\n\r\n', 'one of another name is not it', { fields: ['X-Forwarded-Host: x'] })
  ]),
  rule('a host is a name', 'RFC 9110 7.2, RFC 3986 3.2.2', [
    refuse('bad-host', of(''), 'empty'),
    refuse('bad-host', of('a b'), 'a space'),
    refuse('bad-host', of('a\tb'), 'a tab'),
    refuse('bad-host', of('a, b'), 'a list'),
    refuse('bad-host', of('a,b'), 'a list without a space'),
    refuse('bad-host', of('h/x'), 'a path'),
    refuse('bad-host', of('h?x'), 'a query'),
    refuse('bad-host', of('h#x'), 'a fragment'),
    refuse('bad-host', of('h\\x'), 'a backslash'),
    refuse('bad-host', of('http://h'), 'a URL'),
    refuse('bad-host', of('h%00'), 'an escape'),
    refuse('bad-host', of('h\xe9'), 'obs-text'),
    refuse('bad-host', of('"h"'), 'quotes'),
    refuse('bad-host', of('h;x'), 'a semicolon'),
    refuse('bad-host', of("h'"), 'an apostrophe'),
    refuse('bad-host', of('<h>'), 'angle brackets'),
    refuse('bad-host', of('*'), 'an asterisk'),
    accept(of('a.b-c.example'), 'labels', { host: 'a.b-c.example' }),
    accept(of('A_b.example.'), 'an underscore, upper case, a dot at the end', { host: 'A_b.example.' })
  ]),
  rule('a host has no user', 'RFC 9110 7.2, 4.2.4', [
    refuse('bad-host', of('u@h'), 'a user'),
    refuse('bad-host', of('u:p@h'), 'a user and a password'),
    refuse('bad-host', of('@h'), 'an empty user'),
    refuse('bad-host', of('h@'), 'a user alone')
  ]),
  rule('a port is a number up to 65535', 'RFC 9110 7.2, RFC 3986 3.2.3', [
    accept(of('h:80'), 'a port', { host: 'h:80' }),
    accept(of('h:65535'), 'the last', { host: 'h:65535' }),
    accept(of('1.2.3.4:8080'), 'behind an IPv4 address', { host: '1.2.3.4:8080' }),
    refuse('bad-host', of('h:65536'), 'over the last'),
    refuse('bad-host', of('h:99999999999999999999'), 'far over the last'),
    refuse('bad-host', of('h:'), 'empty'),
    refuse('bad-host', of(':80'), 'without a host'),
    refuse('bad-host', of(':'), 'neither'),
    refuse('bad-host', of('h:80:80'), 'two'),
    refuse('bad-host', of('h:-1'), 'a sign'),
    refuse('bad-host', of('h:8a'), 'a letter'),
    refuse('bad-host', of('h: 80'), 'a space before it'),
    refuse('bad-host', of('h:0x50'), 'hexadecimal'),
    refuse('bad-host', of('h:\xb2'), 'a digit that is not ASCII')
  ]),
  rule('an IPv6 address is bracketed and valid', 'RFC 3986 3.2.2', [
    accept(of('[::1]'), 'one', { host: '[::1]' }),
    accept(of('[::1]:80'), 'with a port', { host: '[::1]:80' }),
    accept(of('[2001:DB8::a]'), 'in mixed case', { host: '[2001:DB8::a]' }),
    accept(of('[::ffff:1.2.3.4]:80'), 'that holds an IPv4 address', { host: '[::ffff:1.2.3.4]:80' }),
    accept(of('[1:2:3:4:5:6:7:8]'), 'in full', { host: '[1:2:3:4:5:6:7:8]' }),
    refuse('bad-host', of('::1'), 'without brackets'),
    refuse('bad-host', of('[::1'), 'without the last bracket'),
    refuse('bad-host', of('::1]'), 'without the first bracket'),
    refuse('bad-host', of('[]'), 'empty'),
    refuse('bad-host', of('[::1]x'), 'with something behind it'),
    refuse('bad-host', of('[::1]:'), 'with an empty port'),
    refuse('bad-host', of('[::1]:65536'), 'with a port over the last'),
    refuse('bad-host', of('[::1%25eth0]'), 'with a zone'),
    refuse('bad-host', of('[v1.a]'), 'of a future version'),
    refuse('bad-host', of('[..]'), 'of dots'),
    refuse('bad-host', of('[:::]'), 'of colons'),
    refuse('bad-host', of('[1:2:3]'), 'too short'),
    refuse('bad-host', of('[1:2:3:4:5:6:7:8:9]'), 'too long'),
    refuse('bad-host', of('[12345::]'), 'with five digits in a group'),
    refuse('bad-host', of('[1.2.3.4]'), 'that is an IPv4 address')
  ])
]
