/** RFC 9113 section 5: streams and multiplexing. */
import { describe, expect } from '@jest/globals'
import { errorCode, frameType, setting } from '../codes.ts'
import { data, frame, get, headers, ping, request, reset, settings, windowUpdate } from '../testing/frames.ts'
import { alive, ends, holdsFor, ok } from '../testing/rows.ts'

const priority = (id: number): Buffer => frame(frameType.priority, 0, id, '\0\0\0\0\0')
const trailers = (id: number): Buffer => headers(id, [['x-t', '1']])

describe('5.1 stream states: idle', () => {
  holdsFor([
    ['5.1 DATA ends the connection', (s) => s.send(data(1, 'x')), ends('PROTOCOL_ERROR')],
    ['5.1 RST_STREAM ends the connection', (s) => s.send(reset(1, errorCode.cancel)), ends('PROTOCOL_ERROR')],
    ['5.1 WINDOW_UPDATE ends the connection', (s) => s.send(windowUpdate(1, 1)), ends('PROTOCOL_ERROR')],
    ['5.1 CONTINUATION ends the connection', (s) => s.send(frame(frameType.continuation, 4, 1)), ends('PROTOCOL_ERROR')],
    ['5.1 PRIORITY is taken', (s) => s.send(priority(1), ping()), [alive]],
    ['5.1 HEADERS open it', (s) => s.send(request(1)), ok(1)],
    ['5.1 DATA on a stream that only the server could open ends the connection', (s) => s.send(data(2, 'x')), ends('PROTOCOL_ERROR')]
  ])
})

describe('5.1 stream states: open', () => {
  holdsFor([
    [
      '5.1 DATA, WINDOW_UPDATE and PRIORITY are taken',
      (s) => s.send(request(1, '/hold', false), data(1, 'x'), windowUpdate(1, 1), priority(1), ping()),
      [alive]
    ],
    [
      '5.1 END_STREAM of DATA half-closes it',
      (s) => s.send(request(1, '/echo', false), data(1, 'x', true)),
      ['HEADERS 1 200', 'DATA 1 x END']
    ],
    [
      '5.1 END_STREAM of trailers half-closes it',
      (s) => s.send(request(1, '/echo', false), data(1, 'x'), trailers(1)),
      ['HEADERS 1 200', 'DATA 1 x', 'HEADERS 1 x-t=1 END']
    ],
    [
      '5.1 RST_STREAM closes it, and aborts what it began',
      (s) => {
        s.send(request(1, '/hold', false), reset(1, errorCode.cancel), ping())
        expect(s.exchanges[0]?.aborted).toBe('client-gone')
      },
      [alive]
    ]
  ])
})

describe('5.1 stream states: half-closed (remote)', () => {
  const hold = request(1, '/hold')
  holdsFor([
    ['5.1 DATA resets it', (s) => s.send(hold, data(1, 'x'), ping()), ['RST 1 STREAM_CLOSED', alive]],
    [
      '5.1 DATA behind a body resets it',
      (s) => s.send(request(1, '/hold', false), data(1, 'x', true), data(1, 'y'), ping()),
      ['RST 1 STREAM_CLOSED', alive]
    ],
    ['5.1 HEADERS reset it', (s) => s.send(hold, trailers(1), ping()), ['RST 1 STREAM_CLOSED', alive]],
    ['5.1 WINDOW_UPDATE is taken', (s) => s.send(hold, windowUpdate(1, 1), ping()), [alive]],
    ['5.1 PRIORITY is taken', (s) => s.send(hold, priority(1), ping()), [alive]],
    [
      '5.1 RST_STREAM closes it',
      (s) => {
        s.send(hold, reset(1, errorCode.cancel), ping())
        expect(s.exchanges[0]?.aborted).toBe('client-gone')
      },
      [alive]
    ]
  ])
})

describe('5.1 stream states: closed', () => {
  holdsFor([
    [
      '5.1 DATA behind the end of both sides ends the connection',
      (s) => s.send(request(1), data(1, 'x')),
      [...ok(1), ...ends('STREAM_CLOSED', 1)]
    ],
    [
      '5.1 HEADERS behind the end of both sides end the connection',
      (s) => s.send(request(1), trailers(1)),
      [...ok(1), ...ends('STREAM_CLOSED', 1)]
    ],
    ['5.1 WINDOW_UPDATE is taken', (s) => s.send(request(1), windowUpdate(1, 1), ping()), [...ok(1), alive]],
    ['5.1 PRIORITY is taken', (s) => s.send(request(1), priority(1), ping()), [...ok(1), alive]],
    ['5.1 RST_STREAM is taken', (s) => s.send(request(1), reset(1, errorCode.cancel), ping()), [...ok(1), alive]],
    [
      '5.1 DATA behind a RST_STREAM of the client ends the connection',
      (s) => s.send(request(1, '/hold', false), reset(1, 8), data(1, 'x')),
      ends('STREAM_CLOSED', 1)
    ],
    [
      '5.1 HEADERS behind a RST_STREAM of the client end the connection',
      (s) => s.send(request(1, '/hold', false), reset(1, 8), trailers(1)),
      ends('STREAM_CLOSED', 1)
    ],
    [
      '5.1 what was under way when the server reset the stream is ignored',
      (s) => s.send(request(1, '/', false), data(1, 'late'), trailers(1), windowUpdate(1, 1), reset(1, 8), ping()),
      [...ok(1), 'RST 1 NO_ERROR', alive]
    ]
  ])
})

describe('5.1.1 stream identifiers', () => {
  holdsFor([
    ['5.1.1 an even one ends the connection', (s) => s.send(request(2)), ends('PROTOCOL_ERROR')],
    ['5.1.1 0 ends the connection', (s) => s.send(request(0)), ends('PROTOCOL_ERROR')],
    ['5.1.1 they may be passed over', (s) => s.send(request(5), request(101)), [...ok(5), ...ok(101)]],
    ['5.1.1 one that was passed over is closed', (s) => s.send(request(5, '/hold'), request(3)), ends('PROTOCOL_ERROR', 5)],
    ['5.1.1 one that was used is not used again', (s) => s.send(request(1), request(1)), [...ok(1), ...ends('STREAM_CLOSED', 1)]],
    ['5.1.1 the largest one can be used', (s) => s.send(request(0x7fffffff)), ok(0x7fffffff)]
  ])
})

describe('5.1.2 stream concurrency', () => {
  const held = (count: number): Buffer[] => Array.from({ length: count }, (_, index) => request(index * 2 + 1, '/hold'))
  holdsFor([
    [
      '5.1.2 a stream over the limit is refused, and the others go on',
      (s) => s.send(...held(3), ping()),
      ['RST 5 REFUSED_STREAM', alive],
      { limits: { streams: 2 } }
    ],
    [
      '5.1.2 a stream that ends makes room',
      (s) => {
        s.send(...held(2))
        s.act(() => s.exchanges[0]?.respond(204)).send(request(5))
      },
      ['HEADERS 1 204 END', ...ok(5)],
      { limits: { streams: 2 } }
    ],
    ['5.1.2 a stream that is reset makes room', (s) => s.send(...held(2), reset(1, 8), request(5)), ok(5), { limits: { streams: 2 } }],
    [
      '5.1.2 half-closed streams count',
      (s) => s.send(request(1, '/hold', false), data(1, '', true), request(3)),
      ['RST 3 REFUSED_STREAM'],
      { limits: { streams: 1 } }
    ]
  ])
})

describe('5.2 flow control, 5.3 priorities', () => {
  holdsFor([
    [
      '5.2 answers of several streams take turns',
      (s) => {
        s.send(settings([setting.initialWindowSize, 20_000]), request(1, '/hold'), request(3, '/hold'))
        s.act(() => s.exchanges.forEach((exchange) => exchange.respond(200, {}, Buffer.alloc(50_000))))
        s.said()
        s.send(windowUpdate(1, 40_000), windowUpdate(3, 40_000), windowUpdate(0, 100_000))
      },
      ['DATA 1 16384 bytes', 'DATA 1 9151 bytes', 'DATA 1 4465 bytes END', 'DATA 3 16384 bytes', 'DATA 3 13616 bytes END']
    ],
    [
      '5.3.2 priorities are ignored, on any stream',
      (s) => s.send(priority(1), request(1), priority(1), priority(7), ping()),
      [...ok(1), alive]
    ],
    [
      '5.3.2 HEADERS may carry one',
      (s) => s.send(frame(frameType.headers, 0x25, 1, Buffer.concat([Buffer.alloc(5), headers(1, get()).subarray(9)]))),
      ok(1)
    ],
    ['5.3.2 a stream may even depend on itself', (s) => s.send(frame(frameType.priority, 0, 1, '\0\0\0\x01\x10'), request(1)), ok(1)]
  ])
})

describe('5.4 errors, 5.5 extensions', () => {
  holdsFor([
    [
      '5.4.1 GOAWAY names the last stream that was dealt with',
      (s) => s.send(request(1), request(7), data(0, 'x')),
      [...ok(1), ...ok(7), ...ends('PROTOCOL_ERROR', 7)]
    ],
    ['5.4.1 nothing is looked at behind it', (s) => s.send(data(0, 'x'), request(1), ping()), ends('PROTOCOL_ERROR')],
    [
      '5.4.1 open streams are aborted',
      (s) => {
        s.send(request(1, '/hold'), data(0, 'x'))
        expect(s.exchanges[0]?.aborted).toBe('client-gone')
      },
      ends('PROTOCOL_ERROR', 1)
    ],
    [
      '5.4.2 a stream error leaves the others alone',
      (s) => s.send(request(1, '/hold'), request(3, '/hold'), data(1, 'x'), request(5), ping()),
      ['RST 1 STREAM_CLOSED', ...ok(5), alive]
    ],
    ['5.5 unknown settings are ignored', (s) => s.send(settings([0x4242, 7]), ping()), [alive]],
    [
      '5.5 unknown frames on closed and idle streams are ignored',
      (s) => s.send(request(1), frame(0x42, 0, 1), frame(0x42, 0, 9), ping()),
      [...ok(1), alive]
    ]
  ])
})
