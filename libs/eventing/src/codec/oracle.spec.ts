/** The CloudEvents SDK reads what ours writes, and ours reads what it writes. */
import { describe, expect, it } from '@jest/globals'
import { CloudEvent as SdkEvent, HTTP } from 'cloudevents'
import fc from 'fast-check'
import { eventOf, headersOf } from '../headers.fixture.ts'
import { readBatch } from './read-structured.ts'
import { readEvent } from './read-event.ts'
import { writeBinary, writeStructured } from './write.ts'

// The SDK neither encodes nor decodes what is outside of ASCII in headers: the spec of write.ts has that.
const word = fc.stringMatching(/^[!-~]([ -~]{0,30}[!-~])?$/)
const name = fc
  .stringMatching(/^[a-z][a-z0-9]{0,15}$/)
  .filter((text) => !/^(specversion|id|source|type|subject|time|data.*|schemaurl)$/.test(text))
const base = fc.record({
  id: word,
  source: fc.webUrl(),
  type: word,
  subject: fc.option(word, { nil: undefined }),
  time: fc.option(
    fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString()),
    { nil: undefined }
  )
})
const extensions = fc.dictionary(name, word, { maxKeys: 4 })
// Nor does it tell data that are a bare word or number from text.
const json = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()))

const plain = (event: { readonly attributes: ReadonlyMap<string, string> }): Record<string, string> => Object.fromEntries(event.attributes)

function wanted(event: SdkEvent<unknown>): Record<string, string> {
  const entries = Object.entries(event.toJSON() as object).filter(([key, value]) => !key.startsWith('data') && value !== undefined)
  const time = event.time === undefined ? {} : { time: event.time.replace(/\.?0+Z$/, 'Z') }
  return { ...Object.fromEntries(entries), ...(event.datacontenttype !== undefined && { datacontenttype: event.datacontenttype }), ...time }
}

describe('with the SDK of CloudEvents', () => {
  it.each(['binary', 'structured'] as const)('ours reads what it writes: %s', (mode) => {
    fc.assert(
      fc.property(base, extensions, json, (attributes, more, data) => {
        const event = new SdkEvent({ ...more, ...attributes, datacontenttype: 'application/json', data } as never)
        const { headers, body } = HTTP[mode](event)
        const read = readEvent(headersOf(Object.entries(headers) as [string, string][]), Buffer.from(body as string))
        const { datacontenttype, ...rest } = plain(read)
        expect({ ...rest, datacontenttype: 'application/json' }).toEqual(wanted(event))
        expect(datacontenttype).toMatch(/^application\/json/)
        expect(JSON.parse(Buffer.from(read.data ?? []).toString())).toEqual(JSON.parse(JSON.stringify(data)))
      }),
      { numRuns: 100 }
    )
  })

  it.each([
    ['binary', writeBinary],
    ['structured', writeStructured]
  ] as const)('the SDK reads what ours writes: %s', (_, write) => {
    fc.assert(
      fc.property(base, extensions, json, (attributes, more, data) => {
        const given = Object.fromEntries(Object.entries({ ...more, ...attributes }).filter(([, value]) => value !== undefined)) as Record<
          string,
          string
        >
        const { headers, body } = write(eventOf({ ...given, datacontenttype: 'application/json' }, JSON.stringify(data)))
        const read = HTTP.toEvent({ headers: Object.fromEntries(headers), body: Buffer.from(body).toString() }) as SdkEvent<unknown>
        for (const [key, value] of Object.entries(given))
          expect(String(read[key]).replace(/\.?0+Z$/, 'Z')).toBe(value.replace(/\.?0+Z$/, 'Z'))
        expect(read.data).toEqual(JSON.parse(JSON.stringify(data)))
      }),
      { numRuns: 100 }
    )
  })

  it('ours reads its batches', () => {
    const events = [1, 2, 3].map((id) => new SdkEvent({ id: String(id), source: '/s', type: 't', data: { id } }))
    const read = readBatch(Buffer.from(JSON.stringify(events)))
    expect(read.map((event) => [event.attributes.get('id'), Buffer.from(event.data ?? []).toString()])).toEqual([
      ['1', '{"id":1}'],
      ['2', '{"id":2}'],
      ['3', '{"id":3}']
    ])
  })
})
