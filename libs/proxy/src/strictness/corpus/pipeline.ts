import { accept, chunked, chunks, get, line, post, posted, refuse, rule, type Rule, type Seen, waits } from '../rule.ts'

const first = line('GET /1 HTTP/1.1')
const second = line('GET /2 HTTP/1.1')
const one: Partial<Seen> = { target: '/1' }
const two: Partial<Seen> = { target: '/2' }
const body = post('Content-Length: 3\r\n', 'abc')
const seenBody = posted(['Content-Length: 3'], 'abc')

/** Requests behind each other. */
export const pipelining: readonly Rule[] = [
  rule('requests may follow without waiting', 'RFC 9112 9.3.2', [
    accept(first + second, 'two', [one, two]),
    accept(
      first.repeat(20),
      'twenty',
      Array.from({ length: 20 }, () => one)
    ),
    accept(body + second, 'behind a body', [seenBody, two]),
    accept(chunked('1\r\na\r\n0\r\n\r\n') + second, 'behind chunks', [chunks('a'), two]),
    accept(chunked('1\r\na\r\n0\r\nB: c\r\n\r\n') + body + first, 'behind trailers and a body', [chunks('a', ['B: c']), seenBody, one]),
    accept(
      body.repeat(5),
      'bodies',
      Array.from({ length: 5 }, () => seenBody)
    ),
    accept(line('HEAD /1 HTTP/1.1') + second, 'behind HEAD', [{ ...one, method: 'HEAD' }, two]),
    { ...accept(first + 'GET /2', 'the second is not complete', one), ends: 'waits' }
  ]),
  rule('what precedes an error is answered, what follows is not read', 'RFC 9112 2.2, 9.3.2', [
    accept(`${first}GET / HTTP/1.1\r\nHost : h\r\n\r\n${second}`, 'a bad field', one, 'space-before-colon'),
    accept(`${first}\r\n${second}`, 'an empty line between two', one, 'bad-method'),
    accept(`${body}\r\n${second}`, 'an empty line behind a body, as browsers of old sent', seenBody, 'bad-method'),
    accept(`${body}X${second}`, 'a body longer than its length: another method', [seenBody, { ...two, method: 'XGET' }]),
    accept(`${body}${'X'.repeat(40)}${second}`, 'a body much longer than its length', seenBody, 'bad-method'),
    accept(`${chunked('0\r\n\r\n')}0\r\n\r\n${second}`, 'a second last chunk', chunks(''), 'bad-method'),
    accept(`${first}${chunked('x\r\n')}${second}`, 'a bad chunk', one, 'bad-chunk-size'),
    accept(
      `${first}${post('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n')}${second}`,
      'two framings',
      one,
      'length-and-chunked'
    ),
    accept(`${first}GET /2\r\n`, 'HTTP/0.9', one, 'bad-version'),
    accept(`${first}\x16\x03\x01`, 'TLS', one, 'bad-method'),
    refuse('length-and-chunked', `${post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n')}${second}`, 'an error first'),
    refuse('bad-chunk-end', chunked(`1\r\nab${second}`), 'in a body')
  ]),
  rule('nothing is read behind the last request', 'RFC 9112 9.6', [
    accept(get('Connection: close\r\n') + second, 'close', { fields: ['Connection: close'] }, 'closed'),
    accept(first + get('Connection: close\r\n') + second, 'a second that closes', [one, { fields: ['Connection: close'] }], 'closed'),
    accept(get('Connection: close\r\n') + 'nonsense', 'nonsense behind it', { fields: ['Connection: close'] }, 'closed'),
    accept(`GET /1 HTTP/1.0\r\n\r\n${second}`, 'HTTP/1.0', { ...one, version: '1.0', host: '' }, 'closed')
  ]),
  rule('a message that ends early is none', 'RFC 9112 8', [
    waits('G', 'in the method'),
    waits('GET /', 'in the target'),
    waits('GET / HTTP/1.1\r\n', 'behind the request line'),
    waits('GET / HTTP/1.1\r\nHos', 'in a name'),
    waits('GET / HTTP/1.1\r\nHost: h\r\nA: ', 'in a value'),
    waits(post('Content-Length: 10\r\n', 'abc'), 'in a body'),
    waits(chunked('a\r\nabc'), 'in a chunk'),
    waits(chunked('3\r\nabc\r\n0'), 'in the last chunk'),
    waits(chunked('3;b="c'), 'in an extension'),
    waits(chunked('3\r\nabc\r\n0\r\nB: '), 'in a trailer')
  ])
]
