import { accept, get, refuse, rule, type Rule, waits } from '../rule.ts'

/** Values of fields, and the end of a head. */
export const fieldValue: readonly Rule[] = [
  rule('a value holds visible bytes, spaces and tabs', 'RFC 9110 5.5', [
    refuse('nul', get('A: b\x00c\r\n'), 'NUL'),
    refuse('nul', get('A: \x00\r\n'), 'NUL alone'),
    refuse('bad-value', get('A: b\x01c\r\n'), 'a control byte'),
    refuse('bad-value', get('A: b\x0bc\r\n'), 'a vertical tab'),
    refuse('bad-value', get('A: b\x0cc\r\n'), 'a form feed'),
    refuse('bad-value', get('A: b\x1bc\r\n'), 'an escape'),
    refuse('bad-value', get('A: b\x7fc\r\n'), 'DEL'),
    refuse('bad-value', get('A: \x08\r\n'), 'a backspace'),
    accept(get('A: b\xe9\xff\x80c\r\n'), 'obs-text', { fields: ['A: b\xe9\xff\x80c'] }),
    accept(get('A: b\tc d\r\n'), 'a tab and a space within', { fields: ['A: b\tc d'] }),
    accept(get('A: !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~\r\n'), 'every kind of visible character', {
      fields: ['A: !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~']
    })
  ]),
  rule('spaces and tabs around a value are no part of it', 'RFC 9110 5.5, RFC 9112 5.1', [
    accept(get('A:b\r\n'), 'none', { fields: ['A: b'] }),
    accept(get('A:  \t b\r\n'), 'many before it', { fields: ['A: b'] }),
    accept(get('A: b \t \r\n'), 'many behind it', { fields: ['A: b'] }),
    accept(get('A:\tb\t\r\n'), 'tabs', { fields: ['A: b'] }),
    accept(get('A: : b\r\n'), 'a second colon is part of it', { fields: ['A: : b'] }),
    accept('POST / HTTP/1.1\r\nHost: \th \r\nContent-Length: \t1 \r\n\r\na', 'around Host and length', {
      method: 'POST',
      fields: ['Content-Length: 1'],
      body: 'a'
    })
  ]),
  rule('a value may be empty', 'RFC 9110 5.5', [
    accept(get('A:\r\n'), 'at once', { fields: ['A: '] }),
    accept(get('A: \r\n'), 'behind a space', { fields: ['A: '] }),
    accept(get('A: \t \r\nB: c\r\n'), 'behind many', { fields: ['A: ', 'B: c'] })
  ]),
  rule('a value ends in CR LF', 'RFC 9112 2.2', [
    refuse('bare-lf', get('A: b\nC: d\r\n'), 'a bare LF'),
    refuse('bare-lf', get('A:\nC: d\r\n'), 'a bare LF behind an empty value'),
    refuse('bare-lf', get('A: b\nTransfer-Encoding: chunked\r\n'), 'a field hidden behind a bare LF'),
    refuse('bare-cr', get('A: b\rc\r\n'), 'a bare CR'),
    refuse('bare-cr', get('A: b\rTransfer-Encoding: chunked\r\n'), 'a field hidden behind a bare CR'),
    refuse('bare-cr', get('A: b\r\r\n'), 'CR CR LF'),
    refuse('bare-cr', get('A: \rb\r\n'), 'a bare CR before the value'),
    refuse('bare-cr', get('A: b\r c\r\n'), 'a CR and a space'),
    refuse('bare-lf', get('A: b\n\r\n'), 'LF CR LF'),
    refuse('bare-lf', get('A: b\n c\r\n'), 'a fold with a bare LF')
  ]),
  rule('a head ends in an empty line', 'RFC 9112 2.1, 2.2', [
    refuse('bare-lf', 'GET / HTTP/1.1\r\nHost: h\r\n\n', 'a bare LF'),
    refuse('bare-cr', 'GET / HTTP/1.1\r\nHost: h\r\n\r\r\n', 'CR CR LF'),
    refuse('bare-cr', 'GET / HTTP/1.1\r\nHost: h\r\n\rGET / HTTP/1.1\r\n', 'a bare CR'),
    refuse('folded', 'GET / HTTP/1.1\r\nHost: h\r\n \r\n\r\n', 'a line of a space'),
    refuse('folded', 'GET / HTTP/1.1\r\nHost: h\r\n\t\r\n\r\n', 'a line of a tab'),
    refuse('bad-name', 'GET / HTTP/1.1\r\nHost: h\r\n\x00\r\n', 'NUL for it'),
    waits('GET / HTTP/1.1\r\nHost: h\r\n', 'not yet'),
    waits('GET / HTTP/1.1\r\nHost: h\r\n\r', 'a CR that may become it'),
    waits('GET / HTTP/1.1\r\nHost: h', 'nor the end of a field')
  ]),
  rule('a value is not folded', 'RFC 9112 5.2', [
    refuse('folded', get('A: b\r\n c\r\n'), 'with a space'),
    refuse('folded', get('A: b\r\n\tc\r\n'), 'with a tab'),
    refuse('folded', get('A:\r\n b\r\n'), 'an empty value'),
    refuse('folded', get('A: b\r\n \r\n'), 'with nothing behind the space'),
    refuse('folded', 'GET / HTTP/1.1\r\n Host: h\r\n\r\n', 'the first field'),
    refuse('folded', 'GET / HTTP/1.1\r\nHost:\r\n h\r\n\r\n', 'Host'),
    refuse('folded', get('Transfer-Encoding:\r\n chunked\r\n'), 'the coding'),
    refuse('folded', get('Content-Length: 1\r\n 0\r\n'), 'the length'),
    refuse('folded', get('A: b\r\n Content-Length: 3\r\n'), 'with what looks like a field')
  ])
]
