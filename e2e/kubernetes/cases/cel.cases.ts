/** Rules in CEL (`x-kubernetes-validations`): what they see, what they say, and what is no rule. */
import type { Case, Step } from '../recorded-case.ts'
import { aThing, defined, definition, specSchema, thing, version } from './definition-builders.ts'

type Json = Readonly<Record<string, unknown>>

const text: Json = { type: 'string', maxLength: 100 }
const whole: Json = { type: 'integer' }
const short = (items: Json, rest: Json = {}): Json => ({ type: 'array', maxItems: 10, items, ...rest })
const mapOf = (values: Json): Json => ({ type: 'object', maxProperties: 10, additionalProperties: values })
const rules = (...list: readonly (string | Json)[]): Json => ({
  'x-kubernetes-validations': list.map((one) => (typeof one === 'string' ? { rule: one } : one))
})
const create = (spec: Json, name = 'one'): Step => ({ verb: 'create', object: thing(name, spec), show: ['spec'] })
const change = (spec: Json): Step => ({ verb: 'patch', of: aThing('one'), patch: { spec }, show: ['spec'] })

/** Rules of spec, then these steps. */
const ruled = (name: string, properties: Json, list: Json, ...steps: Step[]): Case => ({
  name,
  steps: [...defined(definition([version(specSchema(properties, list))])), ...steps]
})
/** Rules of one property `it`, with values that keep and break them. */
const values = (name: string, schema: Json, list: Json, ...its: unknown[]): Case => ({
  name,
  steps: [
    ...defined(definition([version(specSchema({ it: { ...schema, ...list } }))])),
    ...its.map((it, index) => create({ it }, `v${index}`))
  ]
})
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
/** Texts that hold of a property of these types. */
const holds = (name: string, schema: Json, it: unknown, ...list: string[]): Case => values(`library: ${name}`, schema, rules(...list), it)

const all: readonly Case[] = [
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
  },
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
  ),
  holds(
    'lists',
    short(whole),
    [1, 3, 2],
    'self.sum() == 6',
    'self.min() == 1',
    'self.max() == 3',
    '!self.isSorted()',
    'self.indexOf(3) == 1',
    'self.lastIndexOf(9) == -1',
    'self.distinct().size() == 3',
    'self.sort() == [1, 2, 3]',
    'self.slice(0, 2) == [1, 3]',
    'self.reverse() == [2, 3, 1]',
    '[[1], [2]].flatten() == [1, 2]',
    'lists.range(3) == [0, 1, 2]',
    'self.first().value() == 1'
  ),
  holds(
    'sets',
    short(whole),
    [1, 2],
    'sets.contains(self, [1])',
    'sets.equivalent(self, [2, 1])',
    'sets.intersects(self, [2, 3])',
    '!sets.contains(self, [5])'
  ),
  holds(
    'regex',
    text,
    'a1b22',
    "self.find('[0-9]+') == '1'",
    "self.findAll('[0-9]+') == ['1', '22']",
    "self.findAll('[0-9]+', 1) == ['1']",
    "'x'.matches('^X$') == false"
  ),
  holds(
    'quantities',
    text,
    '1500m',
    "quantity(self).isGreaterThan(quantity('1'))",
    "quantity(self).compareTo(quantity('1.5')) == 0",
    "quantity(self).add(quantity('500m')) == quantity('2')",
    "quantity('2').sub(1) == quantity('1')",
    "isQuantity('1Gi') && !isQuantity('x')",
    "quantity('3').isInteger() && quantity('3').asInteger() == 3",
    'quantity(self).asApproximateFloat() == 1.5',
    "quantity('-1').sign() == -1"
  ),
  holds(
    'urls',
    text,
    'https://user@example.com:80/path/x?a=b&a=c',
    "url(self).getScheme() == 'https'",
    "url(self).getHost() == 'example.com:80'",
    "url(self).getHostname() == 'example.com'",
    "url(self).getPort() == '80'",
    "url(self).getEscapedPath() == '/path/x'",
    "url(self).getQuery() == {'a': ['b', 'c']}",
    "isURL(self) && !isURL('no url')"
  ),
  holds(
    'addresses',
    text,
    '192.168.0.1',
    'isIP(self) && ip(self).family() == 4',
    "ip.isCanonical('127.0.0.1') && !ip.isCanonical('::FFFF')",
    "ip('127.0.0.1').isLoopback()",
    "ip('::').isUnspecified()",
    "ip('224.0.0.1').isLinkLocalMulticast()",
    'ip(self).isGlobalUnicast()',
    "cidr('192.168.0.0/24').containsIP(self)",
    "cidr('192.168.0.0/16').containsCIDR('192.168.10.0/24')",
    "cidr('192.168.0.0/24').prefixLength() == 24",
    "cidr('192.168.1.5/24').masked() == cidr('192.168.1.0/24')",
    "cidr('192.168.0.0/24').ip() == ip('192.168.0.0')",
    "isCIDR('10.0.0.0/8') && !isCIDR('10.0.0.0')",
    "string(ip('::1')) == '::1'"
  ),
  holds(
    'formats',
    text,
    'my-name',
    '!format.dns1123Label().validate(self).hasValue()',
    "format.dns1123Label().validate('Bad_Name').value().size() == 1",
    "format.named('uuid').hasValue() && !format.named('nope').hasValue()",
    "format.uuid().validate('x').hasValue()",
    "!format.date().validate('2024-01-01').hasValue()"
  ),
  holds(
    'semver',
    text,
    '1.2.3',
    "isSemver(self) && !isSemver('x')",
    'semver(self).major() == 1 && semver(self).minor() == 2 && semver(self).patch() == 3',
    "semver(self).isLessThan(semver('2.0.0'))",
    "semver(self).compareTo(semver('1.2.3')) == 0"
  ),
  holds(
    'math and conversions',
    whole,
    5,
    'math.greatest(self, 3) == 5',
    'math.least([4, self, 2]) == 2',
    'double(self) == 5.0 && string(self) == "5" && int("7") == 7',
    'uint(5) == 5u',
    'self % 2 == 1 && -self == -5',
    'timestamp("2020-01-01T00:00:00Z").getMonth() == 0',
    "duration('90m').getHours() == 1",
    'type(self) == int && dyn(self) == 5',
    'math.abs(-3) == 3 && math.ceil(1.2) == 2.0 && math.isNaN(0.0 / 0.0)'
  ),
  holds('base64', text, 'abc', "base64.encode(b'abc') == 'YWJj'", "base64.decode('YWJj') == b'abc'"),

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

/** Rules whose definition a real server refuses as too costly, or for a function that it has not: their values tell nothing. */
const REFUSED = new Set([
  'refused with a made message',
  'nullable and unset',
  'strings',
  'library: lists',
  'library: quantities',
  'library: math and conversions',
  'library: base64'
])

export const cases: readonly Case[] = all.filter(({ name }) => !REFUSED.has(name))
