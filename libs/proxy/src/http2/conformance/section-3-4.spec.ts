/** RFC 9113 sections 3.4 and 4: preface, frames, header compression. */
import { describe, expect, it } from '@jest/globals'
import { flag, frameSize, frameType } from '../codes.ts'
import { block, data, type FieldsText, frame, get, headers, ping, request, settings, settingsAck, u32 } from '../testing/frames.ts'
import { alive, ends, holdsFor, ok } from '../testing/rows.ts'
import { Served } from '../testing/served.ts'

const { endHeaders, endStream } = flag

/** A request whose block is cut after `first` bytes. */
const cut = (first: number, fields: FieldsText = get()): [Buffer, Buffer] => {
  const whole = block(fields)
  return [
    frame(frameType.headers, endStream, 1, whole.subarray(0, first)),
    frame(frameType.continuation, endHeaders, 1, whole.subarray(first))
  ]
}

describe('3.4 connection preface', () => {
  it('3.4 the server greets with SETTINGS first, and acknowledges those of the client', () => {
    expect(new Served().said()).toEqual(['SETTINGS', 'WINDOW 0 +983041', 'SETTINGS ack'])
  })

  it.each([
    ['PING', ping()],
    ['HEADERS', request(1)],
    ['an acknowledgement', settingsAck],
    ['an unknown frame', frame(0x42, 0, 0)]
  ])('3.4 %s before SETTINGS ends the connection', (_, first) => {
    expect(new Served({ first }).answers()).toEqual(ends('PROTOCOL_ERROR'))
  })

  it('3.4 requests may follow the preface without waiting for the settings of the server', () => {
    expect(new Served({ first: Buffer.concat([settings(), request(1)]) }).answers()).toEqual(ok(1))
  })
})

describe('4.1 frame format', () => {
  holdsFor([
    ['4.1 frames of unknown types are ignored', (s) => s.send(frame(0x16, 0xff, 0, 'x'), frame(0xff, 0, 3, 'y'), ping()), [alive]],
    ['4.1 flags without a meaning are ignored', (s) => s.send(frame(frameType.ping, 0xfe, 0, '12345678')), [alive]],
    ['4.1 flags of other types are ignored', (s) => s.send(frame(frameType.settings, 0x2c, 0), ping()), [alive]],
    ['4.1 the reserved bit of a stream id is ignored', (s) => s.send(frame(frameType.headers, 5, 0x80000001, block(get()))), ok(1)],
    [
      '4.1 the reserved bit of an increment is ignored',
      (s) => s.send(frame(frameType.windowUpdate, 0, 0, u32(0x80000001)), ping()),
      [alive]
    ]
  ])

  it('4.1 frames may come in any pieces', () => {
    const whole = Buffer.concat([request(1), ping(), request(3)])
    for (let size = 1; size < whole.length; size++) {
      const served = new Served()
      served.said()
      for (let at = 0; at < whole.length; at += size) served.send(whole.subarray(at, at + size))
      expect(served.answers()).toEqual([...ok(1), alive, ...ok(3)])
    }
  })
})

describe('4.2 frame size', () => {
  const large = Buffer.alloc(frameSize + 1)
  holdsFor([
    [
      '4.2 DATA of the largest size is taken',
      (s) => s.send(request(1, '/echo', false), data(1, Buffer.alloc(frameSize), true)),
      ['HEADERS 1 200', 'DATA 1 16384 bytes END']
    ],
    ['4.2 DATA over it ends the connection', (s) => s.send(request(1, '/hold', false), data(1, large)), ends('FRAME_SIZE_ERROR', 1)],
    ['4.2 HEADERS over it end the connection', (s) => s.send(frame(frameType.headers, 5, 1, large)), ends('FRAME_SIZE_ERROR')],
    ['4.2 SETTINGS over it end the connection', (s) => s.send(frame(frameType.settings, 0, 0, large)), ends('FRAME_SIZE_ERROR')],
    ['4.2 an unknown frame over it ends the connection', (s) => s.send(frame(0x42, 0, 0, large)), ends('FRAME_SIZE_ERROR')],
    ['4.2 the size is judged before the frame has come', (s) => s.send(frame(frameType.data, 0, 1, '', 0xffffff)), ends('FRAME_SIZE_ERROR')]
  ])
})

describe('4.3 header compression', () => {
  const index = (at: number): Buffer => frame(frameType.headers, endHeaders | endStream, 1, Buffer.from([at]))
  holdsFor([
    ['4.3 a block may be cut anywhere', (s) => s.send(...cut(7)), ok(1)],
    ['4.3 a fragment may be empty', (s) => s.send(...cut(0)), ok(1)],
    ['4.3 a block that cannot be decoded ends the connection', (s) => s.send(index(0xff)), ends('COMPRESSION_ERROR')],
    ['4.3 so does an index outside of the table', (s) => s.send(index(0xbe)), ends('COMPRESSION_ERROR')],
    ['4.3 so does a block that ends within a field', (s) => s.send(index(0x40)), ends('COMPRESSION_ERROR')],
    [
      '4.3 so does a block for a stream that was refused',
      (s) => s.send(...[1, 3, 5].map((id) => request(id, '/hold')), frame(frameType.headers, 5, 7, Buffer.from([0xff]))),
      ['RST 5 REFUSED_STREAM', ...ends('COMPRESSION_ERROR', 5)],
      { limits: { streams: 2 } }
    ],
    [
      '4.3 the table is kept in step by blocks of refused streams',
      (s) => {
        const indexed = Buffer.concat([block(get('/hold')), Buffer.from([0x40, 1, 0x61, 1, 0x62])])
        s.send(request(1, '/hold'), frame(frameType.headers, 5, 3, indexed))
        s.act(() => s.exchanges[0]?.respond(204))
        s.send(frame(frameType.headers, 5, 5, Buffer.concat([block(get('/')), Buffer.from([0xbe])])))
        expect(s.exchanges[1]?.request.headers.get('a')).toBe('b')
      },
      ['RST 3 REFUSED_STREAM', 'HEADERS 1 204 END', ...ok(5)],
      { limits: { streams: 1 } }
    ],
    [
      '4.3.1 a table size within the limit is taken',
      (s) => s.send(frame(frameType.headers, 5, 1, Buffer.concat([Buffer.from([0x3f, 0xe1, 0x1f]), block(get())]))),
      ok(1)
    ],
    [
      '4.3.1 a table size over the limit ends the connection',
      (s) => s.send(frame(frameType.headers, 5, 1, Buffer.concat([Buffer.from([0x3f, 0xe2, 0x1f]), block(get())]))),
      ends('COMPRESSION_ERROR')
    ],
    [
      '4.3.1 a table size behind a field ends the connection',
      (s) => s.send(frame(frameType.headers, 5, 1, Buffer.concat([block(get()), Buffer.from([0x20])]))),
      ends('COMPRESSION_ERROR')
    ]
  ])

  it.each([
    ['PING', ping()],
    ['DATA of its own stream', data(1, 'x')],
    ['HEADERS of its own stream', headers(1, get())],
    ['HEADERS of another stream', request(3)],
    ['CONTINUATION of another stream', frame(frameType.continuation, endHeaders, 3)],
    ['PRIORITY', frame(frameType.priority, 0, 1, '\0\0\0\0\0')],
    ['RST_STREAM', frame(frameType.reset, 0, 1, u32(8))],
    ['SETTINGS', settings()],
    ['WINDOW_UPDATE', frame(frameType.windowUpdate, 0, 0, u32(1))],
    ['GOAWAY', frame(frameType.goAway, 0, 0, '\0\0\0\0\0\0\0\0')],
    ['an unknown frame', frame(0x42, 0, 1)]
  ])('4.3 a block interrupted by %s ends the connection', (_, interruption) => {
    const served = new Served()
    served.said()
    expect(served.send(cut(7)[0], interruption).answers()).toEqual(ends('PROTOCOL_ERROR'))
  })
})
