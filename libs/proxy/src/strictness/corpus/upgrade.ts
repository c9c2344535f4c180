import { accept, get, post, posted, refuse, rule, type Rule } from '../rule.ts'

const upgrading = (protocol: string): string[] => ['Connection: upgrade', `Upgrade: ${protocol}`]
const asking = (protocol: string, more = ''): string => get(`${upgrading(protocol).join('\r\n')}\r\n${more}`)
const next = 'GET /next HTTP/1.1\r\nHost: h\r\n\r\n'
const settings = 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'

/** Requests to switch protocols. */
export const upgrade: readonly Rule[] = [
  rule('a client asks to switch by two fields', 'RFC 9110 7.8', [
    accept(asking('websocket'), 'WebSocket', { fields: upgrading('websocket'), upgrade: 'websocket' }),
    accept(asking('WebSocket'), 'in other case', { fields: upgrading('WebSocket'), upgrade: 'websocket' }),
    accept(asking('SPDY/3.1'), 'a version', { fields: upgrading('SPDY/3.1'), upgrade: 'spdy/3.1' }),
    accept(asking('a, b/1'), 'a choice', { fields: upgrading('a, b/1'), upgrade: 'a, b/1' }),
    accept(get('Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n'), 'in a list', {
      fields: ['Upgrade: websocket', 'Connection: keep-alive, Upgrade'],
      upgrade: 'websocket'
    }),
    accept(get('Upgrade: websocket\r\n'), 'one alone is nothing', { fields: ['Upgrade: websocket'] }),
    accept(get('Connection: upgrade\r\n'), 'nor is the other', { fields: ['Connection: upgrade'] }),
    accept(asking('websocket') + next, 'while nobody switches, requests follow', [
      { fields: upgrading('websocket'), upgrade: 'websocket' },
      { target: '/next' }
    ]),
    accept(
      'GET / HTTP/1.0\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
      'HTTP/1.0 cannot',
      { version: '1.0', fields: upgrading('websocket') },
      'closed'
    )
  ]),
  rule('what is asked for is a protocol', 'RFC 9110 7.8', [
    refuse('bad-upgrade', get('Connection: upgrade\r\nUpgrade: a\r\nUpgrade: b\r\n'), 'two fields'),
    refuse('bad-upgrade', get('Connection: upgrade\r\nUpgrade: a\r\nUpgrade: a\r\n'), 'two that are equal'),
    refuse('bad-upgrade', get('Upgrade: websocket\r\nUpgrade: h2c\r\n'), 'two, and no Connection'),
    refuse('bad-upgrade', asking('web socket'), 'a space'),
    refuse('bad-upgrade', asking('"websocket"'), 'quotes'),
    refuse('bad-upgrade', asking('web/socket/1'), 'two slashes'),
    refuse('bad-upgrade', asking('websocket/'), 'an empty version'),
    refuse('bad-upgrade', asking('websocket;q=1'), 'a parameter'),
    accept(get('Connection: upgrade\r\nUpgrade:\r\n'), 'nothing', { fields: ['Connection: upgrade', 'Upgrade: '] })
  ]),
  rule('a request to switch has no body: it would be taken for the new protocol', 'RFC 9110 7.8', [
    refuse('bad-upgrade', post(`${upgrading('websocket').join('\r\n')}\r\nContent-Length: 1\r\n`, 'a'), 'a length'),
    refuse('bad-upgrade', post(`${upgrading('websocket').join('\r\n')}\r\nTransfer-Encoding: chunked\r\n`, '0\r\n\r\n'), 'chunks'),
    refuse('bad-upgrade', post(`Content-Length: ${next.length}\r\n${upgrading('a').join('\r\n')}\r\n`, next), 'a body that is a request'),
    accept(asking('websocket', 'Content-Length: 0\r\n'), 'a length of nothing', {
      fields: [...upgrading('websocket'), 'Content-Length: 0'],
      upgrade: 'websocket'
    }),
    accept(post('Connection: upgrade\r\nContent-Length: 1\r\n', 'a'), 'without Upgrade it is a body', {
      ...posted(['Connection: upgrade', 'Content-Length: 1'], 'a')
    })
  ]),
  rule('h2c is not passed on: a client would speak to the upstream past the rules of the proxy', 'RFC 9113 3.1', [
    accept(asking('h2c'), 'alone', { fields: upgrading('h2c') }),
    accept(asking('H2C'), 'in other case', { fields: upgrading('H2C') }),
    accept(asking('websocket, h2c'), 'in a list', { fields: upgrading('websocket, h2c') }),
    accept(asking('h2c/1'), 'with a version', { fields: upgrading('h2c/1') }),
    accept(get(`Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n${settings}\r\n`), 'with settings', {
      fields: ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', settings]
    }),
    accept(get(`Connection: Upgrade\r\nUpgrade: h2c\r\n${settings}\r\n`), 'with settings that nobody nominated', {
      fields: ['Connection: Upgrade', 'Upgrade: h2c', settings]
    }),
    accept(post(`${upgrading('h2c').join('\r\n')}\r\nContent-Length: 1\r\n`, 'a'), 'with a body, which stays one', {
      ...posted([...upgrading('h2c'), 'Content-Length: 1'], 'a')
    }),
    accept(asking('h2c') + next, 'with a request behind it', [{ fields: upgrading('h2c') }, { target: '/next' }])
  ])
]
