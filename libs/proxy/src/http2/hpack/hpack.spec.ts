import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { integer } from '../testing/frames.ts'
import { FieldDecoder } from './decoder.ts'
import { FieldEncoder } from './encoder.ts'
import { decodeHuffman, encodeHuffman, huffmanSize } from './huffman.ts'
import { nameCode } from './name-code.ts'

const limits = { headBytes: 64 * 1024, headerCount: 1000 }
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

function decodeWith(decoder: FieldDecoder, bytes: Buffer): [string, string][] {
  decoder.decode(bytes, 0, bytes.length)
  return FieldDecoder.fields.slice(0, FieldDecoder.count).map(({ name, value }) => [name, value])
}

function encodeWith(encoder: FieldEncoder, fields: readonly (readonly [string, string])[]): Buffer {
  encoder.begin()
  for (const [name, value] of fields) encoder.field(nameCode(name), value)
  return Buffer.from(FieldEncoder.out.subarray(0, FieldEncoder.at))
}

const request = (...more: [string, string][]): [string, string][] => [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'www.example.com'],
  ...more
]
const third: [string, string][] = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':path', '/index.html'],
  [':authority', 'www.example.com'],
  ['custom-key', 'custom-value']
]
const redirect = (status: string, date: string): [string, string][] => [
  [':status', status],
  ['cache-control', 'private'],
  ['date', date],
  ['location', 'https://www.example.com']
]

describe('RFC 7541 appendix C', () => {
  it.each([
    ['C.2.1 a literal with indexing', '400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572', ['custom-key', 'custom-header']],
    ['C.2.2 a literal without indexing', '040c 2f73 616d 706c 652f 7061 7468', [':path', '/sample/path']],
    ['C.2.3 a literal never indexed', '1008 7061 7373 776f 7264 0673 6563 7265 74', ['password', 'secret']],
    ['C.2.4 an indexed field', '82', [':method', 'GET']]
  ])('%s', (title, bytes, field) => {
    const decoder = new FieldDecoder(limits, 4096)
    expect(decodeWith(decoder, hex(bytes))).toEqual([field])
    expect(decoder.neverIndexed?.has('password') ?? false).toBe(title.includes('never'))
  })

  it.each([
    ['C.1.1 10 in five bits', 0x1f, 10, '0a'],
    ['C.1.2 1337 in five bits', 0x1f, 1337, '1f9a0a'],
    ['C.1.3 42 in eight bits', 0xff, 42, '2a']
  ])('%s', (_, mask, value, bytes) => {
    expect(integer(0, mask, value).toString('hex')).toBe(bytes)
  })

  it.each<[string, number, [string, [string, string][]][]]>([
    [
      'C.3 requests without Huffman coding',
      4096,
      [
        ['8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d', request()],
        ['8286 84be 5808 6e6f 2d63 6163 6865', request(['cache-control', 'no-cache'])],
        ['8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65', third]
      ]
    ],
    [
      'C.4 requests with Huffman coding',
      4096,
      [
        ['8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff', request()],
        ['8286 84be 5886 a8eb 1064 9cbf', request(['cache-control', 'no-cache'])],
        ['8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf', third]
      ]
    ],
    [
      'C.5 responses without Huffman coding, with eviction',
      256,
      [
        [
          `4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f
           2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d`,
          redirect('302', 'Mon, 21 Oct 2013 20:13:21 GMT')
        ],
        ['4803 3330 37c1 c0bf', redirect('307', 'Mon, 21 Oct 2013 20:13:21 GMT')],
        [
          `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b
           425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31`,
          [
            ...redirect('200', 'Mon, 21 Oct 2013 20:13:22 GMT'),
            ['content-encoding', 'gzip'],
            ['set-cookie', 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1']
          ]
        ]
      ]
    ],
    [
      'C.6 responses with Huffman coding, with eviction',
      256,
      [
        [
          `4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3`,
          redirect('302', 'Mon, 21 Oct 2013 20:13:21 GMT')
        ],
        ['4883 640e ffc1 c0bf', redirect('307', 'Mon, 21 Oct 2013 20:13:21 GMT')],
        [
          `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708
           7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07`,
          [
            ...redirect('200', 'Mon, 21 Oct 2013 20:13:22 GMT'),
            ['content-encoding', 'gzip'],
            ['set-cookie', 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1']
          ]
        ]
      ]
    ]
  ])('%s', (_, table, messages) => {
    const decoder = new FieldDecoder(limits, table)
    for (const [bytes, fields] of messages) expect(decodeWith(decoder, hex(bytes))).toEqual(fields)
  })
})

describe('Huffman coding', () => {
  it('codes the example of C.4.1', () => {
    const out = Buffer.alloc(12)
    expect([huffmanSize('www.example.com'), encodeHuffman('www.example.com', out, 0)]).toEqual([12, 12])
    expect(out.toString('hex')).toBe('f1e3c2e5f23a6ba0ab90f4ff')
  })

  it('gives back any bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString('latin1'))
    fc.assert(
      fc.property(bytes, (text) => {
        const out = Buffer.alloc(huffmanSize(text))
        expect(encodeHuffman(text, out, 0)).toBe(out.length)
        expect(decodeHuffman(out, 0, out.length)).toBe(text)
      }),
      { numRuns: 2000 }
    )
  })

  it.each([
    ['padding of zeros', 'f1e3c2e5f23a6ba0ab90f480'],
    ['padding of a whole byte', 'f1e3c2e5f23a6ba0ab90f4ffff'],
    ['the end of string', 'ffffffff'],
    ['a code that breaks off', 'fffffe']
  ])('refuses %s', (_, bytes) => {
    const coded = hex(bytes)
    expect(() => decodeHuffman(coded, 0, coded.length)).toThrow('Huffman')
  })
})

describe('a decoder', () => {
  it.each([
    ['index 0', '80'],
    ['an index past the static table', 'be'],
    ['a name index past the table', '7f00 00'],
    ['an integer that does not end', 'ff80 8080 8080 8000'],
    ['an integer cut off', 'ff'],
    ['a string cut off', '0005 6161'],
    ['a literal without its value', '0001 61'],
    ['a table size over the limit', '3fe2 1f'],
    ['a table size behind a field', '8220']
  ])('refuses %s as a compression error', (_, bytes) => {
    expect(() => decodeWith(new FieldDecoder(limits, 4096), hex(bytes))).toThrow(expect.objectContaining({ code: 9 }))
  })

  it('takes several table sizes before the fields, and forgets what does not fit', () => {
    const decoder = new FieldDecoder(limits, 4096)
    expect(decodeWith(decoder, hex('4001 6101 62'))).toEqual([['a', 'b']])
    expect(decodeWith(decoder, hex('be'))).toEqual([['a', 'b']])
    expect(decodeWith(decoder, hex('20 3fe1 1f 82'))).toEqual([[':method', 'GET']])
    expect(() => decodeWith(decoder, hex('be'))).toThrow('not in the table')
  })

  it('keeps its table in step through a list that is too large', () => {
    const decoder = new FieldDecoder({ headBytes: 100, headerCount: 10 }, 4096)
    decodeWith(decoder, hex('4001 6101 62 4001 6301 64 4001 6501 66'))
    expect(decoder.tooLarge).toBe(true)
    expect(decodeWith(decoder, hex('be c0'))).toEqual([
      ['e', 'f'],
      ['a', 'b']
    ])
    expect(decoder.tooLarge).toBe(false)
  })

  it('gives a bomb up', () => {
    const decoder = new FieldDecoder({ headBytes: 4096, headerCount: 1000 }, 4096)
    const value = Buffer.alloc(3000, 'v')
    decodeWith(decoder, Buffer.concat([hex('4001 61'), integer(0, 127, value.length), value]))
    expect(() => decodeWith(decoder, Buffer.alloc(50, 0xbe))).toThrow(expect.objectContaining({ code: 11 }))
  })
})

describe('encoder and decoder', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/)
  const value = fc.oneof(fc.stringMatching(/^[ -~]{0,60}$/), fc.constantFrom('application/grpc', 'trailers', 'x'.repeat(2000)))
  const field = fc.tuple(fc.oneof(name, fc.constantFrom(':path', 'cookie', 'authorization', 'content-type', 'date')), value)
  const step = fc.record({ limit: fc.option(fc.integer({ min: 0, max: 5000 })), fields: fc.array(field, { maxLength: 20 }) })

  it('agree on any messages, whatever the table sizes between them', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const encoder = new FieldEncoder()
        const decoder = new FieldDecoder({ headBytes: 1_000_000, headerCount: 1000 }, 4096)
        for (const { limit, fields } of steps) {
          if (limit !== null) encoder.limit(limit)
          expect(decodeWith(decoder, encodeWith(encoder, fields))).toEqual(fields)
          expect(encoder.size).toBeLessThanOrEqual(4096)
        }
      }),
      { numRuns: 500 }
    )
  })

  it('send what repeats as one byte a field', () => {
    const encoder = new FieldEncoder()
    const fields = [...request(['x-unlikely', 'first seen here']), ['x-seldom', '/grpc.health.v1.Health/Check'] as [string, string]]
    encodeWith(encoder, fields)
    encodeWith(encoder, fields)
    expect(encodeWith(encoder, fields).length).toBe(fields.length)
  })

  it('never index secrets', () => {
    const encoder = new FieldEncoder()
    const decoder = new FieldDecoder(limits, 4096)
    for (let time = 0; time < 3; time++) {
      const bytes = encodeWith(encoder, [
        ['authorization', 'Bearer some-long-token-that-repeats'],
        ['cookie', 'a=1']
      ])
      decodeWith(decoder, bytes)
      expect([...(decoder.neverIndexed ?? [])]).toEqual(['authorization', 'cookie'])
    }
    expect(encoder.size).toBe(0)
  })
})
