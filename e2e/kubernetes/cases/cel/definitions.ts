/** Rules with which a definition is refused. */
import type { Case } from '../../recorded-case.ts'
import { definition, specSchema, version } from '../definition-builders.ts'
import { type Json, text, whole, short, rules } from './builders.ts'

/** A definition that is refused for its rules, or not. */
const defines = (name: string, properties: Json, list: Json): Case => ({
  name: `rule: ${name}`,
  steps: [
    {
      verb: 'create',
      object: definition([version(specSchema(properties, list))]),
      show: ['spec.versions.0.schema.openAPIV3Schema.properties.spec.x-kubernetes-validations']
    }
  ]
})

export const definitions: readonly Case[] = [
  defines('undeclared name', { a: whole }, rules('this.a > 0')),
  defines('undefined field', { a: whole }, rules('self.b > 0')),
  defines('types that do not fit', { a: whole, b: text }, rules('self.a == self.b')),
  defines('operator that does not fit', { a: whole, b: text }, rules("self.a + 'x' == self.b")),
  defines('no boolean', { a: whole }, rules('self.a')),
  defines('function that is not there', { a: text }, rules('self.a.nope()')),
  defines('function with a wrong argument', { a: text }, rules('self.a.startsWith(1)')),
  defines('message expression of a wrong type', { a: whole }, rules({ rule: 'self.a > 0', messageExpression: 'self.a' })),
  defines('message expression undeclared', { a: whole }, rules({ rule: 'self.a > 0', messageExpression: "'x' + y" })),
  defines('empty rule', { a: whole }, rules('')),
  defines('blank messages', { a: whole }, rules({ rule: 'true', message: '  ' }, { rule: 'true', messageExpression: ' ' })),
  defines('line breaks', { a: whole }, rules({ rule: 'true', message: 'a\nb' }, { rule: 'self.a > 0 &&\n self.a < 3' })),
  defines('unknown reason', { a: whole }, rules({ rule: 'true', reason: 'Because' })),
  defines('field path that leads nowhere', { a: whole }, rules({ rule: 'true', fieldPath: '.nope' }, { rule: 'true', fieldPath: 'a' })),
  defines('oldSelf in a plain list', { l: short({ type: 'object', properties: { n: whole }, ...rules('self.n == oldSelf.n') }) }, {}),
  defines('optionalOldSelf without oldSelf', { a: whole }, rules({ rule: 'self.a > 0', optionalOldSelf: true })),
  defines('oldSelf in a message alone', { a: whole }, rules({ rule: 'self.a > 0', messageExpression: "'was ' + string(oldSelf.a)" })),
  defines('preserved fields are not seen', { a: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }, rules('self.a.b == 1')),
  defines(
    'too costly',
    { a: { type: 'array', items: { type: 'array', items: { type: 'array', items: { type: 'string' } } } } },
    rules('self.a.all(x, x.all(y, y.all(z, self.a.all(w, w.size() > 0))))')
  ),
  defines('a heterogeneous list', { a: whole }, rules("self.a in [1, 'x']"))
]
