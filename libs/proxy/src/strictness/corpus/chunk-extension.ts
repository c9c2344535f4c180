import { accept, chunked, chunks, refuse, rule, type Rule } from '../rule.ts'

const extended = (extension: string): string => chunked(`1${extension}\r\na\r\n0\r\n\r\n`)
const a = chunks('a')

/** Extensions of chunks. */
export const chunkExtension: readonly Rule[] = [
  rule('an extension is a name, and may have a value', 'RFC 9112 7.1.1', [
    accept(extended(';b'), 'a name', a),
    accept(extended(';b=c'), 'a value', a),
    accept(extended(';b=c;d;e=f'), 'many', a),
    accept(extended(";!#$%&'*+-.^_`|~09azAZ=1"), 'every kind of token character', a),
    accept(chunked('1\r\na\r\n0;b=c\r\n\r\n'), 'of the last chunk', a),
    refuse('bad-chunk-extension', extended(';'), 'no name'),
    refuse('bad-chunk-extension', extended(';;'), 'no names'),
    refuse('bad-chunk-extension', extended(';b;'), 'no second name'),
    refuse('bad-chunk-extension', extended(';=c'), 'a value without a name'),
    refuse('bad-chunk-extension', extended(';b='), 'no value behind the equals sign'),
    refuse('bad-chunk-extension', extended(';b=c=d'), 'two values'),
    refuse('bad-chunk-extension', extended(';b@c'), 'a name that is no token'),
    refuse('bad-chunk-extension', extended(';b=c,d'), 'a value that is no token'),
    refuse('bad-chunk-extension', extended(';b:c'), 'a colon'),
    refuse('bad-chunk-size', extended('=b'), 'no semicolon'),
    refuse('bad-chunk-size', extended(',b'), 'a comma for it')
  ]),
  rule('an extension has no spaces', 'RFC 9112 7.1.1: a sender must not make them; Node refuses them', [
    refuse('bad-chunk-extension', extended('; b'), 'before the name'),
    refuse('bad-chunk-extension', extended(';b =c'), 'before the equals sign'),
    refuse('bad-chunk-extension', extended(';b= c'), 'behind the equals sign'),
    refuse('bad-chunk-extension', extended(';b=c '), 'behind the value'),
    refuse('bad-chunk-extension', extended(';b '), 'behind the name'),
    refuse('bad-chunk-extension', extended(';\tb'), 'a tab'),
    refuse('bad-chunk-size', extended(' ;b'), 'before the semicolon'),
    refuse('bad-chunk-extension', extended(';b="c" '), 'behind a quoted value')
  ]),
  rule('a value may be quoted', 'RFC 9112 7.1.1, RFC 9110 5.6.4', [
    accept(extended(';b="c"'), 'simply', a),
    accept(extended(';b=""'), 'empty', a),
    accept(extended(';b="c d\te;f=g\xe9"'), 'with spaces and separators', a),
    accept(extended(';b="c\\"d\\\\"'), 'with escapes', a),
    accept(extended(';b="c";d="e"'), 'twice', a),
    refuse('bad-chunk-extension', extended(';b="c'), 'without its end'),
    refuse('bad-chunk-extension', extended(';b="'), 'with its begin alone'),
    refuse('bad-chunk-extension', extended(';b="c\\"'), 'with its end escaped'),
    refuse('bad-chunk-extension', extended(';b="c"d'), 'with something behind it'),
    refuse('bad-chunk-extension', extended(';b=c"d"'), 'with something before it'),
    refuse('bad-chunk-extension', extended(';"b"=c'), 'as a name'),
    refuse('bad-chunk-extension', extended(';b="c\x01"'), 'with a control byte'),
    refuse('bad-chunk-extension', extended(';b="\\\x01"'), 'with an escaped control byte')
  ]),
  rule('an extension holds no line ends, NULs or other controls', 'RFC 9112 7.1.1, 2.2', [
    refuse('bad-chunk-extension', extended(';b\nc'), 'a bare LF'),
    refuse('bare-cr', extended(';b\rc'), 'a bare CR'),
    refuse('bare-cr', extended(';b\r'), 'CR CR LF'),
    refuse('bad-chunk-extension', chunked('1;b\na\r\n0\r\n\r\n'), 'a bare LF for its end: what Go once took for one'),
    refuse('bad-chunk-extension', extended(';b="c\nd"'), 'a bare LF in quotes'),
    refuse('bad-chunk-extension', extended(';b="c\rd"'), 'a bare CR in quotes'),
    refuse('bad-chunk-extension', extended(';b="c\r\nd"'), 'a line end in quotes'),
    refuse('bad-chunk-extension', extended(';b\x00'), 'NUL'),
    refuse('bad-chunk-extension', extended(';b\x7f'), 'DEL'),
    refuse('bad-chunk-extension', extended(';b\x0b'), 'a vertical tab'),
    refuse('bad-chunk-extension', extended(';\xe9'), 'obs-text')
  ]),
  rule('the extensions of a body have at most 4000 bytes', 'RFC 9112 7.1.1: limit the total length; a line of 4 KiB is too long for Go', [
    accept(extended(`;${'b'.repeat(4000)}`), 'as long as may be', a),
    refuse('bad-chunk-extension', extended(`;${'b'.repeat(4001)}`), 'too long by one'),
    refuse('bad-chunk-extension', chunked(`1;${'b'.repeat(5000)}`), 'no end'),
    refuse('bad-chunk-extension', chunked('1;bbbbbbbbbbbbbbb\r\na\r\n'.repeat(300)), 'many small ones'),
    accept(chunked(`${'1;bb\r\na\r\n'.repeat(300)}0\r\n\r\n`), 'some small ones', chunks('a'.repeat(300)))
  ])
]
