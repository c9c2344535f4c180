import { accept, refuse, rule, type Rule } from '../rule.ts'

const to = (target: string, host: string, version = '1.1'): string => `GET ${target} HTTP/${version}\r\nHost: ${host}\r\n\r\n`

/** Request targets that are URLs. */
export const absoluteTarget: readonly Rule[] = [
  rule('an absolute target is reduced to its path and query', 'RFC 9112 3.2.2', [
    accept(to('http://h/a?b', 'h'), 'http', { target: '/a?b' }),
    accept(to('https://h/a', 'h'), 'https, as behind a terminating proxy', { target: '/a' }),
    accept(to('HTTP://h/a', 'h'), 'a scheme in upper case', { target: '/a' }),
    accept(to('http://h', 'h'), 'no path is the root', { target: '/' }),
    accept(to('http://h?a', 'h'), 'a query without a path', { target: '/?a' }),
    accept(to('http://h:80/a', 'h:80'), 'a port', { target: '/a', host: 'h:80' }),
    accept(to('http://[::1]:80/a', '[::1]:80'), 'an IPv6 address', { target: '/a', host: '[::1]:80' }),
    accept(to('http://h//x/a', 'h'), 'a path that looks like an authority', { target: '//x/a' }),
    accept(to('http://h/http://x/', 'h'), 'a path that looks absolute', { target: '/http://x/' }),
    accept(to('http://h/a', 'h', '1.0'), 'HTTP/1.0', { target: '/a', version: '1.0' }, 'closed')
  ]),
  rule('an absolute target names the same host as Host', 'RFC 9112 3.2.2: a proxy goes by the target, many servers by Host', [
    refuse('host-mismatch', to('http://x/', 'h'), 'another host'),
    refuse('host-mismatch', to('http://h:80/', 'h'), 'a port that Host lacks'),
    refuse('host-mismatch', to('http://h/', 'h:80'), 'no port where Host has one'),
    refuse('host-mismatch', to('http://h:81/', 'h:80'), 'another port'),
    refuse('host-mismatch', to('http://h./', 'h'), 'a dot at its end'),
    refuse('host-mismatch', to('http://hh/', 'h'), 'a longer host'),
    refuse('host-mismatch', to('http://xh/', 'h'), 'a host that ends alike'),
    refuse('host-mismatch', 'GET http://h/ HTTP/1.0\r\n\r\n', 'HTTP/1.0 without Host'),
    refuse('missing-host', 'GET http://h/ HTTP/1.1\r\n\r\n', 'HTTP/1.1 without Host'),
    accept(to('http://H/', 'h'), 'hosts know no case'),
    accept(to('http://h.EXAMPLE/', 'H.example'), 'Host is passed on as it was', { host: 'H.example' })
  ]),
  rule('an authority carries no user', 'RFC 9110 4.2.4', [
    refuse('host-mismatch', to('http://u@h/', 'h'), 'a user'),
    refuse('host-mismatch', to('http://u:p@h/', 'h'), 'a user and a password'),
    refuse('host-mismatch', to('http://h@x/', 'h'), 'the host as a user of another'),
    refuse('host-mismatch', to('http://@h/', 'h'), 'an empty user'),
    refuse('bad-host', to('http://u@h/', 'u@h'), 'a user in both')
  ]),
  rule('an absolute target has a scheme of HTTP, and an authority', 'RFC 9110 4.2', [
    refuse('bad-target', to('ftp://h/', 'h'), 'another scheme'),
    refuse('bad-target', to('ws://h/', 'h'), 'the scheme of WebSocket'),
    refuse('bad-target', to('httpx://h/', 'h'), 'a longer scheme'),
    refuse('bad-target', to('http:/h/', 'h'), 'one slash'),
    refuse('bad-target', to('http:h', 'h'), 'no slash'),
    refuse('bad-target', to('http:', 'h'), 'a scheme alone'),
    refuse('bad-target', to('://h/', 'h'), 'no scheme'),
    refuse('host-mismatch', to('http:///a', 'h'), 'an empty authority'),
    refuse('host-mismatch', to('http://', 'h'), 'nothing behind the slashes'),
    refuse('host-mismatch', to('http://:80/', 'h:80'), 'a port alone'),
    refuse('host-mismatch', to('http://h\\x/', 'h'), 'a backslash that some take for a slash'),
    refuse('host-mismatch', to('http://h;x/', 'h'), 'a semicolon')
  ])
]
