import { ok, refuseResponse as refuse, relay, type ResponseRule, responseRule as rule } from '../response-rule.ts'

const last = ok('Content-Length: 1\r\n', 'a')
const early = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'
const upgrading = 'GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: a\r\n\r\n'
const switching = (fields: string): string => `HTTP/1.1 101 Switching Protocols\r\n${fields}\r\n`

/** Interim responses, switches of protocol, and responses that end early. */
export const interim: readonly ResponseRule[] = [
  rule('interim responses come before the last, and have no body', 'RFC 9110 15.2', [
    relay(early + last, 'hints', { body: 'a', interim: [103] }),
    relay(early.repeat(3) + last, 'three', { body: 'a', interim: [103, 103, 103] }),
    relay(`HTTP/1.1 102 Processing\r\n\r\n${last}`, 'processing', { body: 'a', interim: [102] }),
    relay(`HTTP/1.1 100 Continue\r\n\r\n${last}`, '100, for which nobody waits', { body: 'a' }),
    relay(`HTTP/1.1 199 X\r\n\r\n${last}`, 'one that nobody has registered', { body: 'a', interim: [199] }),
    relay(`HTTP/1.1 103 Early Hints\r\nContent-Length: 4\r\n\r\n${last}`, 'one with a length, which is dropped', {
      body: 'a',
      interim: [103]
    }),
    relay(`HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n${last}`, 'one with a coding, which is dropped', {
      body: 'a',
      interim: [103]
    }),
    relay(early + last, 'to a client that knows none', {
      body: 'a',
      request: 'GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n'
    }),
    refuse(early.repeat(100) + last, 'a flood'),
    refuse(`HTTP/1.1 103 Early Hints\r\nA : b\r\n\r\n${last}`, 'one that is malformed'),
    refuse(`HTTP/1.0 103 Early Hints\r\n\r\n${last}`, 'one of HTTP/1.0, which knows none'),
    refuse(`HTTP/1.1 103 Early Hints\r\nConnection: close\r\n\r\n${last}`, 'one that closes'),
    refuse(`HTTP/1.1 103 Early Hints\r\nContent-Length: x\r\n\r\n${last}`, 'one with a bad length'),
    refuse(early, 'no last one', { hangsUp: true }),
    refuse(`${early}nonsense\r\n`, 'nonsense behind one')
  ]),
  rule('nobody switches protocols who was not asked to, or to another one', 'RFC 9110 7.8, 15.2.2', [
    refuse(switching('Connection: upgrade\r\nUpgrade: a\r\n'), 'not asked'),
    refuse(switching(''), 'not asked, and no protocol'),
    refuse(switching('Connection: upgrade\r\nUpgrade: h2c\r\n'), 'asked for another', { request: upgrading }),
    refuse(switching(''), 'asked, and no protocol', { request: upgrading }),
    refuse(switching('Connection: upgrade\r\nUpgrade: a\r\nUpgrade: b\r\n'), 'asked, and two protocols', { request: upgrading }),
    relay(last, 'asked, and answers as ever', { body: 'a', request: upgrading })
  ]),
  rule('a response that ends early is none', 'RFC 9112 8', [
    refuse('', 'before its begin', { hangsUp: true }),
    refuse('H', 'in the version', { hangsUp: true }),
    refuse('HTTP/1.1 20', 'in the status', { hangsUp: true }),
    refuse('HTTP/1.1 200 OK\r\n', 'behind the status line', { hangsUp: true }),
    refuse('HTTP/1.1 200 OK\r\nContent-Le', 'in a name', { hangsUp: true }),
    refuse('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r', 'before the last byte of the head', { hangsUp: true })
  ])
]
