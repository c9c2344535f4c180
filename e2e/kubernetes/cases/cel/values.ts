/** Values of each type, as rules see them. */
import type { Case } from '../../recorded-case.ts'
import { text, whole, short, mapOf, rules, values } from './builders.ts'

export const typedValues: readonly Case[] = [
  values('nullable and unset', { ...whole, nullable: true }, rules('self == null || self > 2'), null, 1, 3),
  values(
    'int or string',
    { 'x-kubernetes-int-or-string': true },
    rules("type(self) == int ? self < 10 : self.endsWith('%')"),
    5,
    20,
    '20%',
    'x'
  ),
  values('enum', { type: 'string', enum: ['a', 'b'] }, rules("self == 'a'"), 'a', 'b'),
  values('number', { type: 'number' }, rules('self > 1.5 && self < double(10)'), 2, 1.5, 9.99),
  values(
    'dates',
    { type: 'string', format: 'date-time' },
    rules("self > timestamp('2020-01-01T00:00:00Z') && self.getFullYear() < 2030"),
    '2024-05-05T00:00:00Z',
    '2019-01-01T00:00:00Z'
  ),
  values(
    'durations',
    { type: 'string', format: 'duration' },
    rules("self <= duration('1h') && self.getSeconds() >= 1"),
    '30m',
    '2h',
    '1ms'
  ),
  values('bytes', { type: 'string', format: 'byte', maxLength: 40 }, rules("self == b'abc'"), 'YWJj', 'eHl6'),
  values(
    'names that are no identifiers',
    { type: 'object', properties: { 'a-b': whole, 'c.d': whole, 'e/f': whole, namespace: whole, __g: whole, if: whole } },
    rules(
      'self.a__dash__b == 1 && self.c__dot__d == 1 && self.e__slash__f == 1 && self.__namespace__ == 1 && self.__underscores__g == 1 && self.__if__ == 1'
    ),
    { 'a-b': 1, 'c.d': 1, 'e/f': 1, namespace: 1, __g: 1, if: 1 },
    { 'a-b': 2, 'c.d': 1, 'e/f': 1, namespace: 1, __g: 1, if: 1 }
  ),
  values(
    'macros',
    short(whole),
    rules(
      'self.all(x, x > 0)',
      'self.exists(x, x == 1)',
      'self.exists_one(x, x == 1)',
      'self.map(x, x * 2).size() == self.size()',
      'self.filter(x, x > 1) == [2]'
    ),
    [1, 2],
    [1, 1],
    [0],
    [3]
  ),
  values(
    'macros of two variables',
    short(whole),
    rules(
      'self.all(i, x, x >= i)',
      'self.exists(i, x, i == 0 && x == 1)',
      'self.transformList(i, x, x + i) == [1, 3]',
      'self.transformMap(i, x, x)[0] == 1'
    ),
    [1, 2],
    [0, 0]
  ),
  values(
    'maps',
    mapOf(whole),
    rules(
      "self.all(k, k.startsWith('a'))",
      'self.exists(k, self[k] == 1)',
      "('ab' in self) ? self['ab'] == 1 : true",
      'self.size() <= 2',
      'self.all(k, v, v < 9)'
    ),
    { ab: 1 },
    { b: 1 },
    { ab: 10 }
  ),
  values('sets compare without order', short(whole, { 'x-kubernetes-list-type': 'set' }), rules('self == [1, 2]'), [2, 1], [1, 3]),
  values(
    'optionals',
    { type: 'object', properties: { a: { type: 'object', properties: { b: whole } } } },
    rules('self.?a.?b.orValue(1) == 1', 'self.?a.hasValue() ? self.a.?b == optional.of(1) : true'),
    {},
    { a: { b: 1 } },
    { a: { b: 2 } }
  ),
  values(
    'ternary, in, and has',
    { type: 'object', properties: { a: whole, l: short(whole) } },
    rules('has(self.a) ? self.a in self.l : !has(self.l)'),
    {},
    { a: 1, l: [1] },
    { a: 1, l: [2] },
    { l: [1] }
  ),
  values(
    'strings',
    text,
    rules(
      "self.contains('b')",
      "self.startsWith('a') && self.endsWith('c')",
      "self.matches('^[a-c]+$')",
      'self.size() == 3',
      'self.lowerAscii() == self',
      "self.upperAscii() == 'ABC'",
      "self.replace('b', 'x') == 'axc'",
      "self.split('b') == ['a', 'c']",
      "self.substring(1) == 'bc'",
      "self.indexOf('c') == 2",
      "self.charAt(1) == 'b'",
      "['a', 'b'].join('-') == 'a-b'",
      "' x '.trim() == 'x'",
      "self.reverse() == 'cba'",
      "'%s is %d, %.2f, %x'.format([self, 3, 1.5, 255]) == 'abc is 3, 1.50, ff'"
    ),
    'abc',
    'abd'
  )
]
