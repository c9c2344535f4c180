/** RFC 9113 section 8: expressing HTTP semantics in HTTP/2, as a server. */
import { describe, expect, it } from '@jest/globals'
import { data, type FieldsText, get, headers, ping, request } from '../testing/frames.ts'
import { alive, ends, holdsFor, ok, type Row } from '../testing/rows.ts'
import { Served } from '../testing/served.ts'

const pseudo = (changes: Readonly<Record<string, string | undefined>>): FieldsText =>
  get()
    .map(([name, value]) => [name, name in changes ? changes[name] : value] as const)
    .filter((field): field is readonly [string, string] => field[1] !== undefined)

/** The head is malformed: the stream is reset, the connection lives. */
const malformed = (title: string, fields: FieldsText): Row => [
  title,
  (s) => s.send(headers(1, fields), ping()),
  ['RST 1 PROTOCOL_ERROR', alive]
]
const refused = (title: string, fields: FieldsText, fault: string, status = 400): Row => [
  title,
  (s) => s.send(headers(1, fields), ping()),
  [`HEADERS 1 ${status} content-type=text/plain; charset=utf-8 content-length=${fault.length + 5}`, `DATA 1 ${status}: ${fault} END`, alive]
]

describe('8.1 message framing', () => {
  const echoing = request(1, '/echo', false)
  holdsFor([
    [
      '8.1 head, body and trailers',
      (s) => s.send(echoing, data(1, 'a'), data(1, 'b'), headers(1, [['x-t', '1']])),
      ['HEADERS 1 200', 'DATA 1 a', 'DATA 1 b', 'HEADERS 1 x-t=1 END']
    ],
    ['8.1 trailers without a body', (s) => s.send(echoing, headers(1, [['x-t', '1']])), ['HEADERS 1 200', 'HEADERS 1 x-t=1 END']],
    [
      '8.1 HEADERS behind the head that do not end the stream are malformed',
      (s) => s.send(echoing, headers(1, [['x-t', '1']], false), ping()),
      ['HEADERS 1 200', 'RST 1 PROTOCOL_ERROR', alive]
    ],
    [
      '8.1 what would change the message does not come behind its body',
      (s) =>
        s.send(
          echoing,
          data(1, 'a'),
          headers(1, [
            ['content-type', 'x'],
            ['content-length', '1'],
            ['host', 'h'],
            ['x-t', '1']
          ])
        ),
      ['HEADERS 1 200', 'DATA 1 a', 'HEADERS 1 x-t=1 END']
    ],
    ['8.1 empty trailers are none', (s) => s.send(echoing, data(1, 'a'), headers(1, [])), ['HEADERS 1 200', 'DATA 1 a END']],
    [
      '8.1 a response before the end of the request asks for no more of it',
      (s) => s.send(request(1, '/', false), ping()),
      [...ok(1), 'RST 1 NO_ERROR', alive]
    ],
    [
      '8.1 a response that ends with its head ends the stream there',
      (s) => {
        s.send(request(1, '/hold'))
        s.act(() => s.exchanges[0]?.respond(204))
      },
      ['HEADERS 1 204 END']
    ]
  ])
})

describe('8.1.1 malformed messages', () => {
  const of =
    (length: string, ...bodies: string[]): Row[1] =>
    (s) =>
      s.send(
        headers(1, [...get('/hold', 'POST'), ['content-length', length]], false),
        ...bodies.map((body, at) => data(1, body, at === bodies.length - 1)),
        ping()
      )
  holdsFor([
    [
      '8.1.1 a body of the announced length is taken',
      (s) => s.send(headers(1, [...get('/echo', 'POST'), ['content-length', '3']], false), data(1, 'ab'), data(1, 'c', true)),
      ['HEADERS 1 200', 'DATA 1 ab', 'DATA 1 c END']
    ],
    ['8.1.1 a longer one is malformed', of('3', 'ab', 'cd'), ['RST 1 PROTOCOL_ERROR', alive]],
    ['8.1.1 a shorter one is malformed', of('3', 'ab'), ['RST 1 PROTOCOL_ERROR', alive]],
    ['8.1.1 one where 0 was announced is malformed', of('0', 'a'), ['RST 1 PROTOCOL_ERROR', alive]],
    [
      '8.1.1 none where one was announced is malformed',
      (s) => s.send(headers(1, [...get('/'), ['content-length', '3']]), ping()),
      ['RST 1 PROTOCOL_ERROR', alive]
    ],
    [
      '8.1.1 trailers before the announced length are malformed',
      (s) =>
        s.send(headers(1, [...get('/hold', 'POST'), ['content-length', '3']], false), data(1, 'ab'), headers(1, [['x-t', '1']]), ping()),
      ['RST 1 PROTOCOL_ERROR', alive]
    ],
    malformed('8.1.1 two lengths are malformed', [...get(), ['content-length', '0'], ['content-length', '0']]),
    malformed('8.1.1 a length that is no number is malformed', [...get(), ['content-length', '+3']]),
    malformed('8.1.1 a length too long to count is malformed', [...get(), ['content-length', '1'.repeat(30)]])
  ])
})

describe('8.2 fields', () => {
  const names = ['Upper', 'x-UPPER', 'with space', 'colon:', '', 'ünï', 'tab\t', 'x\0', 'x\r', 'x\n', 'x(y)', 'x/y', 'x"y"', 'x,y', 'x{y}']
  const values = ['cr\r', 'lf\n', 'nul\0', 'a\r\nb: c', ' leading', 'trailing ', '\ttab', 'tab\t', 'bell\x07', 'delete\x7f']
  holdsFor([
    ...names.map((name) => malformed(`8.2.1 the name ${JSON.stringify(name)} is malformed`, [...get(), [name, 'v']])),
    ...values.map((value) => malformed(`8.2.1 the value ${JSON.stringify(value)} is malformed`, [...get(), ['x-a', value]])),
    [
      '8.2.1 spaces within, high bytes and empty values are taken',
      (s) => {
        s.send(headers(1, [...get(), ['x-a', 'a b\tc'], ['x-b', 'caf\xe9'], ['x-c', '']]))
        const { headers: list } = s.exchanges[0]?.request ?? {}
        expect([list?.get('x-a'), list?.get('x-b'), list?.get('x-c')]).toEqual(['a b\tc', 'caf\xe9', ''])
      },
      ok(1)
    ],
    ...['connection', 'proxy-connection', 'keep-alive', 'transfer-encoding', 'upgrade'].map((name) =>
      malformed(`8.2.2 ${name} is malformed`, [...get(), [name, 'x']])
    ),
    malformed('8.2.2 te other than trailers is malformed', [...get(), ['te', 'gzip']]),
    malformed('8.2.2 te of trailers and more is malformed', [...get(), ['te', 'trailers, gzip']]),
    ['8.2.2 te of trailers is taken', (s) => s.send(headers(1, [...get(), ['te', 'trailers']])), ok(1)],
    [
      '8.2.3 cookies are joined',
      (s) => {
        s.send(headers(1, [...get(), ['cookie', 'a=1'], ['x', 'y'], ['cookie', 'b=2']]))
        expect(s.exchanges[0]?.request.headers.getAll('cookie')).toEqual(['a=1; b=2'])
      },
      ok(1)
    ]
  ])
})

describe('8.3 control data', () => {
  holdsFor([
    malformed('8.3 an unknown pseudo field is malformed', [...get(), [':unknown', 'x']]),
    malformed('8.3 a pseudo field of responses is malformed', [...get(), [':status', '200']]),
    malformed('8.3 :protocol, which was not agreed on, is malformed', [...get(), [':protocol', 'websocket']]),
    malformed('8.3 a pseudo field behind a regular one is malformed', [...get().slice(0, 3), ['x', 'y'], [':path', '/']]),
    [
      '8.3 a pseudo field in trailers is malformed',
      (s) => s.send(request(1, '/hold', false), headers(1, [[':path', '/']]), ping()),
      ['RST 1 PROTOCOL_ERROR', alive]
    ],
    [
      '8.3 an upper-case name in trailers is malformed',
      (s) => s.send(request(1, '/hold', false), headers(1, [['X-T', '1']]), ping()),
      ['RST 1 PROTOCOL_ERROR', alive]
    ],
    [
      '8.3 a connection field in trailers is malformed',
      (s) => s.send(request(1, '/hold', false), headers(1, [['connection', 'x']]), ping()),
      ['RST 1 PROTOCOL_ERROR', alive]
    ],
    ...[':method', ':scheme', ':path'].flatMap((name) => [
      malformed(`8.3.1 a request without ${name} is malformed`, pseudo({ [name]: undefined })),
      malformed(`8.3.1 an empty ${name} is malformed`, pseudo({ [name]: '' })),
      malformed(`8.3.1 two of ${name} are malformed`, [...get(), [name, '/']])
    ]),
    malformed('8.3.1 two of :authority are malformed', [...get(), [':authority', 'svc.ns']]),
    malformed('8.3.1 a scheme other than http and https is malformed', pseudo({ ':scheme': 'ftp' })),
    refused('8.3.1 a path that is no path is refused', pseudo({ ':path': 'x' }), 'bad-target'),
    refused('8.3.1 an absolute path is refused', pseudo({ ':path': 'http://svc.ns/' }), 'bad-target'),
    refused('8.3.1 a path with a fragment is refused', pseudo({ ':path': '/a#b' }), 'bad-target'),
    refused('8.3.1 a path with a space within is refused', pseudo({ ':path': '/a b' }), 'bad-target'),
    refused('8.3.1 a path with high bytes is refused', pseudo({ ':path': '/\xe9' }), 'bad-target'),
    refused('8.3.1 a path with half an escape is refused', pseudo({ ':path': '/a%4' }), 'bad-target'),
    refused('8.3.1 a path with a broken escape is refused', pseudo({ ':path': '/%zz?%41' }), 'bad-target'),
    ['8.3.1 whole escapes, and anything in the query, are taken', (s) => s.send(headers(1, pseudo({ ':path': '/%41%2f?a=%&b=?' }))), ok(1)],
    refused('8.3.1 PRI is no method of requests', pseudo({ ':method': 'PRI' }), 'bad-method'),
    refused('8.3.1 an asterisk is for OPTIONS', pseudo({ ':path': '*' }), 'bad-target'),
    ['8.3.1 OPTIONS of an asterisk is taken', (s) => s.send(headers(1, pseudo({ ':method': 'OPTIONS', ':path': '*' }))), ok(1)],
    refused('8.3.1 a method that is no token is refused', pseudo({ ':method': 'G T' }), 'bad-method'),
    refused('8.3.1 an authority with user information is refused', pseudo({ ':authority': 'user@svc.ns' }), 'bad-host'),
    refused('8.3.1 an authority that is no host is refused', pseudo({ ':authority': 'a/b' }), 'bad-host'),
    refused('8.3.1 a request without any authority is refused', pseudo({ ':authority': undefined }), 'missing-host'),
    refused('8.3.1 Host that differs from :authority is refused', [...get(), ['host', 'other']], 'host-mismatch'),
    refused('8.3.1 two Hosts are refused', [...get(), ['host', 'svc.ns'], ['host', 'svc.ns']], 'repeated-host'),
    ['8.3.1 Host that says the same is taken', (s) => s.send(headers(1, [...get(), ['host', 'SVC.ns']])), ok(1)],
    [
      '8.3.1 Host stands for :authority',
      (s) => {
        s.send(headers(1, [...pseudo({ ':authority': undefined }), ['host', 'svc.ns']]))
        expect(s.exchanges[0]?.request.host).toBe('svc.ns')
      },
      ok(1)
    ],
    refused(
      '8.5 CONNECT is refused',
      [
        [':method', 'CONNECT'],
        [':authority', 'svc.ns:443']
      ],
      'bad-method'
    ),
    refused('8.5 CONNECT with a path is refused too', pseudo({ ':method': 'CONNECT' }), 'bad-method')
  ])
})

describe('8.4 to 8.8: what else there is', () => {
  holdsFor([
    refused('8.1 an unknown expectation is refused', [...get(), ['expect', '200-maybe']], 'unknown-expectation', 417),
    [
      '10.5.1 a head over the announced size is answered with 431, and the connection lives',
      (s) => s.send(headers(1, [...get(), ['x', 'v'.repeat(1500)]]), ping()),
      ['HEADERS 1 431 content-type=text/plain; charset=utf-8 content-length=14', 'DATA 1 431: too-large END', alive],
      { limits: { headBytes: 1000 } }
    ],
    [
      '10.5.1 so is one of too many fields',
      (s) => s.send(headers(1, [...get(), ...Array.from({ length: 10 }, (_, at) => [`x-${at}`, 'v'] as const)]), request(3)),
      ['HEADERS 1 431 content-type=text/plain; charset=utf-8 content-length=14', 'DATA 1 431: too-large END', ...ok(3)],
      { limits: { headerCount: 10 } }
    ],
    [
      '10.5.1 a head far over it ends the connection',
      (s) => s.send(headers(1, [...get(), ['x', 'v'.repeat(5000)]])),
      ends('ENHANCE_YOUR_CALM'),
      { limits: { headBytes: 1000 } }
    ]
  ])

  it('8.1 the end of a body without bytes is kept for a reader who comes later', () => {
    const waiting: (() => void)[] = []
    const served = new Served({
      handler: (exchange) => {
        const held = exchange as never as { hold(): void }
        held.hold()
        waiting.push(() => exchange.request.body.flowTo({ chunk: () => true, end: () => exchange.respond(204), fail: () => {} }))
      }
    })
    served.said()
    served.send(request(1, '/', false), data(1, '', true), request(3, '/', false), headers(3, [['x-t', '1']]))
    served.act(() => waiting.forEach((read) => read()))
    expect(served.answers()).toEqual(['HEADERS 1 204 END', 'HEADERS 3 204 END'])
  })

  it('8.1 100 Continue is said when the body is wanted, and was not sent unasked', () => {
    const waiting: (() => void)[] = []
    const served = new Served({
      handler: (exchange) => {
        const held = exchange as never as { hold(): void }
        held.hold()
        waiting.push(() => exchange.request.body.flowTo({ chunk: () => true, end: () => exchange.respond(204), fail: () => {} }))
      }
    })
    served.said()
    served.send(headers(1, [...get('/', 'PUT'), ['expect', '100-continue']], false))
    expect(served.answers()).toEqual([])
    served.act(() => waiting[0]?.())
    expect(served.answers()).toEqual(['HEADERS 1 100'])
    expect(served.send(data(1, 'x', true)).answers()).toEqual(['HEADERS 1 204 END'])
  })
})
