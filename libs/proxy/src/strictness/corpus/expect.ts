import { accept, get, post, posted, refuse, rule, type Rule, waits } from '../rule.ts'

const expecting = 'Expect: 100-continue'

/** The field Expect. */
export const expectation: readonly Rule[] = [
  rule('the only expectation is 100-continue', 'RFC 9110 10.1.1', [
    accept(
      post(`${expecting}\r\nContent-Length: 1\r\n`, 'a'),
      'with a body that does not wait',
      posted([expecting, 'Content-Length: 1'], 'a')
    ),
    accept(
      post('Expect: 100-Continue\r\nContent-Length: 1\r\n', 'a'),
      'in other case',
      posted(['Expect: 100-Continue', 'Content-Length: 1'], 'a')
    ),
    accept(
      post(`${expecting}\r\nTransfer-Encoding: chunked\r\n`, '1\r\na\r\n0\r\n\r\n'),
      'with chunks',
      posted([expecting, 'Transfer-Encoding: chunked'], 'a')
    ),
    accept(get(`${expecting}\r\n`), 'without a body there is nothing to wait for', { fields: [expecting] }),
    accept(post(`${expecting}\r\nContent-Length: 0\r\n`), 'nor with an empty one', posted([expecting, 'Content-Length: 0'], '')),
    accept(
      `POST / HTTP/1.0\r\nHost: h\r\n${expecting}\r\nContent-Length: 1\r\n\r\na`,
      'HTTP/1.0 has none: it is ignored',
      { ...posted([expecting, 'Content-Length: 1'], 'a'), version: '1.0' },
      'closed'
    ),
    refuse('unknown-expectation', post('Expect: 200-ok\r\nContent-Length: 1\r\n', 'a'), 'another'),
    refuse('unknown-expectation', post('Expect: 100\r\nContent-Length: 1\r\n', 'a'), 'half of it'),
    refuse('unknown-expectation', post('Expect: 100-continue, 100-continue\r\nContent-Length: 1\r\n', 'a'), 'a list'),
    refuse('unknown-expectation', post('Expect: 100-continue;q=1\r\nContent-Length: 1\r\n', 'a'), 'a parameter'),
    refuse('unknown-expectation', post('Expect: x100-continue\r\nContent-Length: 1\r\n', 'a'), 'a letter before it'),
    refuse('unknown-expectation', post('Expect:\r\nContent-Length: 1\r\n', 'a'), 'empty'),
    refuse('unknown-expectation', get('Expect: nothing\r\n'), 'another, without a body'),
    waits(post(`${expecting}\r\nContent-Length: 1\r\n`), 'a body that waits')
  ])
]
