import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type CloudEvent, withAttributes } from '../event/cloud-event.ts'
import { eventOf, headersOf } from '../headers.fixture.ts'
import { isEvent, readEvent } from './read-event.ts'
import { readBatch } from './read-structured.ts'
import { decodeStored, encodeStored } from './stored.ts'
import { writeBinary, writeStructured } from './write.ts'

const structured = (json: string): CloudEvent => readEvent(headersOf([['Content-Type', 'application/cloudevents+json']]), Buffer.from(json))
const required = '"specversion":"1.0","id":"1","source":"/s","type":"t"'
const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString()

describe('a structured event', () => {
  it.each([
    [
      'white space before and inside of JSON',
      `{${required},"data": { "a" : [1, "]}", {"b":"\\""}] } }`,
      ' { "a" : [1, "]}", {"b":"\\""}] }'
    ],
    ['a JSON string', `{${required},"data":"x"}`, '"x"'],
    ['a string of another type', `{${required},"datacontenttype":"text/plain","data":"h\\u00e9"}`, 'hé'],
    ['JSON of another type', `{${required},"datacontenttype":"text/plain","data":{"a":1}}`, '{"a":1}'],
    ['a +json type', `{${required},"datacontenttype":"application/vnd.x+json","data":{"a":1.0}}`, '{"a":1.0}'],
    ['numbers beyond doubles', `{${required},"data":12345678901234567890}`, '12345678901234567890'],
    ['data before the attributes', `{"data":[1] ,${required}}`, '[1]'],
    [
      'base64 of 0.3',
      '{"specversion":"0.3","id":"1","source":"/s","type":"t","datacontentencoding":"base64","data":"AAEC"}',
      '\x00\x01\x02'
    ]
  ])('keeps %s', (_, json, data) => {
    expect(textOf(structured(json).data)).toBe(data)
  })

  it.each([
    ['an array', '[]', 'should be an object'],
    ['a cut object', `{${required}`, 'no JSON'],
    ['two things', `{${required}} x`, 'no JSON'],
    ['an object as an extension', `{${required},"ext":{}}`, 'ext: must be a string, a number or a boolean'],
    ['base64 that is none', `{${required},"data_base64":"***"}`, 'data_base64: must be a string of base64'],
    ['a name with a dash', `{${required},"my-ext":"x"}`, 'my-ext: attribute names are letters and digits']
  ])('is refused with %s', (_, json, reason) => {
    expect(() => structured(json)).toThrow(reason)
  })

  it('keeps the types of its extensions over both modes', () => {
    const event = structured(`{${required},"n":7,"b":true,"s":"7"}`)
    expect(event.typed).toEqual(
      new Map<string, unknown>([
        ['n', 7],
        ['b', true]
      ])
    )
    expect(JSON.parse(textOf(writeStructured(event).body))).toMatchObject({ n: 7, b: true, s: '7' })
    expect(writeBinary(event).headers).toEqual(
      expect.arrayContaining([
        ['ce-n', '7'],
        ['ce-b', 'true']
      ])
    )
  })

  it('writes text, bytes and what only claims to be JSON so that the same bytes come back', () => {
    for (const [type, bytes] of [
      ['text/plain', Buffer.from('hé')],
      ['application/octet-stream', Buffer.from([0, 255, 10])],
      ['application/json', Buffer.from('{"a":')],
      ['application/json', Buffer.from([0x22, 0xff, 0x22])]
    ] as const) {
      for (const specversion of ['1.0', '0.3']) {
        const { body } = writeStructured({ ...eventOf({ specversion, datacontenttype: type }), data: bytes })
        expect(Buffer.from(structured(textOf(body)).data ?? [])).toEqual(bytes)
      }
    }
  })
})

describe('a batch', () => {
  it('says which event is wrong', () => {
    expect(() => readBatch(Buffer.from(`[{${required}},{"specversion":"1.0"}]`))).toThrow('[1].id: MUST be a non-empty string')
  })

  it('may be empty', () => {
    expect(readBatch(Buffer.from(' [ ] '))).toEqual([])
  })
})

describe('headers', () => {
  it('outside of ASCII are percent-encoded when they come from JSON, and stay bare when they came bare', () => {
    const value = (event: CloudEvent): string | undefined => writeBinary(event).headers.find(([name]) => name === 'ce-subject')?.[1]
    expect(value(eventOf({ subject: 'Euro € 😀' }))).toBe('Euro %E2%82%AC %F0%9F%98%80')
    const bare = Buffer.from('é').toString('latin1')
    const event = readEvent(
      headersOf([
        ['ce-specversion', '1.0'],
        ['ce-id', '1'],
        ['ce-source', '/'],
        ['ce-type', 't'],
        ['ce-subject', bare]
      ]),
      Buffer.from('')
    )
    expect(event.attributes.get('subject')).toBe('é')
    expect(value(event)).toBe(bare)
    expect(value(decodeStored(encodeStored(event)).event)).toBe(bare)
  })

  it('that are no UTF-8 pass as they are', () => {
    const stray = 'a\xff\xe2\x82b'
    const given = [
      ['ce-specversion', '1.0'],
      ['ce-id', '1'],
      ['ce-source', '/'],
      ['ce-type', 't'],
      ['ce-subject', stray]
    ]
    const event = readEvent(headersOf(given), Buffer.from(''))
    expect(writeBinary(decodeStored(encodeStored(event)).event).headers).toContainEqual(['ce-subject', stray])
  })

  it('never carry a line break', () => {
    expect(writeBinary(eventOf({ subject: 'a\r\nx: y' })).headers).toContainEqual(['ce-subject', 'a%0D%0Ax: y'])
  })

  it.each([
    ['an event of binary mode', [['ce-specversion', '1.0']], true],
    ['a structured event', [['content-type', 'application/cloudevents+json; charset=utf-8']], true],
    ['plain text', [['content-type', 'text/plain']], false]
  ])('say whether there is an event: %s', (_, headers, is) => {
    expect(isEvent(headersOf(headers))).toBe(is)
  })
})

describe('a stored event', () => {
  const attributes = fc.dictionary(fc.stringMatching(/^[a-z0-9]{1,20}$/), fc.string({ unit: 'binary' }), { maxKeys: 5 })
  const passed = fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 3 })
  const typed = fc.option(
    fc.dictionary(
      fc.stringMatching(/^[a-z]{1,5}$/),
      fc.oneof(fc.boolean(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
      { minKeys: 1 }
    ),
    { nil: undefined }
  )

  it('comes back as it went in, and its data are a view', () => {
    fc.assert(
      fc.property(
        attributes,
        typed,
        passed,
        fc.option(fc.uint8Array(), { nil: undefined }),
        fc.boolean(),
        (texts, types, headers, data, bare) => {
          const event: CloudEvent = {
            attributes: new Map(Object.entries(texts)),
            ...(types && { typed: new Map(Object.entries(types).map(([name, value]) => [name, value === 0 ? 0 : value] as const)) }),
            ...(bare && { bare }),
            data
          }
          const bytes = encodeStored(event, headers)
          const { event: back, passed: backPassed } = decodeStored(bytes)
          expect([...back.attributes]).toEqual([...event.attributes])
          expect({ ...back, attributes: event.attributes, passed: backPassed }).toEqual({ ...event, passed: headers })
          if (back.data !== undefined) expect(back.data.buffer).toBe(bytes.buffer)
        }
      ),
      { numRuns: 100 }
    )
  })

  const plainText = fc.stringMatching(/^[ -~]{0,12}$/)
  const plainPassed = fc.array(fc.tuple(fc.stringMatching(/^[a-z-]{1,8}$/), plainText), { maxLength: 3 })
  const plainNames = fc.constantFrom('id', 'type', 'time', 'datacontenttype', 'ttl', 'tt', 'ontenttype', 'otherext1', 'otherext2')
  const newLine = fc.constantFrom('', '\r\n', '\r\nce-id: 2', '\u00e9')

  it('has the lines of a head ready where they are what binary mode writes, and one attribute apart', () => {
    let ready = 0
    fc.assert(
      fc.property(
        fc.array(fc.tuple(plainNames, plainText, newLine)),
        plainPassed,
        fc.constantFrom('ttl', 'datacontenttype', 'gone'),
        (texts, passed, apart) => {
          const attributes = new Map(texts.map(([name, text, end]) => [name, text + end]))
          const back = decodeStored(encodeStored({ attributes, data: undefined }, passed), apart)
          expect(back.apart).toBe(attributes.get(apart))
          const rest = new Map([...attributes].filter(([name]) => name !== apart))
          for (const name of ['id', 'ttl', 'datacontenttype', 'ontenttype', 'ype', ''])
            expect(back.event.attributes.get(name)).toBe(rest.get(name))
          expect(back.event.attributes.size).toBe(rest.size)
          expect([...back.event.attributes]).toEqual([...rest])
          expect(back.passed).toEqual(passed)
          if (back.lines === undefined) return
          ready++
          const written = [...writeBinary({ attributes: rest, data: undefined }).headers, ...passed]
          expect(back.lines).toBe(written.map(([name, value]) => `${name}: ${value}\r\n`).join(''))
        }
      ),
      { numRuns: 300 }
    )
    expect(ready).toBeGreaterThan(20)
  })

  it('never has a line end of a value for one of its lines', () => {
    const event: CloudEvent = { attributes: new Map([['subject', 'a\r\nce-id: 2']]), data: undefined }
    expect(decodeStored(encodeStored(event)).lines).toBeUndefined()
    expect(decodeStored(encodeStored({ attributes: new Map(), data: undefined }, [['x-request-id', 'a\r\nb: c']])).lines).toBeUndefined()
  })

  it.each([65_534, 65_535, 65_536])('may have a text of %i characters', (length) => {
    const event = eventOf({ subject: 'x'.repeat(length), myext: 'é' }, 'data')
    expect(decodeStored(encodeStored(event)).event.attributes).toEqual(event.attributes)
    const plain = eventOf({ subject: 'x'.repeat(length) }, 'data')
    expect([...decodeStored(encodeStored(plain)).event.attributes]).toEqual([...plain.attributes])
  })

  it('keeps apart the stray bytes of two texts, which together would be a character', () => {
    const stray = eventOf({ subject: '\udcc3', myext: '\udca9', other: '\ud800' })
    expect([...decodeStored(encodeStored(stray)).event.attributes.values()].slice(-3)).toEqual(['\udcc3', '\udca9', '\ufffd'])
  })

  it.each([
    ['another version', Uint8Array.of(9, 0, 0), 'version 9'],
    ['a torn end', encodeStored(eventOf()).subarray(0, -3), 'cut short'],
    ['a torn end of other texts', encodeStored(eventOf({ subject: 'é' })).subarray(0, -3), 'cut short']
  ])('is refused with %s', (_, bytes, reason) => {
    expect(() => decodeStored(bytes)).toThrow(reason)
  })
})

it('withAttributes sets, appends and removes, and forgets the type of what it sets', () => {
  const event = structured(`{${required},"n":7,"m":8}`)
  const changed = withAttributes(event, { n: '9', type: undefined, added: '' })
  expect([...changed.attributes.keys()]).toEqual(['specversion', 'id', 'source', 'n', 'm', 'added'])
  expect(changed.typed).toEqual(new Map([['m', 8]]))
  expect(event.attributes.get('type')).toBe('t')
})
