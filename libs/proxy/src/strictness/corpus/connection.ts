import { accept, get, post, posted, refuse, rule, type Rule } from '../rule.ts'

const next = 'GET /next HTTP/1.1\r\nHost: h\r\n\r\n'
const one = (field: string, ends: 'open' | 'closed', why: string): ReturnType<typeof accept> =>
  accept(get(`${field}\r\n`), why, { fields: [field] }, ends)

/** The field Connection. */
export const connection: readonly Rule[] = [
  rule('close closes', 'RFC 9112 9.6', [
    one('Connection: close', 'closed', 'close'),
    one('Connection: Close', 'closed', 'with a capital'),
    one('Connection: keep-alive, CLOSE', 'closed', 'in a list'),
    one('Connection: a,close,b', 'closed', 'in a list without spaces'),
    accept(
      get('Connection: a\r\nConnection: close\r\n'),
      'in a second field',
      { fields: ['Connection: a', 'Connection: close'] },
      'closed'
    ),
    one('Connection: closed', 'open', 'not the word'),
    one('Connection: keep-alive', 'open', 'the other word'),
    accept(get('Connection:\r\n'), 'empty', { fields: ['Connection: '] }),
    one('Connection: ,,', 'open', 'a list of nothing'),
    one('Proxy-Connection: close', 'open', 'a field of browsers of old'),
    accept(get('Proxy-Connection: close\r\n') + next, 'with a request behind it', [
      { fields: ['Proxy-Connection: close'] },
      { target: '/next' }
    ]),
    one('Keep-Alive: timeout=5', 'open', 'a parameter of it'),
    accept(get('Connection: close\r\n') + next, 'what follows is not read', { fields: ['Connection: close'] }, 'closed'),
    accept(
      post('Connection: close\r\nContent-Length: 1\r\n', `a${next}`),
      'nor behind a body',
      posted(['Connection: close', 'Content-Length: 1'], 'a'),
      'closed'
    )
  ]),
  rule('Connection nominates nothing that frames, routes or authorises', 'RFC 9110 7.6.1', [
    refuse('bad-connection', post('Connection: content-length\r\nContent-Length: 1\r\n', 'a'), 'the length'),
    refuse('bad-connection', post('Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 'the coding'),
    refuse('bad-connection', get('Connection: close, Host\r\n'), 'Host'),
    refuse('bad-connection', get('Connection: hOST\r\n'), 'Host in other case'),
    refuse('bad-connection', get('Connection: a\r\nConnection: host\r\n'), 'in a second field'),
    refuse('bad-connection', get('Connection: authorization\r\nAuthorization: x\r\n'), 'credentials'),
    refuse('bad-connection', get('Connection: content-type\r\n'), 'the content type'),
    refuse('bad-connection', get('Connection: ,host,\r\n'), 'among nothing'),
    refuse('bad-connection', get('Connection: close,\thost\t\r\n'), 'with tabs around it'),
    refuse('bad-connection', 'GET / HTTP/1.0\r\nConnection: content-length\r\n\r\n', 'in HTTP/1.0')
  ]),
  rule('Connection is a list of tokens: somebody might read close in another one', 'RFC 9110 7.6.1', [
    refuse('bad-connection', get('Connection: close\xa0\r\n'), 'a no-break space behind close'),
    refuse('bad-connection', get('Connection: \xa0close\r\n'), 'a no-break space before it'),
    refuse('bad-connection', get('Connection: keep alive\r\n'), 'a space in a member'),
    refuse('bad-connection', get('Connection: a close\r\n'), 'no comma, which Go reads as close'),
    refuse('bad-connection', get('Connection: Connection: close\r\n'), 'a name said twice, which Go reads as close'),
    refuse('bad-connection', get('Connection: close;q=1\r\n'), 'a parameter'),
    refuse('bad-connection', get('Connection: "close"\r\n'), 'quotes'),
    refuse('bad-connection', get('Connection: keep-alive, a/b\r\n'), 'a second member that is none')
  ]),
  rule('Connection may nominate other fields', 'RFC 9110 7.6.1', [
    one('Connection: x-a', 'open', 'one that is absent'),
    accept(get('Connection: x-a\r\nX-A: b\r\n'), 'one that is there', { fields: ['Connection: x-a', 'X-A: b'] }),
    one('Connection: TE', 'open', 'TE'),
    accept(
      get('TE: trailers\r\nConnection: TE, close\r\n'),
      'TE, and close',
      { fields: ['TE: trailers', 'Connection: TE, close'] },
      'closed'
    ),
    one('Connection: X-Forwarded-For', 'open', 'what a proxy rests on: it is kept all the same'),
    one('Connection: K-Network-Hash', 'open', 'what Knative rests on: it is kept all the same')
  ])
]
