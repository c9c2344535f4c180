import { accept, get, post, posted, refuse, rule, type Rule, waits } from '../rule.ts'

const coding = (value: string): string => post(`Transfer-Encoding: ${value}\r\n`, '1\r\na\r\n0\r\n\r\n')
const last = '0\r\n\r\n'

/** The field Transfer-Encoding. */
export const transferEncoding: readonly Rule[] = [
  rule('the only transfer coding is chunked', 'RFC 9112 6.1, 7', [
    accept(coding('chunked'), 'chunked', posted(['Transfer-Encoding: chunked'], 'a')),
    refuse('bad-transfer-encoding', coding('identity'), 'identity, which was dropped from HTTP'),
    refuse('bad-transfer-encoding', coding('gzip'), 'gzip alone'),
    refuse('bad-transfer-encoding', coding('gzip, chunked'), 'gzip before chunked'),
    refuse('bad-transfer-encoding', coding('chunked, gzip'), 'gzip behind chunked'),
    refuse('bad-transfer-encoding', coding('chunked, identity'), 'identity behind chunked'),
    refuse('bad-transfer-encoding', coding('identity, chunked'), 'identity before chunked'),
    refuse('bad-transfer-encoding', coding(''), 'none'),
    refuse('bad-transfer-encoding', get('Transfer-Encoding:\r\n'), 'none, on a GET'),
    refuse('bad-transfer-encoding', coding('cow'), 'one that nobody knows'),
    refuse('bad-transfer-encoding', get('Transfer-Encoding: identity\r\n'), 'identity on a GET')
  ]),
  rule('chunked is spelled so, in any case', 'RFC 9112 7', [
    accept(coding('Chunked'), 'with a capital', posted(['Transfer-Encoding: Chunked'], 'a')),
    accept(coding('CHUNKED'), 'in capitals', posted(['Transfer-Encoding: CHUNKED'], 'a')),
    accept(coding(' \tchunked\t '), 'with spaces and tabs around it', posted(['Transfer-Encoding: chunked'], 'a')),
    refuse('bad-transfer-encoding', coding('xchunked'), 'a letter before it'),
    refuse('bad-transfer-encoding', coding('chunkedx'), 'a letter behind it'),
    refuse('bad-transfer-encoding', coding('chunke'), 'a letter too few'),
    refuse('bad-transfer-encoding', coding('chun ked'), 'a space in it'),
    refuse('bad-transfer-encoding', coding('"chunked"'), 'quotes'),
    refuse('bad-transfer-encoding', coding('chunked;q=1'), 'a parameter'),
    refuse('bad-transfer-encoding', coding('chunked;'), 'a semicolon'),
    refuse('bad-transfer-encoding', coding(': chunked'), 'a second colon'),
    refuse('bad-transfer-encoding', coding('chunked\xa0'), 'a no-break space'),
    refuse('bad-transfer-encoding', coding('\xffchunked'), 'obs-text before it'),
    refuse('bad-transfer-encoding', coding('chun\xd0ed'), 'a letter that is not ASCII'),
    refuse('bad-value', coding('\x0bchunked'), 'a vertical tab before it'),
    refuse('bad-value', coding('chunked\x0c'), 'a form feed behind it'),
    refuse('nul', coding('chunked\x00'), 'NUL behind it')
  ]),
  rule('chunked is said once', 'RFC 9112 6.1', [
    refuse('bad-transfer-encoding', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', last), 'two fields'),
    refuse('bad-transfer-encoding', post('Transfer-Encoding: chunked\r\ntransfer-encoding: identity\r\n', last), 'and identity'),
    refuse('bad-transfer-encoding', post('Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n', last), 'behind another'),
    refuse('bad-transfer-encoding', post('Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n', last), 'and nothing'),
    refuse('bad-transfer-encoding', post('Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\n', last), 'behind nothing'),
    refuse('bad-transfer-encoding', coding('chunked, chunked'), 'a list of two'),
    refuse('bad-transfer-encoding', coding('chunked,'), 'a list with an empty member'),
    refuse('bad-transfer-encoding', coding(', chunked'), 'a list that begins with one')
  ]),
  rule('a body has a length or chunks, not both', 'RFC 9112 6.3', [
    refuse('length-and-chunked', post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', last), 'the length first'),
    refuse('length-and-chunked', post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', last), 'the coding first'),
    refuse('length-and-chunked', post('Transfer-Encoding: chunked\r\nContent-Length: 0\r\n', last), 'a length of nothing'),
    refuse('length-and-chunked', post('content-length: 5\r\nA: b\r\nTRANSFER-ENCODING: CHUNKED\r\n', last), 'in other case, apart'),
    refuse('bad-length', post('Transfer-Encoding: chunked\r\nContent-Length: x\r\n', last), 'a length that is none'),
    refuse('bad-transfer-encoding', post('Content-Length: 5\r\nTransfer-Encoding: identity\r\n', last), 'a length and identity'),
    refuse('bad-transfer-encoding', post('Content-Length: 5\r\nTransfer-Encoding:\r\n', last), 'a length and nothing'),
    refuse('bad-transfer-encoding', post('Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n', last), 'a length and nearly chunked')
  ]),
  rule('HTTP/1.0 knows no chunks', 'RFC 9112 6.1', [
    refuse('bad-transfer-encoding', `POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n${last}`, 'chunked'),
    refuse('bad-transfer-encoding', `POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n${last}`, 'chunked without Host'),
    refuse('bad-transfer-encoding', `POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n${last}`, 'and kept'),
    refuse('bad-transfer-encoding', `POST / HTTP/1.0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n${last}`, 'and a length')
  ]),
  rule('a chunked body need not have a method that wants one', 'RFC 9112 6', [
    accept(get('Transfer-Encoding: chunked\r\n') + last, 'GET', { fields: ['Transfer-Encoding: chunked'] }),
    waits(get('Transfer-Encoding: chunked\r\n'), 'GET, and no chunk yet'),
    waits(post('Transfer-Encoding: chunked\r\n', '5\r\nhel'), 'a part of a chunk')
  ])
]
