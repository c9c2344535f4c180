/** What rules see, and what is said of a broken one. */
import type { Case, Step } from '../../recorded-case.ts'
import { aThing, defined, definition, specSchema, thing, version } from '../definition-builders.ts'
import { type Json, text, whole, short, mapOf, rules, create } from './builders.ts'

const change = (spec: Json): Step => ({ verb: 'patch', of: aThing('one'), patch: { spec }, show: ['spec'] })

/** Rules of spec, then these steps. */
const ruled = (name: string, properties: Json, list: Json, ...steps: Step[]): Case => ({
  name,
  steps: [...defined(definition([version(specSchema(properties, list))])), ...steps]
})

export const refusals: readonly Case[] = [
  ruled(
    'refused with the rule',
    { a: whole, b: whole },
    rules('self.a <= self.b'),
    create({ a: 1, b: 2 }),
    create({ a: 3, b: 2 }, 'two'),
    create({ a: 1 }, 'three')
  ),
  ruled('refused with a message', { a: whole }, rules({ rule: 'self.a > 0', message: 'a must be positive' }), create({ a: 0 })),
  ruled(
    'refused with a made message',
    { a: whole },
    rules(
      { rule: 'self.a > 0', messageExpression: "'a is ' + string(self.a)" },
      { rule: 'self.a > -1', messageExpression: "''" },
      { rule: 'self.a > -2', message: 'spare', messageExpression: "'x\\ny'" }
    ),
    create({ a: -2 })
  ),
  ruled(
    'a made message that fails',
    { a: whole, b: short(text) },
    rules({ rule: 'self.a > 0', message: 'spare', messageExpression: 'self.b[5]' }),
    create({ a: 0, b: [] })
  ),
  ruled(
    'reasons and field paths',
    { a: whole, b: text },
    rules(
      { rule: 'self.a > 0', reason: 'FieldValueForbidden', fieldPath: '.a', message: 'm' },
      { rule: 'has(self.b)', reason: 'FieldValueRequired', fieldPath: '.b', message: 'm' },
      { rule: 'self.a > 1', reason: 'FieldValueDuplicate', fieldPath: '.a', message: 'm' },
      { rule: 'self.a > 2', reason: 'FieldValueInvalid', fieldPath: '.a', message: 'm' }
    ),
    create({ a: 0 })
  ),
  ruled('several rules fail', { a: whole }, rules('self.a > 1', 'self.a > 2', 'self.a > 0'), create({ a: 1 })),
  ruled(
    'rules at several depths',
    {
      l: short({ type: 'object', properties: { n: whole }, ...rules('self.n != 3') }),
      m: mapOf({ type: 'integer', ...rules('self < 5') }),
      o: { type: 'object', properties: { p: { ...text, ...rules("self != 'bad'") } } }
    },
    rules('!has(self.l) || self.l.size() < 3'),
    create({ l: [{ n: 1 }, { n: 3 }] }),
    create({ m: { x: 9 } }, 'map'),
    create({ o: { p: 'bad' } }, 'two'),
    create({ l: [{ n: 1 }, { n: 1 }, { n: 1 }] }, 'three')
  ),
  {
    name: 'rules of the root see names',
    steps: [
      ...defined(
        definition([
          version({
            type: 'object',
            properties: { spec: { type: 'object', properties: { a: text } } },
            ...rules("self.metadata.name.startsWith('a')", "self.kind == 'Thing' && self.apiVersion.endsWith('/v1')")
          })
        ])
      ),
      create({ a: 'x' }, 'abc'),
      create({ a: 'x' }, 'xyz')
    ]
  },
  ruled('a rule that fails to evaluate', { a: whole, m: mapOf(text) }, rules("self.m['x'] == 'y'"), create({ m: {} })),
  ruled('a division by zero', { a: whole }, rules('10 / self.a > 1'), create({ a: 0 }), create({ a: 2 }, 'two')),
  ruled(
    'a schema that is broken keeps rules from running',
    { a: whole, b: { type: 'string', maxLength: 2 } },
    rules('self.a > 0'),
    create({ a: 0, b: 'long' }),
    create({ a: 'x' }, 'two')
  ),
  ruled(
    'oldSelf',
    { a: whole, b: text },
    rules({ rule: 'self.a >= oldSelf.a', message: 'a may only grow' }),
    create({ a: 3 }),
    change({ a: 4 }),
    change({ a: 2 }),
    change({ b: 'x' })
  ),
  ruled(
    'oldSelf of a property',
    { a: { ...text, ...rules({ rule: 'self == oldSelf', message: 'a is immutable' }) } },
    {},
    create({}),
    change({ a: 'x' }),
    change({ a: 'y' }),
    change({ a: null })
  ),
  ruled(
    'oldSelf of a map list',
    {
      l: short(
        { type: 'object', required: ['k'], properties: { k: text, v: { type: 'integer', ...rules('self >= oldSelf') } } },
        { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] }
      )
    },
    {},
    create({ l: [{ k: 'a', v: 2 }] }),
    change({
      l: [
        { k: 'b', v: 1 },
        { k: 'a', v: 3 }
      ]
    }),
    change({ l: [{ k: 'a', v: 1 }] })
  ),
  ruled(
    'optionalOldSelf',
    { a: whole },
    rules({ rule: 'oldSelf.hasValue() ? self.a >= oldSelf.value().a : self.a == 1', optionalOldSelf: true, message: 'from one upwards' }),
    create({ a: 2 }),
    create({ a: 1 }),
    change({ a: 3 }),
    change({ a: 2 })
  ),
  {
    name: 'ratcheting of rules',
    steps: [
      ...defined(definition([version(specSchema({ a: whole, b: text }))])),
      create({ a: 0 }),
      {
        verb: 'patch',
        of: 'apiextensions.k8s.io/v1 CustomResourceDefinition things.oracle.$NS.example',
        patch: { spec: { versions: [version(specSchema({ a: { ...whole, ...rules('self > 0') }, b: text }))] } },
        show: 'verdict'
      },
      { verb: 'wait', verb2: 'create', object: thing('probe', { a: 0 }), query: { dryRun: 'All' }, status: 422, silent: true },
      change({ b: 'x' }),
      change({ a: -1 }),
      change({ a: 5 })
    ]
  }
]
