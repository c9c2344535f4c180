/** RFC 9113 section 6: frame definitions; section 7: error codes. Long, because the section is. */
import { describe, expect, it } from '@jest/globals'
import { errorCode, flag, frameType, largest31, setting } from '../codes.ts'
import {
  block,
  data,
  frame,
  get,
  goAway,
  headers,
  ping,
  request,
  reset,
  settings,
  settingsAck,
  u32,
  windowUpdate
} from '../testing/frames.ts'
import { alive, ends, holdsFor, ok } from '../testing/rows.ts'
import { Served } from '../testing/served.ts'

const { endHeaders, endStream, padded } = flag
const pad = (payload: Buffer | string, count: number, claimed = count): Buffer =>
  Buffer.concat([Buffer.from([claimed]), Buffer.from(payload as string), Buffer.alloc(count)])
const echoing = request(1, '/echo', false)

describe('6.1 DATA', () => {
  holdsFor([
    ['6.1 on stream 0 ends the connection', (s) => s.send(data(0, 'x')), ends('PROTOCOL_ERROR')],
    [
      '6.1 padding is no part of the body',
      (s) => s.send(echoing, frame(frameType.data, endStream | padded, 1, pad('text', 10))),
      ['HEADERS 1 200', 'DATA 1 text END']
    ],
    [
      '6.1 it may be padding alone',
      (s) => s.send(echoing, frame(frameType.data, endStream | padded, 1, pad('', 255))),
      ['HEADERS 1 200 END']
    ],
    [
      '6.1 padding longer than the frame ends the connection',
      (s) => s.send(echoing, frame(frameType.data, padded, 1, pad('ab', 0, 3))),
      ['HEADERS 1 200', ...ends('PROTOCOL_ERROR', 1)]
    ],
    [
      '6.1 padding as long as the frame ends the connection',
      (s) => s.send(echoing, frame(frameType.data, padded, 1, pad('', 2, 3))),
      ['HEADERS 1 200', ...ends('PROTOCOL_ERROR', 1)]
    ],
    [
      '6.1 a padded frame without a padding length ends the connection',
      (s) => s.send(echoing, frame(frameType.data, padded, 1)),
      ['HEADERS 1 200', ...ends('FRAME_SIZE_ERROR', 1)]
    ],
    ['6.1 an empty one may end the stream', (s) => s.send(echoing, data(1, 'x'), data(1, '', true)), ['HEADERS 1 200', 'DATA 1 x END']]
  ])
})

describe('6.2 HEADERS', () => {
  const all = endHeaders | endStream
  holdsFor([
    ['6.2 padding is no part of the block', (s) => s.send(frame(frameType.headers, all | padded, 1, pad(block(get()), 20))), ok(1)],
    [
      '6.2 padding and priority together',
      (s) =>
        s.send(frame(frameType.headers, all | 0x28, 1, Buffer.concat([Buffer.from([3, 0, 0, 0, 0, 9]), block(get()), Buffer.alloc(3)]))),
      ok(1)
    ],
    [
      '6.2 padding longer than the frame ends the connection',
      (s) => s.send(frame(frameType.headers, all | padded, 1, pad(block(get()), 0, 200))),
      ends('PROTOCOL_ERROR')
    ],
    [
      '6.2 a padded frame without a padding length ends the connection',
      (s) => s.send(frame(frameType.headers, all | padded, 1)),
      ends('FRAME_SIZE_ERROR')
    ],
    [
      '6.2 a priority cut off ends the connection',
      (s) => s.send(frame(frameType.headers, all | 0x20, 1, 'abcd')),
      ends('FRAME_SIZE_ERROR')
    ],
    ['6.2 on stream 0 ends the connection', (s) => s.send(headers(0, get())), ends('PROTOCOL_ERROR')]
  ])
})

describe('6.3 PRIORITY', () => {
  holdsFor([
    ['6.3 on stream 0 ends the connection', (s) => s.send(frame(frameType.priority, 0, 0, '\0\0\0\0\0')), ends('PROTOCOL_ERROR')],
    [
      '6.3 of a wrong size resets its stream',
      (s) => s.send(request(1, '/hold'), frame(frameType.priority, 0, 1, 'abcd'), ping()),
      ['RST 1 FRAME_SIZE_ERROR', alive]
    ]
  ])
})

describe('6.4 RST_STREAM', () => {
  holdsFor([
    ['6.4 on stream 0 ends the connection', (s) => s.send(reset(0, 8)), ends('PROTOCOL_ERROR')],
    ['6.4 on an idle stream ends the connection', (s) => s.send(reset(1, 8)), ends('PROTOCOL_ERROR')],
    [
      '6.4 of a wrong size ends the connection',
      (s) => s.send(request(1, '/hold'), frame(frameType.reset, 0, 1, 'abc')),
      ends('FRAME_SIZE_ERROR', 1)
    ],
    [
      '6.4 what waits for the stream is dropped',
      (s) => {
        s.send(request(1, '/hold'))
        s.act(() => s.exchanges[0]?.respond(200, {}, Buffer.alloc(70_000)))
        s.said()
        s.send(reset(1, 8), windowUpdate(0, 100_000), ping())
      },
      [alive]
    ],
    [
      '7 an error code that nobody knows is as good as any',
      (s) => {
        s.send(request(1, '/hold'), reset(1, 0xdead), goAway(0, 0xbeef), ping())
        expect(s.exchanges[0]?.aborted).toBe('client-gone')
      },
      [alive]
    ]
  ])
})

describe('6.5 SETTINGS', () => {
  holdsFor([
    ['6.5 on a stream end the connection', (s) => s.send(frame(frameType.settings, 0, 1)), ends('PROTOCOL_ERROR')],
    ['6.5 not in sixes end the connection', (s) => s.send(frame(frameType.settings, 0, 0, '12345')), ends('FRAME_SIZE_ERROR')],
    [
      '6.5 an acknowledgement with settings ends the connection',
      (s) => s.send(frame(frameType.settings, flag.ack, 0, '123456')),
      ends('FRAME_SIZE_ERROR')
    ],
    ['6.5 an acknowledgement is taken', (s) => s.send(settingsAck, ping()), [alive]],
    ['6.5.2 ENABLE_PUSH is 0 or 1', (s) => s.send(settings([setting.enablePush, 0]), settings([setting.enablePush, 1]), ping()), [alive]],
    ['6.5.2 ENABLE_PUSH of 2 ends the connection', (s) => s.send(settings([setting.enablePush, 2])), ends('PROTOCOL_ERROR')],
    ['6.5.2 INITIAL_WINDOW_SIZE of 2^31-1 is taken', (s) => s.send(settings([setting.initialWindowSize, largest31]), ping()), [alive]],
    [
      '6.5.2 INITIAL_WINDOW_SIZE of 2^31 ends the connection',
      (s) => s.send(settings([setting.initialWindowSize, 2 ** 31])),
      ends('FLOW_CONTROL_ERROR')
    ],
    [
      '6.5.2 MAX_FRAME_SIZE of 2^14 and 2^24-1 are taken',
      (s) => s.send(settings([setting.maxFrameSize, 16_384], [setting.maxFrameSize, 0xffffff]), ping()),
      [alive]
    ],
    [
      '6.5.2 MAX_FRAME_SIZE below 2^14 ends the connection',
      (s) => s.send(settings([setting.maxFrameSize, 16_383])),
      ends('PROTOCOL_ERROR')
    ],
    [
      '6.5.2 MAX_FRAME_SIZE over 2^24-1 ends the connection',
      (s) => s.send(settings([setting.maxFrameSize, 0x1000000])),
      ends('PROTOCOL_ERROR')
    ],
    [
      '6.5.2 the other settings take any value',
      (s) => s.send(settings([setting.maxConcurrentStreams, 0], [setting.maxHeaderListSize, 1]), ping()),
      [alive]
    ],
    [
      '6.5.2 HEADER_TABLE_SIZE of 0 is kept to, and announced',
      (s) => s.send(settings([setting.headerTableSize, 0]), request(1), request(3), request(5)),
      [...ok(1), ...ok(3), ...ok(5)]
    ],
    [
      '6.5.3 the last value of several counts',
      (s) => s.send(settings([setting.initialWindowSize, 0], [setting.initialWindowSize, 1]), request(1)),
      ['HEADERS 1 200 content-length=2', 'DATA 1 o']
    ]
  ])

  it('6.5.3 every SETTINGS is acknowledged', () => {
    const served = new Served()
    served.said()
    expect(served.send(settings(), settings([9, 9]), settings()).said()).toEqual(Array(3).fill('SETTINGS ack'))
  })

  it('6.5.2 the server says how many streams and how large a head it takes', () => {
    const [greeting] = new Served({ limits: { streams: 7, headBytes: 5000 } }).frames()
    expect(greeting?.payload.toString('hex')).toBe('000300000007000600001388')
  })
})

describe('6.6 PUSH_PROMISE, 6.7 PING, 6.8 GOAWAY', () => {
  holdsFor([
    [
      '6.6 PUSH_PROMISE of a client ends the connection',
      (s) => s.send(frame(frameType.pushPromise, endHeaders, 1, Buffer.concat([u32(2), block(get())]))),
      ends('PROTOCOL_ERROR')
    ],
    [
      '6.7 PING is answered with what it brought',
      (s) => s.send(ping('abcdefgh'), ping('\0\xff234567')),
      ['PING ack abcdefgh', 'PING ack \0\xff234567']
    ],
    ['6.7 an answer to a PING is not answered', (s) => s.send(ping('abcdefgh', flag.ack)), []],
    ['6.7 on a stream ends the connection', (s) => s.send(frame(frameType.ping, 0, 1, '12345678')), ends('PROTOCOL_ERROR')],
    ['6.7 of a wrong size ends the connection', (s) => s.send(frame(frameType.ping, 0, 0, '1234567')), ends('FRAME_SIZE_ERROR')],
    ['6.8 GOAWAY on a stream ends the connection', (s) => s.send(frame(frameType.goAway, 0, 1, '12345678')), ends('PROTOCOL_ERROR')],
    ['6.8 GOAWAY cut off ends the connection', (s) => s.send(frame(frameType.goAway, 0, 0, '1234567')), ends('FRAME_SIZE_ERROR')],
    [
      '6.8 streams that are open go on behind a GOAWAY of the client',
      (s) => {
        s.send(request(1, '/hold'), goAway(0, 0))
        s.act(() => s.exchanges[0]?.respond(204))
      },
      ['HEADERS 1 204 END']
    ]
  ])
})

describe('6.8 draining', () => {
  const draining = 'PING draining'
  holdsFor([
    [
      '6.8 the server first says that it will go, and what the client had sent is served',
      (s) => s.act(() => s.door.drain()).send(request(1)),
      ['GOAWAY 2147483647 NO_ERROR', draining, ...ok(1)]
    ],
    [
      '6.8 once the client has seen that, later streams are ignored, and the last answer closes the connection',
      (s) => {
        s.send(request(1, '/hold')).act(() => s.door.drain())
        s.send(request(3), ping('draining', flag.ack), request(5))
        s.act(() => s.exchanges[0]?.respond(204))
      },
      ['GOAWAY 2147483647 NO_ERROR', draining, ...ok(3), 'GOAWAY 3 NO_ERROR', 'HEADERS 1 204 END', 'CLOSED']
    ],
    [
      '6.8 a connection without streams is closed',
      (s) => s.act(() => s.door.drain()).send(ping('draining', flag.ack)),
      ['GOAWAY 2147483647 NO_ERROR', draining, 'GOAWAY 0 NO_ERROR', 'CLOSED']
    ],
    [
      '6.8 a client that does not answer is not waited for',
      (s) => s.act(() => s.door.drain()).act(() => s.door.sweep(performance.now() + 2000)),
      ['GOAWAY 2147483647 NO_ERROR', draining, 'GOAWAY 0 NO_ERROR', 'CLOSED']
    ]
  ])
})

describe('6.9 WINDOW_UPDATE', () => {
  const small = settings([setting.initialWindowSize, 1])
  holdsFor([
    ['6.9 by 0 on the connection ends it', (s) => s.send(windowUpdate(0, 0)), ends('PROTOCOL_ERROR')],
    ['6.9 by 0 on a stream resets it', (s) => s.send(request(1, '/hold'), windowUpdate(1, 0), ping()), ['RST 1 PROTOCOL_ERROR', alive]],
    ['6.9 of a wrong size ends the connection', (s) => s.send(frame(frameType.windowUpdate, 0, 0, 'abc')), ends('FRAME_SIZE_ERROR')],
    ['6.9.1 over 2^31-1 on the connection ends it', (s) => s.send(windowUpdate(0, largest31)), ends('FLOW_CONTROL_ERROR')],
    [
      '6.9.1 over 2^31-1 on a stream resets it',
      (s) => s.send(request(1, '/hold'), windowUpdate(1, largest31), ping()),
      ['RST 1 FLOW_CONTROL_ERROR', alive]
    ],
    [
      '6.9.1 no more is sent than the window of the stream takes',
      (s) => s.send(small, request(1), windowUpdate(1, 1)),
      ['HEADERS 1 200 content-length=2', 'DATA 1 o', 'DATA 1 k END']
    ],
    [
      '6.9.1 no more is sent than the window of the connection takes',
      (s) => {
        s.send(settings([setting.initialWindowSize, 100_000]), request(1, '/hold'))
        s.act(() => s.exchanges[0]?.respond(200, {}, Buffer.alloc(65_540)))
        s.send(windowUpdate(0, 2), windowUpdate(0, 3))
      },
      [
        'HEADERS 1 200 content-length=65540',
        ...Array<string>(3).fill('DATA 1 16384 bytes'),
        'DATA 1 16383 bytes',
        `DATA 1 ${'\0'.repeat(2)}`,
        `DATA 1 ${'\0'.repeat(3)} END`
      ]
    ],
    [
      '6.9.1 an end without bytes needs no window',
      (s) => s.send(settings([setting.initialWindowSize, 0]), request(1, '/echo', false), data(1, '', true)),
      ['HEADERS 1 200 END']
    ],
    [
      '6.9.1 more DATA than the stream takes resets it',
      (s) => s.send(request(1, '/hold', false), ...Array.from({ length: 4 }, () => data(1, Buffer.alloc(16_384))), ping()),
      ['RST 1 FLOW_CONTROL_ERROR', alive]
    ],
    [
      '6.9.1 padding counts against the window',
      (s) =>
        s.send(request(1, '/hold', false), ...Array.from({ length: 257 }, () => frame(frameType.data, padded, 1, pad('x', 254))), ping()),
      ['RST 1 FLOW_CONTROL_ERROR', alive]
    ],
    [
      '6.9.2 a larger initial window opens streams that are open',
      (s) => s.send(small, request(1), settings([setting.initialWindowSize, 2])),
      ['HEADERS 1 200 content-length=2', 'DATA 1 o', 'DATA 1 k END']
    ],
    [
      '6.9.2 a smaller one may leave less than nothing, which updates make up for first',
      (s) =>
        s.send(
          settings([setting.initialWindowSize, 3]),
          request(1, '/echo', false),
          data(1, 'abcdef'),
          settings([setting.initialWindowSize, 0]),
          windowUpdate(1, 3),
          ping(),
          windowUpdate(1, 2)
        ),
      ['HEADERS 1 200', 'DATA 1 abc', alive, 'DATA 1 de']
    ],
    [
      '6.9.2 a setting that makes a window too large ends the connection',
      (s) => s.send(request(1, '/hold'), windowUpdate(1, largest31 - 65_535), settings([setting.initialWindowSize, 65_536])),
      ends('FLOW_CONTROL_ERROR', 1)
    ]
  ])

  it('6.9 a window opens as the body is read, and wider while it is', () => {
    const served = new Served()
    served.said()
    served.send(request(1, '/echo', false), windowUpdate(0, 10_000_000), windowUpdate(1, 10_000_000))
    served.send(data(1, Buffer.alloc(16_384)), data(1, Buffer.alloc(16_384)))
    expect(served.said().filter((line) => line.startsWith('WINDOW 1'))).toEqual(['WINDOW 1 +229373'])
  })

  it('6.9 a body that nobody reads opens no window', () => {
    const served = new Served()
    served.said()
    served.send(request(1, '/hold', false), ...Array.from({ length: 3 }, () => data(1, Buffer.alloc(16_384))))
    expect(served.said()).toEqual([])
  })
})

describe('6.10 CONTINUATION', () => {
  const part = frame(frameType.headers, endStream, 1, block(get()))
  holdsFor([
    [
      '6.10 without HEADERS ends the connection',
      (s) => s.send(frame(frameType.continuation, endHeaders, 1, block(get()))),
      ends('PROTOCOL_ERROR')
    ],
    [
      '6.10 behind END_HEADERS ends the connection',
      (s) => s.send(request(1, '/hold'), frame(frameType.continuation, endHeaders, 1, '')),
      ends('PROTOCOL_ERROR', 1)
    ],
    ['6.10 on stream 0 ends the connection', (s) => s.send(part, frame(frameType.continuation, endHeaders, 0)), ends('PROTOCOL_ERROR')],
    [
      '6.10 many may make a block',
      (s) =>
        s.send(
          part,
          ...Array.from({ length: 20 }, (_, at) => frame(frameType.continuation, 0, 1, block([[`x-${at}`, 'v']]))),
          frame(frameType.continuation, endHeaders, 1)
        ),
      ok(1)
    ],
    [
      '6.10 trailers may be cut too',
      (s) =>
        s.send(
          echoing,
          frame(frameType.headers, endStream, 1, block([['x-t', '1']])),
          frame(frameType.continuation, endHeaders, 1, block([['x-u', '2']]))
        ),
      ['HEADERS 1 200', 'HEADERS 1 x-t=1 x-u=2 END']
    ],
    ['7 a connection error of the client ends nothing by itself', (s) => s.send(goAway(0, errorCode.internal), ping()), [alive]]
  ])
})
