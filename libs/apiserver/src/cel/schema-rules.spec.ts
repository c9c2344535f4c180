import { describe, expect, it } from '@jest/globals'
import type { Schema, SchemaRule } from '../schema/schema.ts'
import { rulesProblems } from './definition-rules.ts'
import { brokenRules } from './schema-rules.ts'

const ruled = (rule: string | SchemaRule, schema: Schema): Schema => ({
  ...schema,
  'x-kubernetes-validations': [typeof rule === 'string' ? { rule } : rule]
})
const inSpec = (spec: Schema): Schema => ({ type: 'object', properties: { spec } })
const numbers: Schema = { type: 'object', properties: { low: { type: 'integer' }, high: { type: 'integer' }, 'a-b': { type: 'string' } } }

function told(schema: Schema, value: object, before?: object) {
  const warnings: string[] = []
  const found = brokenRules(schema, value, before, (text) => void warnings.push(text))
  return { found: found.map(({ field, message }) => `${field}: ${message}`), warnings }
}

describe('rules on a value', () => {
  it.each<[string, string | SchemaRule, object, string[]]>([
    ['one that holds', 'self.low <= self.high', { low: 1, high: 2 }, []],
    [
      'one that does not',
      'self.low <= self.high',
      { low: 2, high: 1 },
      ['spec: Invalid value: "object": failed rule: self.low <= self.high']
    ],
    ['its own words', { rule: 'self.low == 1', message: ' be one ' }, { low: 2 }, ['spec: Invalid value: "object": be one']],
    [
      'words that it makes',
      { rule: 'self.low == 1', messageExpression: "'not ' + string(self.low)" },
      { low: 2 },
      ['spec: Invalid value: "object": not 2']
    ],
    [
      'words that it cannot make',
      { rule: 'self.low == 1', message: 'usual', messageExpression: 'string(self.high)' },
      { low: 2 },
      ['spec: Invalid value: "object": usual']
    ],
    [
      'another place and reason',
      { rule: 'self.low == 1', message: 'no', reason: 'FieldValueForbidden', fieldPath: '.low' },
      { low: 2 },
      ['spec.low: Forbidden: no']
    ],
    ['a field that is not there', 'self.low == 1', {}, ['spec: Invalid value: "object": no such key: low evaluating rule: self.low == 1']],
    ['an escaped name', "self.a__dash__b == 'x'", { 'a-b': 'y' }, ['spec: Invalid value: "object": failed rule: self.a__dash__b == \'x\'']]
  ])('%s', (_, rule, spec, found) => {
    expect(told(inSpec(ruled(rule, numbers)), { spec }).found).toEqual(found)
  })
  it('knows the object, and of its metadata the name alone', () => {
    const schema = ruled("self.metadata.name.startsWith('a') && self.kind == 'K' && !has(self.metadata.labels)", { type: 'object' })
    expect(told(schema, { kind: 'K', metadata: { name: 'ab', labels: {} } }).found).toEqual([])
    expect(told(schema, { kind: 'K', metadata: { name: 'b' } }).found).toEqual([
      expect.stringMatching(/^<nil>: Invalid value: "object": failed rule: /)
    ])
  })
  it('looks into lists and maps', () => {
    const item = ruled({ rule: 'self.n > 0', message: 'positive' }, { type: 'object', properties: { n: { type: 'integer' } } })
    const schema = inSpec({
      type: 'object',
      properties: { list: { type: 'array', items: item }, map: { type: 'object', additionalProperties: item } }
    })
    expect(told(schema, { spec: { list: [{ n: 1 }, { n: 0 }], map: { a: { n: -1 } } } }).found).toEqual([
      'spec.list[1]: Invalid value: "object": positive',
      'spec.map[a]: Invalid value: "object": positive'
    ])
  })
  it('knows types by their formats', () => {
    const schema = inSpec(
      ruled("self.at > timestamp('2026-01-01T00:00:00Z') && self.port == 8 && self.cpu.isGreaterThan(quantity('1')) || true", {
        type: 'object',
        properties: { at: { type: 'string', format: 'date-time' }, port: { 'x-kubernetes-int-or-string': true }, cpu: { type: 'string' } }
      })
    )
    expect(told(schema, { spec: { at: '2026-11-21T00:00:00Z', port: 8, cpu: '2' } }).found).toEqual([])
  })
  it('ends a rule that would go on and on', () => {
    const schema = inSpec(
      ruled('self.list.all(a, self.list.all(b, self.list.all(c, a + b + c >= 0)))', {
        type: 'object',
        properties: { list: { type: 'array', items: { type: 'integer' } } }
      })
    )
    const list = Array.from({ length: 5_000 }, (_, index) => index)
    expect(told(schema, { spec: { list } }).found).toEqual([
      expect.stringMatching(
        /^spec: Invalid value: "object": 'operation cancelled: actual cost limit exceeded': no further validation rules/
      )
    ])
  })
})

describe('rules on a change', () => {
  const fixed = inSpec({
    type: 'object',
    properties: { fixed: ruled({ rule: 'self == oldSelf', message: 'fixed is fixed' }, { type: 'string' }) }
  })
  it('are not asked at a create', () => expect(told(fixed, { spec: { fixed: 'a' } }).found).toEqual([]))
  it('see what was there', () => {
    expect(told(fixed, { spec: { fixed: 'b' } }, { spec: { fixed: 'a' } }).found).toEqual([
      'spec.fixed: Invalid value: "string": fixed is fixed'
    ])
    expect(told(fixed, { spec: { fixed: 'b' } }, { spec: {} }).found).toEqual([])
  })
  it('may take what was there as optional', () => {
    const schema = inSpec(
      ruled({ rule: 'oldSelf.hasValue() || self.low == 1', optionalOldSelf: true, message: 'starts with one' }, numbers)
    )
    expect(told(schema, { spec: { low: 2 } }).found).toEqual(['spec: Invalid value: "object": starts with one'])
    expect(told(schema, { spec: { low: 2 } }, { spec: { low: 1 } }).found).toEqual([])
  })
  it('know items of a list that is a map by their keys', () => {
    const item = ruled(
      { rule: 'self.v >= oldSelf.v', message: 'grows' },
      { type: 'object', properties: { k: { type: 'string' }, v: { type: 'integer' } } }
    )
    const schema = inSpec({
      type: 'object',
      properties: { list: { type: 'array', items: item, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] } }
    })
    const before = {
      spec: {
        list: [
          { k: 'a', v: 1 },
          { k: 'b', v: 5 }
        ]
      }
    }
    expect(
      told(
        schema,
        {
          spec: {
            list: [
              { k: 'b', v: 4 },
              { k: 'a', v: 2 }
            ]
          }
        },
        before
      ).found
    ).toEqual(['spec.list[0]: Invalid value: "object": grows'])
  })
  it('that an unchanged part has always broken are warnings', () => {
    const schema = inSpec(ruled({ rule: 'self.low == 1', message: 'be one' }, numbers))
    const spec = { low: 2 }
    expect(told(schema, { spec, more: 1 }, { spec })).toEqual({ found: [], warnings: ['spec: Invalid value: "object": be one'] })
  })
})

describe('a definition whose rule', () => {
  const problems = (rule: string | SchemaRule, schema = numbers) =>
    rulesProblems(inSpec(ruled(rule, schema)), 'at').map(
      ({ field, message }) => `${field}: ${message.replace(/\{"Rule".*?"OptionalOldSelf":\w+\}/, 'RULE')}`
    )
  const at = 'at.properties[spec].x-kubernetes-validations[0]'
  it.each<[string, string | SchemaRule, string[]]>([
    ['is good', 'self.low <= self.high && !has(oldSelf.low)', []],
    [
      'names a field that is not there',
      'self.nope > 1',
      [`${at}.rule: Invalid value: RULE: compilation failed: ERROR: <input>:1:5: undefined field 'nope'\n | self.nope > 1\n | ....^`]
    ],
    [
      'compares what cannot be compared',
      "self.low == 'a'",
      [
        `${at}.rule: Invalid value: RULE: compilation failed: ERROR: <input>:1:10: found no matching overload for '_==_' applied to '(int, string)'\n | self.low == 'a'\n | .........^`
      ]
    ],
    ['is no condition', 'self.low', [`${at}.rule: Invalid value: RULE: cel expression must evaluate to a bool`]],
    [
      'does not end',
      'self.low ==',
      [expect.stringContaining('RULE: compilation failed: ERROR: <input>:1:12: Syntax error: ') as unknown as string]
    ],
    ['says nothing', ' ', [`${at}.rule: Required value: rule is not specified`]],
    ['points nowhere', { rule: 'true', fieldPath: '.nope' }, [`${at}.fieldPath: Invalid value: ".nope": must be a valid path`]],
    [
      'has a reason of its own',
      { rule: 'true', reason: 'Because' },
      [
        `${at}.reason: Unsupported value: "Because": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"`
      ]
    ]
  ])('%s', (_, rule, found) => expect(problems(rule)).toEqual(found))
  it('compares items of a list that have no identity', () => {
    const schema: Schema = { type: 'array', items: ruled('self == oldSelf', { type: 'string' }) }
    expect(rulesProblems(inSpec(schema), 'at').map(({ message }) => message)).toEqual([
      'Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within at.properties[spec]'
    ])
  })
})
