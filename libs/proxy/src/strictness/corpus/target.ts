import { accept, line, refuse, rule, type Rule } from '../rule.ts'

const at = (target: string): string => line(`GET ${target} HTTP/1.1`)

/** Request targets that are paths. */
export const target: readonly Rule[] = [
  rule('a target begins with a slash, a scheme, or is an asterisk', 'RFC 9112 3.2', [
    refuse('bad-target', at('a'), 'a relative path'),
    refuse('bad-target', at('./a'), 'a relative path with a dot'),
    refuse('bad-target', at('?a'), 'a query alone'),
    refuse('bad-target', at('\\a'), 'a backslash'),
    refuse('bad-target', at('h:80'), 'authority form without CONNECT'),
    refuse('bad-target', at('%2Fa'), 'an escaped slash'),
    refuse('bad-target', at(':'), 'a colon'),
    refuse('bad-target', at('**'), 'two asterisks'),
    accept(at('//'), 'two slashes', { target: '//' }),
    accept(at('//x/a'), 'what a URL parser would take for an authority', { target: '//x/a' }),
    accept(at('/http://x/'), 'a path that looks absolute', { target: '/http://x/' })
  ]),
  rule('an asterisk is for OPTIONS', 'RFC 9112 3.2.4', [
    accept(line('OPTIONS * HTTP/1.1'), 'OPTIONS of the server', { method: 'OPTIONS', target: '*' }),
    accept(line('OPTIONS / HTTP/1.1'), 'OPTIONS of a resource', { method: 'OPTIONS' }),
    refuse('bad-target', at('*'), 'with GET'),
    refuse('bad-target', line('options * HTTP/1.1'), 'with another method in lower case'),
    refuse('bad-target', line('OPTIONS *a HTTP/1.1'), 'with something behind it'),
    refuse('bad-target', line('OPTIONS *?a HTTP/1.1'), 'with a query')
  ]),
  rule('a target is visible ASCII', 'RFC 9112 3.2, RFC 3986 2', [
    refuse('bad-target', at('/\x00'), 'NUL'),
    refuse('bad-target', at('/\x01'), 'a control byte'),
    refuse('bad-target', at('/\x1f'), 'the last control byte'),
    refuse('bad-target', at('/\x7f'), 'DEL'),
    refuse('bad-target', at('/\xe9'), 'obs-text'),
    refuse('bad-target', at('/\xc3\xa9'), 'UTF-8'),
    refuse('bad-target', at('/?\xff'), 'obs-text in the query'),
    refuse('bad-version', 'GET /a\r\n HTTP/1.1\r\nHost: h\r\n\r\n', 'a line end'),
    refuse('bad-version', 'GET /a\rb HTTP/1.1\r\nHost: h\r\n\r\n', 'a bare CR'),
    accept(at('/!"$&\'()*+,-.;<=>@[\\]^_`{|}~'), 'ASCII that a URL would escape is passed on as Go and Node do', {
      target: '/!"$&\'()*+,-.;<=>@[\\]^_`{|}~'
    })
  ]),
  rule('a fragment never travels', 'RFC 9112 3.2, RFC 3986 3.5', [
    refuse('bad-target', at('/a#b'), 'behind a path'),
    refuse('bad-target', at('/?a#b'), 'behind a query'),
    refuse('bad-target', at('/#'), 'an empty one'),
    refuse('bad-target', at('#'), 'one alone'),
    accept(at('/%23'), 'an escaped number sign', { target: '/%23' })
  ]),
  rule('escapes in a path have two hexadecimal digits', 'RFC 3986 2.1; Go refuses others, so do we', [
    refuse('bad-target', at('/%'), 'none'),
    refuse('bad-target', at('/%2'), 'one'),
    refuse('bad-target', at('/%zz'), 'letters that are none'),
    refuse('bad-target', at('/%2g/a'), 'one of two'),
    refuse('bad-target', at('/%%41'), 'a per cent sign escaped by itself'),
    refuse('bad-target', at('/%?41'), 'cut by the query'),
    refuse('bad-target', at('/%u0041'), 'the escape of another language'),
    refuse('bad-target', 'GET http://h/%zz HTTP/1.1\r\nHost: h\r\n\r\n', 'in absolute form'),
    accept(at('/%41%2f%00%0d%0a%FF'), 'any byte may be escaped', { target: '/%41%2f%00%0d%0a%FF' }),
    accept(at('/?%zz=%&%'), 'the query is its application’s', { target: '/?%zz=%&%' })
  ]),
  rule('paths and queries are passed on as they are', 'RFC 9110 7.7', [
    accept(at('/a/../b/./c'), 'dots are not resolved', { target: '/a/../b/./c' }),
    accept(at('/a//b'), 'empty segments stay', { target: '/a//b' }),
    accept(at('/a;b=c'), 'parameters stay', { target: '/a;b=c' }),
    accept(at('/?'), 'an empty query stays', { target: '/?' }),
    accept(at('/a?b?c=/d'), 'a query of all that it may hold', { target: '/a?b?c=/d' }),
    accept(at('/%7Ea'), 'escapes are not undone', { target: '/%7Ea' }),
    accept(at('/A'), 'case stays', { target: '/A' }),
    accept(at(`/${'a'.repeat(16_000)}`), 'a long path', { target: `/${'a'.repeat(16_000)}` })
  ])
]
