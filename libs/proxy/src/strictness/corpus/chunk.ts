import { accept, chunked, chunks, refuse, rule, type Rule, waits } from '../rule.ts'

const next = 'GET /next HTTP/1.1\r\nHost: h\r\n\r\n'

/** Chunks of a request body. */
export const chunk: readonly Rule[] = [
  rule('a chunk size is hexadecimal digits', 'RFC 9112 7.1', [
    accept(chunked('a\r\n0123456789\r\n0\r\n\r\n'), 'lower case', chunks('0123456789')),
    accept(chunked('A\r\n0123456789\r\n0\r\n\r\n'), 'upper case', chunks('0123456789')),
    accept(chunked('1f\r\n0123456789012345678901234567890\r\n0\r\n\r\n'), 'two digits', chunks('0123456789012345678901234567890')),
    refuse('bad-chunk-size', chunked('\r\n\r\n'), 'none'),
    refuse('bad-chunk-size', chunked('0x1\r\na\r\n0\r\n\r\n'), 'the prefix of C'),
    refuse('bad-chunk-size', chunked('x1\r\na\r\n0\r\n\r\n'), 'a letter before it'),
    refuse('bad-chunk-size', chunked('1g\r\na\r\n0\r\n\r\n'), 'a letter behind it'),
    refuse('bad-chunk-size', chunked('g\r\na\r\n0\r\n\r\n'), 'the letter behind f'),
    refuse('bad-chunk-size', chunked('@\r\na\r\n0\r\n\r\n'), 'the character before A'),
    refuse('bad-chunk-size', chunked('`\r\na\r\n0\r\n\r\n'), 'the character before a'),
    refuse('bad-chunk-size', chunked('/\r\na\r\n0\r\n\r\n'), 'the character before 0'),
    refuse('bad-chunk-size', chunked(':\r\na\r\n0\r\n\r\n'), 'the character behind 9'),
    refuse('bad-chunk-size', chunked('+1\r\na\r\n0\r\n\r\n'), 'a plus sign'),
    refuse('bad-chunk-size', chunked('-1\r\na\r\n0\r\n\r\n'), 'a minus sign'),
    refuse('bad-chunk-size', chunked('1.0\r\na\r\n0\r\n\r\n'), 'a fraction'),
    refuse('bad-chunk-size', chunked('"1"\r\na\r\n0\r\n\r\n'), 'quotes'),
    refuse('bad-chunk-size', chunked('\xb1\r\na\r\n0\r\n\r\n'), 'a digit that is not ASCII'),
    refuse('bad-chunk-size', chunked('1\x00\r\na\r\n0\r\n\r\n'), 'NUL behind it'),
    refuse('bad-chunk-size', chunked('\x001\r\na\r\n0\r\n\r\n'), 'NUL before it')
  ]),
  rule('a chunk size fits', 'RFC 9112 7.1: recipients must anticipate large numbers', [
    accept(chunked('000000000001\r\na\r\n0\r\n\r\n'), 'twelve digits', chunks('a')),
    refuse('bad-chunk-size', chunked('0000000000001\r\na\r\n0\r\n\r\n'), 'thirteen digits, most of them zeros'),
    refuse('bad-chunk-size', chunked('1000000000000\r\n'), '2^48'),
    refuse('bad-chunk-size', chunked('FFFFFFFFFFFFFFFF\r\na'), '2^64 less one'),
    refuse('bad-chunk-size', chunked('10000000000000001\r\na\r\n0\r\n\r\n'), '2^64 and one, which wraps around'),
    refuse('bad-chunk-size', chunked('1'.repeat(5000)), 'no end'),
    accept(chunked('1\r\na\r\n000000000000\r\n\r\n'), 'a last one of twelve digits', chunks('a')),
    waits(chunked('100000001\r\na\r\n0\r\n\r\n'), '2^32 and one is more than one'),
    waits(chunked('FFFFFFFFFFFF\r\na'), '2^48 less one')
  ]),
  rule('nothing stands around a chunk size', 'RFC 9112 7.1', [
    refuse('bad-chunk-size', chunked(' 1\r\na\r\n0\r\n\r\n'), 'a space before it'),
    refuse('bad-chunk-size', chunked('1 \r\na\r\n0\r\n\r\n'), 'a space behind it'),
    refuse('bad-chunk-size', chunked('\t1\r\na\r\n0\r\n\r\n'), 'a tab before it'),
    refuse('bad-chunk-size', chunked('1\t\r\na\r\n0\r\n\r\n'), 'a tab behind it'),
    refuse('bad-chunk-size', chunked('1 1\r\na\r\n0\r\n\r\n'), 'a space in it'),
    refuse('bad-chunk-size', chunked('1\r\na\r\n 0\r\n\r\n'), 'a space before the last one'),
    refuse('bad-chunk-size', chunked('1\r\na\r\n0 \r\n\r\n'), 'a space behind the last one'),
    refuse('bad-chunk-size', chunked('\r\n1\r\na\r\n0\r\n\r\n'), 'an empty line before it'),
    refuse('bad-chunk-size', chunked('1\x0b\r\na\r\n0\r\n\r\n'), 'a vertical tab')
  ]),
  rule('a chunk size ends in CR LF', 'RFC 9112 7.1, 2.2', [
    refuse('bad-chunk-size', chunked('1\na\r\n0\r\n\r\n'), 'a bare LF'),
    refuse('bare-cr', chunked('1\ra\r\n0\r\n\r\n'), 'a bare CR'),
    refuse('bare-cr', chunked('1\r\r\na\r\n0\r\n\r\n'), 'CR CR LF'),
    refuse('bad-chunk-size', chunked('1\n\ra\r\n0\r\n\r\n'), 'LF CR'),
    refuse('bad-chunk-size', chunked('1\r\na\r\n0\n\n'), 'a bare LF behind the last one'),
    refuse('bare-cr', chunked('1\r\na\r\n0\r\r\n\r\n'), 'CR CR LF behind the last one'),
    waits(chunked('1'), 'not yet'),
    waits(chunked('1\r'), 'half of it')
  ]),
  rule('chunk data end where their size says, in CR LF', 'RFC 9112 7.1', [
    refuse('bad-chunk-end', chunked('1\r\nab\r\n0\r\n\r\n'), 'one byte more'),
    refuse('bad-chunk-end', chunked('3\r\na\r\n0\r\n\r\n'), 'two bytes less'),
    refuse('bad-chunk-end', chunked('1\r\na0\r\n\r\n'), 'nothing between two chunks'),
    refuse('bad-chunk-end', chunked('1\r\na\n0\r\n\r\n'), 'a bare LF'),
    refuse('bad-chunk-end', chunked('1\r\na\r0\r\n\r\n'), 'a bare CR'),
    refuse('bad-chunk-end', chunked('1\r\na\r\r\n0\r\n\r\n'), 'CR CR LF'),
    refuse('bad-chunk-end', chunked('1\r\na \r\n0\r\n\r\n'), 'a space'),
    refuse('bad-chunk-end', chunked('1\r\na\x00\x000\r\n\r\n'), 'NULs, which some skip without a look'),
    refuse('bad-chunk-end', chunked('1\r\naXX0\r\n\r\n'), 'any two bytes'),
    accept(chunked('2\r\n\r\n\r\n0\r\n\r\n'), 'data that are a line end', chunks('\r\n')),
    accept(chunked('5\r\n0\r\n\r\n\r\n0\r\n\r\n'), 'data that look like a last chunk', chunks('0\r\n\r\n')),
    accept(chunked('3\r\n\x00\xff\n\r\n0\r\n\r\n'), 'any bytes', chunks('\x00\xff\n')),
    waits(chunked('1\r\na'), 'not yet'),
    waits(chunked('1\r\na\r'), 'half of it')
  ]),
  rule('a chunk of no bytes is the last', 'RFC 9112 7.1', [
    accept(chunked('0\r\n\r\n'), 'at once', chunks('')),
    accept(chunked('1\r\na\r\n2\r\nbc\r\n0\r\n\r\n'), 'behind two', chunks('abc')),
    accept(chunked('1\r\na\r\n00\r\n\r\n'), 'of two digits', chunks('a')),
    accept(chunked(`1\r\na\r\n0\r\n\r\n${next}`), 'the next request follows at once', [chunks('a'), { target: '/next' }]),
    refuse('bare-lf', chunked('1\r\na\r\n0\r\n\n'), 'a bare LF behind it'),
    refuse('bare-cr', chunked('1\r\na\r\n0\r\n\r\r\n'), 'CR CR LF behind it'),
    refuse('bad-name', chunked(`0\r\n${next}`).replace('GET /next', '\x00'), 'no empty line, and nonsense'),
    refuse('space-before-colon', chunked(`0\r\n${next}`), 'no empty line: the next request would be a trailer'),
    waits(chunked('0\r\n'), 'not yet'),
    waits(chunked('1\r\na\r\n'), 'no last chunk')
  ])
]
