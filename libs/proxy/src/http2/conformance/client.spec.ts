/** RFC 9113 as a client: what upstreams may send, and what becomes of it. Long, because the sections of a role are read side by side. */
import { describe, expect, it } from '@jest/globals'
import { HeaderList } from '../../header-list.ts'
import { errorCode, flag, frameType, largest31, setting } from '../codes.ts'
import { Asking, type AskingRow } from '../testing/asking.ts'
import { data, type FieldsText, frame, goAway, headers, ping, reset, settings, u32, windowUpdate } from '../testing/frames.ts'

const asked = 'HEADERS 1 GET http svc.ns / END'
const posted = 'HEADERS 1 POST http svc.ns /'
const status = (code = '200', more: FieldsText = []): FieldsText => [[':status', code], ...more]
const cancelled = 'RST 1 CANCEL'
const failing = (code: string, text: string): string[] => [`1 fail bad-response: stream error: stream ID 1; ${code}; ${text}`]
const alive = 'PING ack 12345678'

function holdsFor(rows: readonly AskingRow[]): void {
  it.each(rows.map((row) => [row[0], row] as const))('%s', (_, [, play, said, heard]) => {
    const asking = new Asking()
    play(asking)
    expect({ said: asking.said(), heard: asking.hears() }).toEqual({ said, heard })
  })
}

describe('client: requests', () => {
  it('3.4 begins with the preface, SETTINGS without push, and a wide window, and waits for nothing', () => {
    const asking = new Asking(Buffer.alloc(0))
    expect(asking.wire.output.startsWith('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x12\x04\0\0\0\0\0\0\x02\0\0\0\0')).toBe(true)
    expect(asking.ask().said()).toEqual([asked])
  })

  holdsFor([
    [
      '8.3.1 a request is one frame',
      (a) =>
        a.ask('GET', '/a?b', [
          'X-Upper',
          'v',
          'host',
          'other',
          'Connection',
          'x-gone, close',
          'X-Gone',
          '1',
          'Keep-Alive',
          '2',
          'te',
          'trailers, x'
        ]),
      ['HEADERS 1 GET http svc.ns /a?b x-upper=v te=trailers END'],
      []
    ],
    [
      '8.1 a body follows as it comes',
      (a) =>
        a
          .ask('POST')
          .act(() => a.streams[0]?.chunk(Buffer.from('ab')))
          .act(() => a.streams[0]?.end(undefined)),
      [posted, 'DATA 1 ab', 'DATA 1  END'],
      []
    ],
    [
      '8.1 the end is a flag of the last piece where that has not left',
      (a) =>
        a.ask('POST').act(() => {
          a.streams[0]?.chunk(Buffer.from('ab'))
          a.streams[0]?.end(undefined)
        }),
      [posted, 'DATA 1 ab END'],
      []
    ],
    [
      '8.1 trailers end it',
      (a) => a.ask('POST').act(() => a.streams[0]?.end(new HeaderList(['X-T', '1']))),
      [posted, 'HEADERS 1 x-t=1 END'],
      []
    ],
    [
      '5.4.2 a request that is given up is reset',
      (a) =>
        a
          .ask()
          .act(() => a.streams[0]?.abort())
          .send(headers(1, status()), data(3 - 2, 'late'), ping()),
      [asked, cancelled, alive],
      []
    ],
    [
      '6.5.2 windows of the upstream are kept to',
      (a) =>
        a
          .send(settings([setting.initialWindowSize, 3]))
          .ask('POST')
          .act(() => a.streams[0]?.chunk(Buffer.from('abcde')))
          .send(windowUpdate(1, 2)),
      ['SETTINGS ack', posted, 'DATA 1 abc', 'DATA 1 de'],
      ['1 drained']
    ],
    [
      '5.1.2 a stream limit of 0 makes the connection unavailable',
      (a) => {
        a.send(settings([setting.maxConcurrentStreams, 0]))
        expect(a.session.available).toBe(false)
      },
      ['SETTINGS ack'],
      []
    ]
  ])
})

describe('client: responses', () => {
  holdsFor([
    [
      '8.1 head, body, trailers',
      (a) => a.ask().send(headers(1, status('200', [['x', 'y']]), false), data(1, 'a'), headers(1, [['t', '1']])),
      [asked],
      ['1 head 200 x=y (-1)', '1 chunk a', '1 end t=1']
    ],
    ['8.1 a head alone', (a) => a.ask().send(headers(1, status('204'))), [asked], ['1 head 204 (0)', '1 end']],
    [
      '8.1 interim heads come first',
      (a) => a.ask().send(headers(1, status('103', [['link', 'x']]), false), headers(1, status())),
      [asked],
      ['1 interim 103 link=x', '1 head 200 (0)', '1 end']
    ],
    [
      '8.1 an interim head that ends the stream is malformed',
      (a) => a.ask().send(headers(1, status('103'))),
      [asked, 'RST 1 PROTOCOL_ERROR'],
      failing('PROTOCOL_ERROR', 'a response of interim heads (RFC 9113 8.1)')
    ],
    [
      '8.1 more than enough interim heads are too many',
      (a) => a.ask().send(...Array.from({ length: 33 }, () => headers(1, status('103'), false))),
      [asked, 'RST 1 PROTOCOL_ERROR'],
      [...Array<string>(32).fill('1 interim 103'), ...failing('PROTOCOL_ERROR', 'a response of interim heads (RFC 9113 8.1)')]
    ],
    [
      '8.6 status 101 does not exist',
      (a) => a.ask().send(headers(1, status('101'), false)),
      [asked, 'RST 1 PROTOCOL_ERROR'],
      failing('PROTOCOL_ERROR', 'malformed response: status 101, which HTTP/2 does not have')
    ],
    [
      '8.1.1 a body of the announced length',
      (a) => a.ask().send(headers(1, status('200', [['content-length', '2']]), false), data(1, 'ab', true)),
      [asked],
      ['1 head 200 content-length=2 (2)', '1 chunk ab', '1 end']
    ],
    [
      '8.1.1 a longer one is malformed',
      (a) => a.ask().send(headers(1, status('200', [['content-length', '1']]), false), data(1, 'ab', true)),
      [asked, 'RST 1 PROTOCOL_ERROR'],
      ['1 head 200 content-length=1 (1)', ...failing('PROTOCOL_ERROR', 'the body has not the announced length (RFC 9113 8.1.1)')]
    ],
    [
      '8.1.1 a shorter one is malformed',
      (a) => a.ask().send(headers(1, status('200', [['content-length', '3']]), false), data(1, 'ab', true)),
      [asked, 'RST 1 PROTOCOL_ERROR'],
      ['1 head 200 content-length=3 (3)', ...failing('PROTOCOL_ERROR', 'the body has not the announced length (RFC 9113 8.1.1)')]
    ],
    [
      '8.1.1 none where one was announced is malformed',
      (a) => a.ask().send(headers(1, status('200', [['content-length', '3']]))),
      [asked, 'RST 1 PROTOCOL_ERROR'],
      failing('PROTOCOL_ERROR', 'the body has not the announced length (RFC 9113 8.1.1)')
    ],
    [
      '8.1.1 HEAD announces what does not come',
      (a) => a.ask('HEAD').send(headers(1, status('200', [['content-length', '3']]))),
      ['HEADERS 1 HEAD http svc.ns / END'],
      ['1 head 200 content-length=3 (0)', '1 end']
    ],
    [
      '8.1.1 304 announces what does not come',
      (a) => a.ask().send(headers(1, status('304', [['content-length', '3']]))),
      [asked],
      ['1 head 304 content-length=3 (0)', '1 end']
    ],
    [
      '8.1 DATA before the head is malformed',
      (a) => a.ask().send(data(1, 'x')),
      [asked, 'RST 1 PROTOCOL_ERROR'],
      failing('PROTOCOL_ERROR', 'DATA before the head (RFC 9113 8.1)')
    ],
    [
      '8.1 trailers that do not end the stream are malformed',
      (a) => a.ask().send(headers(1, status(), false), headers(1, [['t', '1']], false)),
      [asked, 'RST 1 PROTOCOL_ERROR'],
      ['1 head 200 (-1)', ...failing('PROTOCOL_ERROR', 'malformed trailers (RFC 9113 8.1)')]
    ],
    [
      '8.1 an answer before the end of the request needs no more of it',
      (a) =>
        a
          .ask('POST')
          .send(headers(1, status()))
          .act(() => a.streams[0]?.chunk(Buffer.from('x'))),
      [posted, 'RST 1 NO_ERROR'],
      ['1 head 200 (0)', '1 end']
    ],
    ...(
      [
        ['8.3.2 a head without status', [['x', 'y']], 'missing status pseudo header'],
        [
          '8.3.2 two of them',
          [
            [':status', '200'],
            [':status', '200']
          ],
          'more than one status, or one behind fields'
        ],
        [
          '8.3 a status behind fields',
          [
            ['x', 'y'],
            [':status', '200']
          ],
          'more than one status, or one behind fields'
        ],
        ['8.3.2 a status that is no number', [[':status', 'ok']], 'malformed non-numeric status pseudo header'],
        [
          '8.3 a pseudo field of requests',
          [
            [':status', '200'],
            [':path', '/']
          ],
          'pseudo field :path in a response'
        ],
        [
          '8.3 an unknown pseudo field',
          [
            [':status', '200'],
            [':x', '/']
          ],
          'pseudo field :x in a response'
        ],
        [
          '8.2.2 a connection field',
          [
            [':status', '200'],
            ['transfer-encoding', 'chunked']
          ],
          'connection-specific field transfer-encoding'
        ],
        [
          '8.2.1 an upper-case name',
          [
            [':status', '200'],
            ['X', 'y']
          ],
          'malformed field'
        ],
        [
          '8.2.1 a value with a line end',
          [
            [':status', '200'],
            ['x', 'a\r\nb']
          ],
          'malformed field'
        ],
        [
          '8.1.1 two lengths',
          [
            [':status', '200'],
            ['content-length', '1'],
            ['content-length', '1']
          ],
          'malformed Content-Length'
        ]
      ] satisfies [string, FieldsText, string][]
    ).map(([title, fields, why]): AskingRow => [
      `${title} is malformed`,
      (a) => a.ask().send(headers(1, fields)),
      [asked, 'RST 1 PROTOCOL_ERROR'],
      failing('PROTOCOL_ERROR', `malformed response: ${why}`)
    ]),
    [
      '10.5.1 a head over the announced size is refused',
      (a) =>
        a.ask().send(
          headers(
            1,
            status('200', [
              ['x', 'v'.repeat(16_300)],
              ['y', 'v'.repeat(40)]
            ])
          )
        ),
      [asked, 'RST 1 PROTOCOL_ERROR'],
      failing('PROTOCOL_ERROR', 'the head of the response is too large')
    ]
  ])

  it('6.9 a slow reader gets no more than the windows, and all of it in order', () => {
    const asking = new Asking().ask()
    asking.takes = false
    asking.send(headers(1, status(), false), data(1, 'one'), data(1, 'two'), data(1, 'three', true))
    expect(asking.hears()).toEqual(['1 head 200 (-1)', '1 chunk one'])
    asking.act(() => asking.streams[0]?.resume())
    expect(asking.hears()).toEqual(['1 chunk twothree', '1 end'])
  })
})

describe('client: streams and connection', () => {
  const lost = (code: string, text: string): string[] => [`1 fail bad-response: connection error: ${code}: ${text}`]
  const seen = (lastId: number, code = 'NO_ERROR', text = ''): string =>
    `http2: server sent GOAWAY and closed the connection; LastStreamID=${lastId}, ErrCode=${code}, debug="${text}"`
  holdsFor([
    [
      '5.4.2 a reset reaches the one who asked, with the words of Go',
      (a) => a.ask().send(reset(1, errorCode.internal)),
      [asked],
      ['1 fail stream-reset: stream error: stream ID 1; INTERNAL_ERROR; received from peer']
    ],
    [
      '8.7 a refused stream may be tried again',
      (a) => a.ask().send(reset(1, errorCode.refusedStream)),
      [asked],
      ['1 fail closed unsent: stream error: stream ID 1; REFUSED_STREAM; received from peer']
    ],
    [
      '5.1 a late reset is nothing',
      (a) => a.ask().send(headers(1, status()), reset(1, 8), ping()),
      [asked, alive],
      ['1 head 200 (0)', '1 end']
    ],
    [
      '5.1 HEADERS on an idle stream end the connection',
      (a) => a.ask().send(headers(3, status())),
      [asked, 'GOAWAY 0 PROTOCOL_ERROR', 'CLOSED'],
      lost('PROTOCOL_ERROR', 'HEADERS on an idle stream (RFC 9113 5.1)')
    ],
    [
      '5.1 DATA on an idle stream ends the connection',
      (a) => a.ask().send(data(3, 'x')),
      [asked, 'GOAWAY 0 PROTOCOL_ERROR', 'CLOSED'],
      lost('PROTOCOL_ERROR', 'DATA on an idle stream (RFC 9113 5.1)')
    ],
    [
      '5.1.1 a stream of the server ends the connection',
      (a) => a.ask().send(headers(2, status())),
      [asked, 'GOAWAY 0 PROTOCOL_ERROR', 'CLOSED'],
      lost('PROTOCOL_ERROR', 'HEADERS on an idle stream (RFC 9113 5.1)')
    ],
    [
      '8.4 PUSH_PROMISE ends the connection',
      (a) => a.ask().send(frame(frameType.pushPromise, flag.endHeaders, 1, u32(2))),
      [asked, 'GOAWAY 0 PROTOCOL_ERROR', 'CLOSED'],
      lost('PROTOCOL_ERROR', 'PUSH_PROMISE, which was not allowed (RFC 9113 8.4)')
    ],
    [
      '6.5.2 a server must not enable push',
      (a) => a.ask().send(settings([setting.enablePush, 1])),
      [asked, 'GOAWAY 0 PROTOCOL_ERROR', 'CLOSED'],
      lost('PROTOCOL_ERROR', 'SETTINGS_ENABLE_PUSH of 1 (RFC 9113 6.5.2)')
    ],
    [
      '6.8 GOAWAY leaves what it covers alone',
      (a) => a.ask().send(goAway(1, 0)).send(headers(1, status())),
      [asked, 'GOAWAY 0 NO_ERROR', 'CLOSED'],
      ['1 head 200 (0)', '1 end']
    ],
    [
      '6.8 what GOAWAY does not cover was not sent',
      (a) => a.ask().ask().send(goAway(1, 0), headers(1, status())),
      [asked, 'HEADERS 3 GET http svc.ns / END', 'GOAWAY 0 NO_ERROR', 'CLOSED'],
      [`3 fail closed unsent: ${seen(1)}`, '1 head 200 (0)', '1 end']
    ],
    [
      '6.8 GOAWAY of 2^31-1 covers all, and no more is asked there',
      (a) => {
        a.ask().send(goAway(largest31, 0))
        expect([a.session.available, a.gone]).toEqual([false, 1])
      },
      [asked],
      []
    ],
    [
      '6.8 its error code and words are told',
      (a) => a.ask().send(goAway(0, errorCode.enhanceYourCalm, 'slow down')),
      [asked, 'GOAWAY 0 NO_ERROR', 'CLOSED'],
      [`1 fail closed unsent: ${seen(0, 'ENHANCE_YOUR_CALM', 'slow down')}`]
    ],
    [
      '6.9 DATA over the window resets the stream',
      (a) => {
        a.takes = false
        a.ask().send(headers(1, status(), false), ...Array.from({ length: 17 }, () => data(1, Buffer.alloc(16_384))))
      },
      [asked, 'RST 1 FLOW_CONTROL_ERROR'],
      [
        '1 head 200 (-1)',
        '1 chunk 16384 bytes',
        ...failing('FLOW_CONTROL_ERROR', 'more data than the window of the stream (RFC 9113 6.9.1)')
      ]
    ]
  ])

  it('a connection that breaks fails all that was asked', () => {
    const asking = new Asking().ask().ask()
    asking.wire.destroy()
    return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      expect(asking.hears()).toEqual(['1 fail closed: unexpected EOF', '3 fail closed: unexpected EOF'])
      expect(asking.gone).toBe(1)
    })
  })

  it('a connection without work is left after its time', () => {
    const asking = new Asking().ask().send(headers(1, status()))
    asking.said()
    asking.act(() => asking.session.sweep(performance.now() + 50_000, 90_000, 1000))
    expect(asking.said()).toEqual([])
    asking.act(() => asking.session.sweep(performance.now() + 100_000, 90_000, 1000))
    expect(asking.said()).toEqual(['GOAWAY 0 NO_ERROR', 'CLOSED'])
  })
})
