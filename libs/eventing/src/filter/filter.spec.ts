import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { eventOf } from '../headers.fixture.ts'
import { compileFilters, type FilterSpec, type SubscriptionsApiFilter } from './compile-filters.ts'
import { FilterIndex } from './filter-index.ts'

const event = eventOf({ type: 'com.example.created', myext: 'v', empty: '', datacontenttype: 'application/json; charset=utf-8' })
const nothing = {} as SubscriptionsApiFilter

describe('filters', () => {
  it.each<[string, FilterSpec, boolean]>([
    ['none', {}, true],
    ['empty ones', { filters: [], attributes: {} }, true],
    ['an entry without a dialect', { filters: [nothing] }, true],
    ['exact', { filters: [{ exact: { type: 'com.example.created' } }] }, true],
    ['exact of one that is not there', { filters: [{ exact: { nope: 'x' } }] }, false],
    ['exact of two', { filters: [{ exact: { type: 'com.example.created', myext: 'w' } }] }, false],
    ['exact without entries', { filters: [{ exact: {} }] }, true],
    ['exact with an empty text', { filters: [{ exact: { nope: '' } }] }, true],
    ['prefix', { filters: [{ prefix: { type: 'com.' } }] }, true],
    ['suffix', { filters: [{ suffix: { type: '.created' } }] }, true],
    ['all of none', { filters: [{ all: [] }] }, true],
    ['all, one failing', { filters: [{ all: [{ prefix: { type: 'com' } }, { exact: { myext: 'w' } }] }] }, false],
    ['all, one without opinion', { filters: [{ all: [nothing, { exact: { myext: 'v' } }] }] }, true],
    ['any of none', { filters: [{ any: [] }] }, true],
    ['any, one passing', { filters: [{ any: [{ exact: { myext: 'w' } }, { exact: { myext: 'v' } }] }] }, true],
    ['any, one without opinion and one failing', { filters: [{ any: [nothing, { exact: { myext: 'w' } }] }] }, false],
    ['not', { filters: [{ not: { exact: { myext: 'w' } } }] }, true],
    ['not without opinion', { filters: [{ not: nothing }] }, true],
    ['not of one that is not there', { filters: [{ not: { exact: { nope: 'x' } } }] }, true],
    ['cesql', { filters: [{ cesql: "myext = 'v'" }] }, true],
    ['cesql that fails', { filters: [{ cesql: 'nope = 1' }] }, false],
    ['not of cesql that fails', { filters: [{ not: { cesql: 'nope = 1' } }] }, true],
    ['cesql that is no boolean', { filters: [{ cesql: 'myext' }] }, false],
    ['cesql that no admission has seen', { filters: [{ cesql: '(' }] }, true],
    ['several, one failing', { filters: [{ exact: { myext: 'v' } }, { prefix: { type: 'x' } }] }, false],
    ['filters over attributes', { filters: [{ exact: { myext: 'v' } }], attributes: { myext: 'w' } }, true],
    ['attributes', { attributes: { myext: 'v', type: 'com.example.created' } }, true],
    ['attributes, another text', { attributes: { myext: 'V' } }, false],
    ['attributes, any text', { attributes: { myext: '' } }, true],
    ['attributes, any text of one that is empty', { attributes: { empty: '' } }, false],
    ['attributes, any text of one that is not there', { attributes: { nope: '' } }, false],
    ['attributes, the media type', { attributes: { datamediatype: 'application/json' } }, true]
  ])('%s', (_, spec, passes) => {
    expect(compileFilters(spec).matches(event)).toBe(passes)
  })
})

describe('the index finds what a look at each filter finds', () => {
  const name = fc.constantFrom('type', 'source', 'id', 'a', 'b')
  const text = fc.stringMatching(/^[xy]{1,3}$/)
  const pairs = fc.dictionary(name, fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: fc.constant('') }), { maxKeys: 2 })
  const comparison = fc.oneof(
    fc.tuple(name, text).map(([attribute, value]) => `${attribute} = '${value}'`),
    fc.tuple(name, text).map(([attribute, value]) => `${attribute} LIKE '${value}%'`),
    fc
      .tuple(name, fc.array(text, { minLength: 1, maxLength: 3 }))
      .map(([attribute, values]) => `${attribute} IN (${values.map((value) => `'${value}'`).join()})`),
    name.map((attribute) => `EXISTS ${attribute}`),
    name.map((attribute) => `${attribute} = 7`),
    name.map((attribute) => `${attribute} IN ('07', '7')`)
  )
  const cesql = fc
    .array(fc.tuple(comparison, fc.constantFrom(' AND ', ' OR ', ' XOR ', ' AND NOT ')), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.map(([part, operator], index) => (index === parts.length - 1 ? part : part + operator)).join(''))
  const { filter } = fc.letrec<{ filter: SubscriptionsApiFilter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.record({ exact: pairs }),
      fc.record({ prefix: pairs }),
      fc.record({ suffix: pairs }),
      cesql.map((expression) => ({ cesql: expression })),
      fc.record({ all: fc.array(tie('filter'), { maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('filter'), { maxLength: 3 }) }),
      fc.record({ not: tie('filter') })
    )
  }))
  const spec: fc.Arbitrary<FilterSpec> = fc.oneof(
    fc.record({ filters: fc.array(filter, { maxLength: 2 }) }),
    fc.record({ attributes: pairs })
  )
  const attributes = fc.dictionary(name, fc.oneof(text, fc.constantFrom('7', '07')), { maxKeys: 5 })
  const typed = fc.option(fc.constantFrom('a', 'b'), { nil: undefined })

  it('on generated sets, also after some are gone or replaced', () => {
    fc.assert(
      fc.property(
        fc.array(spec, { maxLength: 25 }),
        fc.array(fc.tuple(attributes, typed), { maxLength: 10 }),
        fc.array(fc.nat(24)),
        (specs, events, gone) => {
          const filters = new Map(specs.map((one, index) => [String(index), compileFilters(one)]))
          const index = new FilterIndex<string>()
          for (const [id, one] of filters) index.set(id, one, id)
          for (const id of gone) {
            const other = specs[(id + 1) % Math.max(1, specs.length)]
            const before = filters.get(String(id))
            index.delete(String(id))
            filters.delete(String(id))
            if (id % 2 === 0 || other === undefined || before === undefined) continue
            filters.set(String(id), compileFilters(other))
            index.set(String(id), compileFilters(other), String(id))
          }
          expect(index.size).toBe(filters.size)
          for (const [values, number] of events) {
            const one = { ...eventOf(values), ...(number && { typed: new Map([[number, 7]]) }) }
            if (number !== undefined) (one.attributes as Map<string, string>).set(number, '7')
            expect(index.match(one)).toEqual([...filters].filter(([, each]) => each.matches(one)).map(([id]) => id))
          }
        }
      ),
      { numRuns: 300 }
    )
  })

  it('without a look at those that cannot match', () => {
    const index = new FilterIndex<number>()
    let evaluated = 0
    for (let id = 0; id < 1000; id++) {
      const compiled = compileFilters({ filters: [{ all: [{ exact: { type: `t${id}` } }, { prefix: { source: '/' } }] }] })
      index.set(String(id), { ...compiled, matches: (each) => (evaluated++, compiled.matches(each)) }, id)
    }
    expect(index.match(eventOf({ type: 't500' }))).toEqual([500])
    expect(evaluated).toBe(1)
  })
})
