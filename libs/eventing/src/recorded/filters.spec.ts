/** Which of 53 Triggers got which of 33 events from the original. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { readEvent } from '../codec/read-event.ts'
import { compileFilters, type FilterSpec } from '../filter/compile-filters.ts'
import { FilterIndex } from '../filter/filter-index.ts'
import { headersOf } from '../headers.fixture.ts'

interface Recorded {
  readonly triggers: Record<
    string,
    { readonly filter?: { readonly attributes?: Record<string, string> }; readonly filters?: FilterSpec['filters'] }
  >
  readonly events: Record<string, [string, string][] | { readonly structured: object }>
  readonly delivered: Record<string, readonly string[]>
}
const { triggers, events, delivered } = JSON.parse(readFileSync(new URL('./filters.recorded.json', import.meta.url), 'utf8')) as Recorded

const compiled = Object.entries(triggers).map(([name, { filter, filters }]) => {
  return [name, compileFilters({ ...(filters && { filters }), ...(filter?.attributes && { attributes: filter.attributes }) })] as const
})
const index = new FilterIndex<string>()
for (const [name, filter] of compiled) index.set(name, filter, name)

describe('an event reaches the Triggers that it reached in the original', () => {
  it.each(Object.entries(events))('%s', (name, headers) => {
    const event = Array.isArray(headers)
      ? readEvent(headersOf([...headers, ['ce-id', name]]), Buffer.from(''))
      : readEvent(
          headersOf([['content-type', 'application/cloudevents+json']]),
          Buffer.from(JSON.stringify({ specversion: '1.0', id: name, type: 'a.b', source: '/s', ...headers.structured }))
        )
    const got = compiled.filter(([, filter]) => filter.matches(event)).map(([trigger]) => trigger)
    // An expression that is a string (sql-14, sql-15: an attribute) made the original panic; what is a boolean in JSON is one for ours.
    const better = name === 'structured-bool' ? ['sql-14'] : []
    expect(got.toSorted()).toEqual([...(delivered[name] ?? []), ...better].toSorted())
    expect(index.match(event).toSorted()).toEqual(got.toSorted())
  })
})
