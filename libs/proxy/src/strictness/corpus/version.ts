import { accept, line, refuse, rule, type Rule } from '../rule.ts'

const keep = 'Connection: keep-alive'

/** Versions. */
export const version: readonly Rule[] = [
  rule('a version is `HTTP/` and two digits, in upper case', 'RFC 9112 2.3', [
    refuse('bad-version', line('GET / http/1.1'), 'lower case'),
    refuse('bad-version', line('GET / Http/1.1'), 'mixed case'),
    refuse('bad-version', line('GET / HTTP/1'), 'no minor version'),
    refuse('bad-version', line('GET / HTTP/1.'), 'an empty minor version'),
    refuse('bad-version', line('GET / HTTP/.1'), 'an empty major version'),
    refuse('bad-version', line('GET / HTTP/1,1'), 'a comma'),
    refuse('bad-version', line('GET / HTTP/1.1.1'), 'three digits'),
    refuse('bad-version', line('GET / HTTP/1.10'), 'two digits behind the dot'),
    refuse('bad-version', line('GET / HTTP/01.1'), 'two digits before the dot'),
    refuse('bad-version', line('GET / HTTP/+1.1'), 'a sign'),
    refuse('bad-version', line('GET / HTTP /1.1'), 'a space'),
    refuse('bad-version', line('GET / HTTP/ 1.1'), 'a space before the number'),
    refuse('bad-version', line('GET / HTP/1.1'), 'a letter too few'),
    refuse('bad-version', line('GET / HTTPS/1.1'), 'another name'),
    refuse('bad-version', line('GET / ICE/1.0'), 'another protocol'),
    refuse('bad-version', line('GET / HTTP/1.\xb9'), 'a digit that is not ASCII'),
    refuse('bad-version', line('GET / HTTP/1.1\x00'), 'NUL behind it'),
    refuse('bad-version', line('GET / HTTP/1.1\t'), 'a tab behind it')
  ]),
  rule('the version is 1.0 or 1.1', 'RFC 9110 2.5: Node refuses later ones of HTTP/1', [
    refuse('bad-version', line('GET / HTTP/1.2'), '1.2'),
    refuse('bad-version', line('GET / HTTP/1.9'), '1.9'),
    refuse('bad-version', line('GET / HTTP/0.0'), '0.0'),
    refuse('bad-version', line('GET / HTTP/2.0'), '2.0 as text'),
    refuse('bad-version', line('GET / HTTP/2'), '2 as text'),
    refuse('bad-version', line('GET / HTTP/3.0'), '3.0'),
    refuse('bad-version', line('GET / HTTP/9.1'), '9.1')
  ]),
  rule('HTTP/1.0 closes unless both agree to keep', 'RFC 9112 9.3, C.2.2', [
    accept('GET / HTTP/1.0\r\n\r\n', 'closes', { version: '1.0', host: '' }, 'closed'),
    accept('GET / HTTP/1.0\r\nHost: h\r\n\r\n', 'may have a Host', { version: '1.0' }, 'closed'),
    accept(`GET / HTTP/1.0\r\nHost: h\r\n${keep}\r\n\r\n`, 'is kept when asked', { version: '1.0', fields: [keep] }),
    accept('GET / HTTP/1.0\r\nHost: h\r\nConnection: Keep-Alive\r\n\r\n', 'in any case', {
      version: '1.0',
      fields: ['Connection: Keep-Alive']
    }),
    accept(`GET / HTTP/1.0\r\nHost: h\r\nConnection: x\r\n${keep}\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n`, 'in a second field', [
      { version: '1.0', fields: ['Connection: x', keep] },
      { target: '/next' }
    ]),
    accept(
      `GET / HTTP/1.0\r\nHost: h\r\n${keep}, close\r\n\r\n`,
      'close prevails',
      { version: '1.0', fields: [`${keep}, close`] },
      'closed'
    ),
    accept(
      'POST / HTTP/1.0\r\nHost: h\r\nContent-Length: 1\r\n\r\na',
      'has bodies with a length',
      {
        version: '1.0',
        method: 'POST',
        fields: ['Content-Length: 1'],
        body: 'a'
      },
      'closed'
    ),
    accept('POST / HTTP/1.0\r\nHost: h\r\n\r\na', 'has no bodies without one', { version: '1.0', method: 'POST' }, 'closed'),
    accept('GET / HTTP/1.0\r\n\r\nGET / HTTP/1.0\r\n\r\n', 'what follows is not read', { version: '1.0', host: '' }, 'closed'),
    refuse('repeated-host', 'GET / HTTP/1.0\r\nHost: h\r\nHost: h\r\n\r\n', 'two Hosts'),
    refuse('bad-host', 'GET / HTTP/1.0\r\nHost: a b\r\n\r\n', 'a bad Host')
  ])
]
