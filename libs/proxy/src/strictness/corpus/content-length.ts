import { accept, get, post, posted, refuse, rule, type Rule, waits } from '../rule.ts'

const of = (value: string, body = 'abc'): string => post(`Content-Length: ${value}\r\n`, body)
const next = 'GET /next HTTP/1.1\r\nHost: h\r\n\r\n'

/** Bodies with a length. */
export const contentLength: readonly Rule[] = [
  rule('a length is one or more decimal digits', 'RFC 9110 8.6', [
    accept(of('3'), 'three', posted(['Content-Length: 3'], 'abc')),
    accept(of('0', ''), 'nothing', posted(['Content-Length: 0'], '')),
    accept(of('003'), 'leading zeros mean nothing', posted(['Content-Length: 003'], 'abc')),
    refuse('bad-length', of(''), 'empty'),
    refuse('bad-length', of('+3'), 'a plus sign'),
    refuse('bad-length', of('-3'), 'a minus sign'),
    refuse('bad-length', of('0x3'), 'hexadecimal'),
    refuse('bad-length', of('3.0'), 'a fraction'),
    refuse('bad-length', of('3e0'), 'an exponent'),
    refuse('bad-length', of('3;'), 'a semicolon'),
    refuse('bad-length', of('1 1'), 'a space'),
    refuse('bad-length', of('1\t1'), 'a tab'),
    refuse('bad-length', of('1_0'), 'an underscore'),
    refuse('bad-length', of('three'), 'a word'),
    refuse('bad-length', of('"3"'), 'quotes'),
    refuse('bad-length', of('\xb3'), 'a digit that is not ASCII'),
    refuse('bad-length', of('3a'), 'a letter behind it'),
    refuse('bad-length', get('Content-Length: \r\n'), 'empty on a GET')
  ]),
  rule('a length fits', 'RFC 9110 8.6: recipients must anticipate large numbers', [
    refuse('bad-length', of('9999999999999999'), '16 digits'),
    refuse('bad-length', of('0000000000000003'), '16 digits, most of them zeros'),
    refuse('bad-length', of('9223372036854775808'), '2^63'),
    refuse('bad-length', of('18446744073709551619'), '2^64 and three'),
    refuse('bad-length', of('4294967299999999999999'), 'what wraps around in 32 bits'),
    refuse('bad-length', of('9'.repeat(1000)), 'a thousand digits'),
    waits(of('4294967299'), '2^32 and three is more than three'),
    waits(of('999999999999999'), '15 digits')
  ]),
  rule('there is one length', 'RFC 9112 6.3: a list of equal ones may be accepted; nobody is obliged to', [
    refuse('repeated-length', post('Content-Length: 3\r\nContent-Length: 4\r\n', 'abc'), 'two'),
    refuse('repeated-length', post('Content-Length: 3\r\nContent-Length: 3\r\n', 'abc'), 'two that are equal'),
    refuse('repeated-length', post('Content-Length: 3\r\nA: b\r\ncontent-length: 3\r\n', 'abc'), 'two in different case, apart'),
    refuse('repeated-length', post('Content-Length: 0\r\nContent-Length: 3\r\n', 'abc'), 'nothing and something'),
    refuse('bad-length', post('Content-Length:\r\nContent-Length: 3\r\n', 'abc'), 'an empty one first'),
    refuse('repeated-length', post('Content-Length: 3\r\nContent-Length:\r\n', 'abc'), 'an empty one second'),
    refuse('bad-length', of('3, 4'), 'a list'),
    refuse('bad-length', of('3, 3'), 'a list of equal ones'),
    refuse('bad-length', of('3,3'), 'a list without a space'),
    refuse('bad-length', of('3,'), 'a list with an empty member'),
    refuse('bad-length', of(',3'), 'a list that begins with one')
  ]),
  rule('a body ends where its length says', 'RFC 9112 6.3', [
    accept(of('3', `abc${next}`), 'the next request follows at once', [posted(['Content-Length: 3'], 'abc'), { target: '/next' }]),
    accept(of('0', next), 'an empty body', [posted(['Content-Length: 0'], ''), { target: '/next' }]),
    accept(of('6', '0\r\n\r\nx'), 'chunks are not looked for', posted(['Content-Length: 6'], '0\r\n\r\nx')),
    accept(of(String(next.length), next), 'a request in a body is no request', posted([`Content-Length: ${next.length}`], next)),
    accept(of('4', '\x00\r\n\xff'), 'any bytes', posted(['Content-Length: 4'], '\x00\r\n\xff')),
    accept(of('100000', 'b'.repeat(100_000)), 'more than a read', posted(['Content-Length: 100000'], 'b'.repeat(100_000))),
    waits(of('4'), 'one byte is missing'),
    waits(of('1', ''), 'all of it is missing')
  ])
]
