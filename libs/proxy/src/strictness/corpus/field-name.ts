import { accept, get, refuse, rule, type Rule } from '../rule.ts'

/** Names of fields. */
export const fieldName: readonly Rule[] = [
  rule('nothing stands between a name and its colon', 'RFC 9112 5.1', [
    refuse('space-before-colon', get('A : b\r\n'), 'a space'),
    refuse('space-before-colon', get('A\t: b\r\n'), 'a tab'),
    refuse('space-before-colon', get('Content-Length : 3\r\n'), 'a space behind a framing name'),
    refuse('space-before-colon', get('Transfer-Encoding\t: chunked\r\n'), 'a tab behind a framing name'),
    refuse('space-before-colon', 'GET / HTTP/1.1\r\nHost : h\r\n\r\n', 'a space behind Host'),
    refuse('space-before-colon', get('A b: c\r\n'), 'a space within a name'),
    refuse('bad-name', get('A\x0b: b\r\n'), 'a vertical tab'),
    refuse('bad-name', get('A\xa0: b\r\n'), 'a no-break space'),
    refuse('bad-name', get('A\r: b\r\n'), 'a bare CR'),
    refuse('bare-lf', get('A\n: b\r\n'), 'a bare LF')
  ]),
  rule('a name is a token', 'RFC 9110 5.1, 5.6.2', [
    refuse('bad-name', get(': b\r\n'), 'empty'),
    refuse('bad-name', get('A[0]: b\r\n'), 'brackets'),
    refuse('bad-name', get('A(b): c\r\n'), 'a comment'),
    refuse('bad-name', get('"A": b\r\n'), 'quotes'),
    refuse('bad-name', get('A/B: c\r\n'), 'a slash'),
    refuse('bad-name', get('A@b: c\r\n'), 'an at sign'),
    refuse('bad-name', get('A,B: c\r\n'), 'a comma'),
    refuse('bad-name', get('A;B: c\r\n'), 'a semicolon'),
    refuse('bad-name', get('A=B\r\n'), 'an equals sign'),
    refuse('bad-name', get('A\\B: c\r\n'), 'a backslash'),
    refuse('bad-name', get('{A}: c\r\n'), 'braces'),
    refuse('bad-name', get('\xe9: b\r\n'), 'obs-text'),
    refuse('bad-name', get('A\x00: b\r\n'), 'NUL'),
    refuse('bad-name', get('\x00A: b\r\n'), 'NUL in front'),
    refuse('bad-name', get('A\x7f: b\r\n'), 'DEL'),
    refuse('bad-name', get('A\x1b: b\r\n'), 'a control byte'),
    refuse('bad-name', get('Content-Length\x00: 3\r\n'), 'NUL behind a framing name'),
    accept(get("!#$%&'*+-.^_`|~09azAZ: b\r\n"), 'every kind of token character', { fields: ["!#$%&'*+-.^_`|~09azAZ: b"] })
  ]),
  rule('a line of the head is a field', 'RFC 9112 5', [
    refuse('bad-name', get('Nonsense\r\n'), 'no colon'),
    refuse('bad-name', 'GET / HTTP/1.1\r\nNonsense\r\nHost: h\r\n\r\n', 'no colon in the first'),
    refuse('space-before-colon', get('GET / HTTP/1.1\r\n'), 'a second request line'),
    refuse('bad-name', get('A\r\nB: c\r\n'), 'a name alone'),
    refuse('bad-name', get('A\rB: c\r\n'), 'a bare CR within a name'),
    refuse('bare-cr', 'GET / HTTP/1.1\r\nHost: h\r\n\rA: b\r\n\r\n', 'a bare CR at the begin of a line'),
    refuse('bare-lf', 'GET / HTTP/1.1\r\nHost: h\r\n\nA: b\r\n\r\n', 'a bare LF at the begin of a line')
  ]),
  rule('names know no case, and keep the one that they have', 'RFC 9110 5.1', [
    accept('GET / HTTP/1.1\r\nhost: h\r\n\r\n', 'a lower-case Host'),
    accept('GET / HTTP/1.1\r\nHOST: h\r\n\r\n', 'an upper-case Host'),
    accept('POST / HTTP/1.1\r\nHost: h\r\ncontent-LENGTH: 1\r\n\r\na', 'a mixed-case length', {
      method: 'POST',
      fields: ['content-LENGTH: 1'],
      body: 'a'
    }),
    accept('POST / HTTP/1.1\r\nHost: h\r\ntransfer-ENCODING: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n', 'a mixed-case coding', {
      method: 'POST',
      fields: ['transfer-ENCODING: chunked'],
      body: 'a'
    }),
    accept(get('x-a: 1\r\nX-A: 2\r\n'), 'repeated fields stay apart, in order', { fields: ['x-a: 1', 'X-A: 2'] })
  ]),
  rule('a name that only looks like another frames nothing', 'RFC 9112 6: what is alike to a gateway of CGI is not alike here', [
    accept(get('Content_Length: 3\r\n'), 'an underscore in the length', { fields: ['Content_Length: 3'] }),
    accept(get('Transfer_Encoding: chunked\r\n'), 'an underscore in the coding', { fields: ['Transfer_Encoding: chunked'] }),
    accept(get('ContentLength: 3\r\n'), 'no hyphen', { fields: ['ContentLength: 3'] }),
    accept(get('X-Content-Length: 3\r\n'), 'a prefix', { fields: ['X-Content-Length: 3'] }),
    accept(get('Content-Length-: 3\r\n'), 'a hyphen behind it', { fields: ['Content-Length-: 3'] }),
    accept(get('Content-Lengtn: 3\r\n'), 'as long as the real one', { fields: ['Content-Lengtn: 3'] }),
    accept(get('Transfer-Encodinh: chunked\r\n'), 'as long as the real coding', { fields: ['Transfer-Encodinh: chunked'] }),
    accept(get('Hosu: x\r\n'), 'as long as Host', { fields: ['Hosu: x'] })
  ])
]
