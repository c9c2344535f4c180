import { describe, expect, it } from '@jest/globals'
import { HeaderList } from '../header-list.ts'
import type { OutgoingRequest } from '../http1/upstream-connection.ts'
import { headerEdits } from '../upstream/upstreams.ts'
import { FieldDecoder } from './hpack/decoder.ts'
import { FieldEncoder } from './hpack/encoder.ts'
import { markNeverIndexed } from './hpack/never-indexed.ts'
import { encodeRequest, encodeResponse, encodeTrailers } from './message-encoder.ts'

/** What a peer reads of the block that was encoded last, and which names it must never index. */
function decoded(decoder = new FieldDecoder({ headBytes: 65_536, headerCount: 100 }, 4096)): { fields: string[]; never: string[] } {
  decoder.decode(FieldEncoder.out, 0, FieldEncoder.at)
  const fields = FieldDecoder.fields.slice(0, FieldDecoder.count).map(({ name, value }) => `${name}: ${value}`)
  return { fields, never: [...(decoder.neverIndexed ?? [])] }
}

const request = (fields: string[], more: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  method: 'GET',
  target: '/a?b',
  host: 'svc.ns',
  newHost: undefined,
  sameLine: false,
  headers: new HeaderList(fields),
  edits: undefined,
  chunked: false,
  hasBody: false,
  upgrade: undefined,
  givenUp: false,
  ...more
})
const pseudo = [':method: GET', ':scheme: http', ':authority: svc.ns', ':path: /a?b']

describe('an encoded message', () => {
  it.each<[string, OutgoingRequest, string[]]>([
    ['keeps order and repeats, in lower case', request(['X-B', '1', 'x-a', '2', 'X-B', '3']), ['x-b: 1', 'x-a: 2', 'x-b: 3']],
    ['has no Host field', request(['Host', 'other', 'x', 'y']), ['x: y']],
    [
      'drops what belongs to a connection, and what Connection names',
      request(['Connection', 'close, X-Hop', 'X-Hop', '1', 'Keep-Alive', '5', 'Upgrade', 'h2c', 'Transfer-Encoding', 'chunked', 'x', 'y']),
      ['x: y']
    ],
    [
      'keeps what rules rest on, whoever names it in Connection',
      request(['Connection', 'X-Forwarded-For', 'X-Forwarded-For', '1.2.3.4']),
      ['x-forwarded-for: 1.2.3.4']
    ],
    ['says te: trailers where that was said, and nothing else of it', request(['TE', 'gzip;q=0.5, trailers']), ['te: trailers']],
    ['does not say te otherwise', request(['TE', 'gzip']), []],
    [
      'is edited',
      request(['X-Old', '1', 'x-set', '2', 'x', 'y'], { edits: headerEdits({ set: { 'X-Set': '3' }, remove: ['x-old'] }) }),
      ['x: y', 'x-set: 3']
    ]
  ])('%s', (_, message, fields) => {
    encodeRequest(new FieldEncoder(), message)
    expect(decoded().fields).toEqual([...pseudo, ...fields])
  })

  it('has no authority when there is none', () => {
    encodeRequest(new FieldEncoder(), request([], { host: '' }))
    expect(decoded().fields).toEqual(pseudo.filter((field) => !field.startsWith(':authority')))
  })

  it('has a status as a response', () => {
    encodeResponse(new FieldEncoder(), 418, new HeaderList(['Content-Type', 'text/plain', 'Connection', 'close']))
    expect(decoded().fields).toEqual([':status: 418', 'content-type: text/plain'])
  })

  it('never indexes what the sender wanted never indexed', () => {
    const message = request(['x-secret', 's', 'x', 'y'])
    markNeverIndexed(message.headers, new Set(['x-secret']))
    const encoder = new FieldEncoder()
    const decoder = new FieldDecoder({ headBytes: 65_536, headerCount: 100 }, 4096)
    for (let time = 0; time < 3; time++) {
      encodeRequest(encoder, message)
      expect(decoded(decoder)).toEqual({ fields: [...pseudo, 'x-secret: s', 'x: y'], never: ['x-secret'] })
    }
  })

  it('is nothing when trailers have nothing to say', () => {
    const encoder = new FieldEncoder()
    expect(encodeTrailers(encoder, new HeaderList())).toBe(false)
    expect(encodeTrailers(encoder, new HeaderList(['Connection', 'close']))).toBe(false)
    // The peer must learn of a table size all the same.
    encoder.limit(0)
    expect(encodeTrailers(encoder, new HeaderList(['Connection', 'close']))).toBe(true)
    expect(decoded().fields).toEqual([])
  })
})
