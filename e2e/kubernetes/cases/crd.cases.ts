/** CustomResourceDefinitions and what they define: what is refused, pruned, defaulted, told, and kept. */
import type { Case, Step } from '../recorded-case.ts'
import { object } from './builders.ts'
import { aThing, defined, definition, GROUP, specSchema, thing, V1, version } from './definition-builders.ts'

type Json = Readonly<Record<string, unknown>>

const CRD = 'apiextensions.k8s.io/v1 CustomResourceDefinition'
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io'
const text: Json = { type: 'string' }
const whole: Json = { type: 'integer' }
const open: Json = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

const refusedDefinition = (name: string, one: ReturnType<typeof definition>): Case => ({
  name: `definition: ${name}`,
  steps: [{ verb: 'create', object: one, show: ['spec'] }]
})
const refusedSchema = (name: string, schema: Json): Case => refusedDefinition(name, definition([version(schema)]))
const property = (name: string, schema: Json): Case => refusedSchema(name, specSchema({ it: schema }))
const names = (rest: Json) => ({ names: { plural: 'things', kind: 'Thing', ...rest } })
/** A definition with these properties of spec, then these steps. */
const custom = (name: string, properties: Json, ...steps: Step[]): Case => ({
  name,
  steps: [...defined(definition([version(specSchema(properties))])), ...steps]
})
const rooted = (name: string, schema: Json, rest: Json, ...steps: Step[]): Case => ({
  name,
  steps: [...defined(definition([version(schema, rest)])), ...steps]
})
const create = (spec: Json, rest: Json = {}, name = 'one', metadata: Json = {}): Step => ({
  verb: 'create',
  object: thing(name, spec, rest, metadata)
})
const strict = (step: Step): Step => ({ ...step, query: { fieldValidation: 'Strict' } })
/** Values that a property refuses, all at once. */
const values = (name: string, schema: Json, ...list: unknown[]): Case =>
  custom(`value: ${name}`, { it: schema }, ...list.map((it, index): Step => ({ ...create({ it }, {}, `v${index}`), show: ['spec'] })))
const redefine = (versions: readonly Json[], spec: Json = {}): Step[] => [
  { verb: 'patch', of: `${CRD} things.${GROUP}`, patch: { spec: { versions, ...spec } }, show: 'verdict' }
]
const settled = (probe: Step): Step => ({ ...probe, silent: true, verb: 'wait', verb2: probe.verb })

export const cases: readonly Case[] = [
  {
    name: 'definition: complete, conditions and stored versions',
    steps: [
      {
        verb: 'create',
        object: definition(
          [version(specSchema({ it: text }))],
          names({ singular: 'thing', shortNames: ['th'], categories: ['all', 'oracle'], listKind: 'ThingList' })
        ),
        show: 'verdict'
      },
      { verb: 'wait', of: `${CRD} things.${GROUP}`, where: { 'status.conditions.1.status': 'True' }, show: 'object' }
    ]
  },
  {
    name: 'definition: names taken by another',
    steps: [
      ...defined(definition([version(specSchema({ it: text }))], names({ shortNames: ['th'] }))),
      {
        verb: 'create',
        object: {
          ...object(CRD, `others.${GROUP}`, {
            spec: {
              group: GROUP,
              scope: 'Namespaced',
              names: { plural: 'others', kind: 'Thing', shortNames: ['th'], singular: 'thing', listKind: 'ThingList' },
              versions: [version(open)]
            }
          })
        },
        show: 'verdict'
      },
      {
        verb: 'wait',
        of: `${CRD} others.${GROUP}`,
        where: { 'status.conditions.0.type': 'NamesAccepted', 'status.conditions.0.status': 'False' },
        timeoutMs: 3000,
        show: ['status']
      }
    ]
  },
  refusedDefinition('no versions', definition([])),
  refusedDefinition('no spec', object(CRD, `things.${GROUP}`) as ReturnType<typeof definition>),
  refusedDefinition('no stored version', definition([version(open, { storage: false })])),
  refusedDefinition('two stored versions', definition([version(open), version(open, { name: 'v2' })])),
  refusedDefinition('a version twice', definition([version(open), version(open, { storage: false })])),
  refusedDefinition('version names', definition([version(open, { name: 'V1' }), version(open, { name: '', storage: false })])),
  refusedDefinition('group without a dot', {
    ...definition([version(open)], { group: 'oracle' }),
    metadata: { name: 'things.oracle' }
  } as ReturnType<typeof definition>),
  refusedDefinition('group is bad', {
    ...definition([version(open)], { group: 'A_b.c' }),
    metadata: { name: 'things.A_b.c' }
  } as ReturnType<typeof definition>),
  refusedDefinition(
    'names are bad',
    definition(
      [version(open)],
      names({ plural: 'Things', kind: 'a b', singular: '1thing', shortNames: ['S_'], categories: ['No Way'], listKind: 'a b' })
    )
  ),
  refusedDefinition('names are missing', definition([version(open)], { names: {} })),
  refusedDefinition('list kind is the kind', definition([version(open)], names({ listKind: 'Thing' }))),
  refusedDefinition('scope', definition([version(open)], { scope: 'Galaxy' })),
  refusedDefinition('conversion webhook without anything', definition([version(open)], { conversion: { strategy: 'Webhook' } })),
  refusedDefinition(
    'conversion webhook without versions',
    definition([version(open)], {
      conversion: { strategy: 'Webhook', webhook: { clientConfig: { url: 'https://host/' }, conversionReviewVersions: [] } }
    })
  ),
  refusedDefinition(
    'conversion webhook of bad versions',
    definition([version(open)], {
      conversion: {
        strategy: 'Webhook',
        webhook: {
          clientConfig: { url: 'http://host/', service: { name: 'a', namespace: 'b' } },
          conversionReviewVersions: ['v9', 'v9', 'V!']
        }
      }
    })
  ),
  refusedDefinition(
    'conversion None with a webhook',
    definition([version(open)], {
      conversion: { strategy: 'None', webhook: { clientConfig: { url: 'https://host/' }, conversionReviewVersions: ['v1'] } }
    })
  ),
  refusedDefinition('conversion nonsense', definition([version(open)], { conversion: { strategy: 'Magic' } })),
  refusedDefinition('preserveUnknownFields', definition([version(open)], { preserveUnknownFields: true })),
  refusedDefinition('deprecation without deprecated', definition([version(open, { deprecationWarning: 'old' })])),
  refusedDefinition('empty deprecation', definition([version(open, { deprecated: true, deprecationWarning: '' })])),
  refusedDefinition(
    'printer columns',
    definition([
      version(open, {
        additionalPrinterColumns: [
          { name: '', type: 'text', jsonPath: 'spec', format: 'x' },
          { name: 'b', type: '', jsonPath: '' },
          { name: 'c', type: 'date', jsonPath: '.a[?(@.b=="c")].d' },
          { name: 'd', type: 'string', jsonPath: '.a[' }
        ]
      })
    ])
  ),
  refusedDefinition(
    'scale paths',
    definition([
      version(open, {
        subresources: { scale: { specReplicasPath: '.replicas', statusReplicasPath: 'status.x', labelSelectorPath: '.metadata.x' } }
      })
    ])
  ),
  refusedDefinition('scale without paths', definition([version(open, { subresources: { scale: {} } })])),
  refusedDefinition(
    'scale of list paths',
    definition([version(open, { subresources: { scale: { specReplicasPath: '.spec.a[0]', statusReplicasPath: '.status.b' } } })])
  ),
  refusedDefinition(
    'selectable fields',
    definition([
      version(specSchema({ it: text, list: { type: 'array', items: text }, map: open }), {
        selectableFields: [
          { jsonPath: '.spec.it' },
          { jsonPath: '.spec.it' },
          { jsonPath: '.spec.list' },
          { jsonPath: '.spec.nope' },
          { jsonPath: '.metadata.name' },
          { jsonPath: 'x' }
        ]
      })
    ])
  ),
  refusedDefinition('protected group without approval', {
    ...definition([version(open)], { group: 'oracle.k8s.io' }),
    metadata: { name: 'things.oracle.k8s.io' }
  } as ReturnType<typeof definition>),
  refusedDefinition('protected group with bad approval', {
    ...definition([version(open)], { group: 'oracle.k8s.io' }),
    metadata: { name: 'things.oracle.k8s.io', annotations: { 'api-approved.kubernetes.io': 'because' } }
  } as ReturnType<typeof definition>),

  refusedDefinition('no schema', definition([version(undefined)])),
  refusedSchema('root without a type', {}),
  refusedSchema('root of another type', { type: 'array', items: text }),
  refusedSchema('root metadata with more than names', {
    type: 'object',
    properties: { metadata: { type: 'object', properties: { labels: { type: 'object' } } } }
  }),
  refusedSchema('root nullable and default', { type: 'object', nullable: true, default: {} }),
  refusedSchema('no type', specSchema({ it: {} })),
  property('type nonsense', { type: 'text' }),
  property('type null', { type: 'null' }),
  property('array without items', { type: 'array' }),
  property('array with a list of items', { type: 'array', items: [text] }),
  property('properties and additionalProperties', { type: 'object', properties: { a: text }, additionalProperties: text }),
  property('additionalProperties false', { type: 'object', additionalProperties: false }),
  property('unique items', { type: 'array', items: text, uniqueItems: true }),
  property('bad pattern', { type: 'string', pattern: '(' }),
  property('pattern of lookahead', { type: 'string', pattern: '(?=a)' }),
  property('ref', { $ref: '#/definitions/x' }),
  property('definitions', {
    type: 'object',
    definitions: { a: text },
    dependencies: { a: ['b'] },
    patternProperties: { a: text },
    id: 'x'
  }),
  property('unknown format', { type: 'string', format: 'nonsense' }),
  property('unknown keyword', { type: 'string', nonsense: 1 }),
  property('negative lengths', { type: 'string', minLength: -1, maxLength: -2 }),
  property('enum of other types', { type: 'string', enum: ['a', 1, { x: 'y' }] }),
  property('enum empty', { type: 'string', enum: [] }),
  property('junctors with structure', {
    type: 'object',
    properties: { a: text },
    allOf: [
      {
        type: 'object',
        description: 'x',
        properties: { a: { type: 'string', default: 'x' }, b: text },
        additionalProperties: text,
        nullable: true,
        'x-kubernetes-preserve-unknown-fields': true
      }
    ]
  }),
  property('junctors of properties that are not there', {
    type: 'object',
    properties: { a: text },
    anyOf: [{ required: ['b'] }, { properties: { c: { minLength: 1 } } }],
    not: { properties: { d: {} } }
  }),
  property('int or string', { 'x-kubernetes-int-or-string': true }),
  property('int or string with a type', { type: 'string', 'x-kubernetes-int-or-string': true }),
  property('int or string with anyOf', {
    'x-kubernetes-int-or-string': true,
    anyOf: [{ type: 'integer' }, { type: 'string' }],
    allOf: [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }]
  }),
  property('embedded resource without type', { 'x-kubernetes-embedded-resource': true }),
  property('embedded resource without properties', { type: 'object', 'x-kubernetes-embedded-resource': true }),
  property('embedded resource with metadata', {
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    properties: {
      metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 3 }, labels: open } },
      apiVersion: { type: 'integer' }
    }
  }),
  property('preserve false', { type: 'object', 'x-kubernetes-preserve-unknown-fields': false }),
  property('list type nonsense', { type: 'array', items: text, 'x-kubernetes-list-type': 'bag' }),
  property('list type of a map', { type: 'object', 'x-kubernetes-list-type': 'atomic' }),
  property('list keys without map', { type: 'array', items: text, 'x-kubernetes-list-map-keys': ['a'] }),
  property('list map without keys', { type: 'array', items: { type: 'object', properties: { a: text } }, 'x-kubernetes-list-type': 'map' }),
  property('list map of scalars', { type: 'array', items: text, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a'] }),
  property('list map keys', {
    type: 'array',
    items: { type: 'object', properties: { a: text, b: open, c: { type: 'string', nullable: true, default: 'x' } }, required: ['b'] },
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['a', 'b', 'c', 'd', 'a']
  }),
  property('list set of objects', { type: 'array', items: { type: 'object', properties: { a: text } }, 'x-kubernetes-list-type': 'set' }),
  property('list set of nullables', { type: 'array', items: { type: 'string', nullable: true }, 'x-kubernetes-list-type': 'set' }),
  property('list set of lists', { type: 'array', items: { type: 'array', items: text }, 'x-kubernetes-list-type': 'set' }),
  property('map type', { type: 'object', 'x-kubernetes-map-type': 'loose' }),
  property('map type of a string', { type: 'string', 'x-kubernetes-map-type': 'atomic' }),
  property('default of another type', { type: 'integer', default: 'x' }),
  property('default null', { type: 'string', default: null }),
  property('default null nullable', { type: 'string', default: null, nullable: true }),
  property('default with unknown fields', { type: 'object', properties: { a: text }, default: { a: 'x', b: 'y' } }),
  property('default out of bounds', { type: 'object', properties: { a: { type: 'integer', minimum: 3 } }, default: { a: 1 } }),
  property('default of an embedded resource', {
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    'x-kubernetes-preserve-unknown-fields': true,
    default: { metadata: { name: '-' } }
  }),
  property('default against a rule', { type: 'string', default: 'x', 'x-kubernetes-validations': [{ rule: "self == 'y'" }] }),
  refusedSchema('default in metadata', {
    type: 'object',
    properties: { metadata: { type: 'object', properties: { name: { type: 'string', default: 'x', pattern: '^x' } } } }
  }),
  refusedSchema('required that is no property', specSchema({ it: text }, { required: ['other'] })),
  refusedSchema(
    'deep problems',
    specSchema({ a: { type: 'array', items: { type: 'object', properties: { b: { type: 'object', additionalProperties: {} } } } } })
  ),

  values('string', { type: 'string', minLength: 2, maxLength: 3, pattern: '^a' }, 'ab', 'b', 'bbbb', 1, null, ['a'], {}),
  values('enum', { type: 'string', enum: ['a', 'b'] }, 'a', 'c', ''),
  values('enum of numbers', { type: 'integer', enum: [1, 2] }, 1, 3),
  values('integer', { type: 'integer', minimum: 2, maximum: 4, multipleOf: 2 }, 4, 3, 1, 5, 2.5, '2', true),
  values('exclusive bounds', { type: 'number', minimum: 1, exclusiveMinimum: true, maximum: 2, exclusiveMaximum: true }, 1.5, 1, 2),
  values('number', { type: 'number', multipleOf: 0.5 }, 1, 0.7, 'x'),
  values('int32 and int64', { type: 'integer', format: 'int32' }, 2147483647, 2147483648, -2147483649),
  values('boolean', { type: 'boolean' }, true, 'true', 0),
  values('array', { type: 'array', items: whole, minItems: 1, maxItems: 2 }, [1], [], [1, 2, 3], ['x', 1], {}, 'x'),
  values('set', { type: 'array', items: text, 'x-kubernetes-list-type': 'set' }, ['a', 'b'], ['a', 'b', 'a', 'b']),
  values(
    'map list',
    {
      type: 'array',
      items: { type: 'object', required: ['k'], properties: { k: text, p: { type: 'integer', default: 1 }, v: text } },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['k', 'p']
    },
    [{ k: 'a' }, { k: 'a', p: 2 }],
    [{ k: 'a' }, { k: 'a', p: 1 }],
    [{ v: 'x' }]
  ),
  values(
    'object',
    { type: 'object', properties: { a: text, b: whole }, required: ['a', 'b'], minProperties: 2, maxProperties: 2 },
    { a: 'x', b: 1 },
    {},
    { a: 1 },
    'x',
    ['x']
  ),
  values(
    'map',
    { type: 'object', additionalProperties: { type: 'integer', maximum: 3 }, maxProperties: 1 },
    { a: 1 },
    { a: 4 },
    { a: 'x', b: 1 }
  ),
  values('int or string', { 'x-kubernetes-int-or-string': true, pattern: '^[0-9]+%$' }, 1, '50%', 'x', true, 1.5),
  values(
    'nullable',
    { type: 'object', nullable: true, properties: { a: { type: 'string', nullable: true }, b: text } },
    null,
    { a: null },
    { b: null }
  ),
  values('all of', { type: 'integer', allOf: [{ minimum: 2 }, { maximum: 4 }] }, 3, 1, 5),
  values('any of', { type: 'integer', anyOf: [{ minimum: 5 }, { maximum: 1 }] }, 0, 3),
  values('one of', { type: 'integer', oneOf: [{ minimum: 2 }, { maximum: 4 }] }, 1, 3),
  values('not', { type: 'string', not: { enum: ['x'] } }, 'y', 'x'),
  values(
    'one of required',
    { type: 'object', properties: { a: text, b: text }, oneOf: [{ required: ['a'] }, { required: ['b'] }] },
    { a: 'x' },
    {},
    { a: 'x', b: 'x' }
  ),
  ...[
    'date',
    'date-time',
    'email',
    'hostname',
    'ipv4',
    'ipv6',
    'cidr',
    'mac',
    'uri',
    'uuid',
    'uuid4',
    'byte',
    'duration',
    'isbn',
    'creditcard',
    'hexcolor',
    'rgbcolor',
    'password',
    'datetime',
    'bsonobjectid',
    'k8s-short-name',
    'k8s-long-name'
  ].map((format) =>
    values(
      `format ${format}`,
      { type: 'string', format },
      'x y',
      '2024-02-30',
      '2024-02-28T10:00:00Z',
      'a@b.example',
      'a.example',
      '10.0.0.1',
      '::1',
      '10.0.0.0/8',
      '00:00:5e:00:53:01',
      'https://a/b',
      '123e4567-e89b-42d3-a456-426614174000',
      'YWJj',
      '3h5m',
      '#fff',
      'rgb(1,2,3)'
    )
  ),
  custom(
    'values: spec of another type',
    { a: whole },
    { verb: 'create', object: { ...thing('one'), spec: 'text' } as ReturnType<typeof thing> },
    { verb: 'create', object: { ...thing('one'), spec: null } as unknown as ReturnType<typeof thing> }
  ),
  rooted(
    'values: required at the root',
    { type: 'object', required: ['spec'], properties: { spec: { type: 'object', required: ['it'], properties: { it: text } } } },
    {},
    { verb: 'create', object: { apiVersion: V1, kind: 'Thing', metadata: { name: 'one' } } },
    create({})
  ),
  rooted(
    'values: name by the schema',
    {
      type: 'object',
      properties: { metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 3, pattern: '^[a-z]*$' } } } }
    },
    {},
    create({}, {}, 'toolong1'),
    { ...create({}, {}, 'abc'), show: 'verdict' }
  ),

  custom(
    'pruning',
    {
      a: text,
      o: { type: 'object', properties: { b: text } },
      l: { type: 'array', items: { type: 'object', properties: { c: text } } },
      m: { type: 'object', additionalProperties: { type: 'object', properties: { d: text } } },
      p: { type: 'object', properties: { e: { type: 'object', properties: { f: text } } }, 'x-kubernetes-preserve-unknown-fields': true }
    },
    create(
      { a: 'x', z: 1, o: { b: 'x', z: 1 }, l: [{ c: 'x', z: 1 }], m: { k: { d: 'x', z: 1 } }, p: { z: 1, e: { f: 'x', z: 1 } } },
      { extra: true }
    ),
    strict(create({ z: 1, o: { z: 1 }, l: [{ z: 1 }] }, { extra: true }, 'two')),
    { ...create({ z: 1 }, {}, 'three'), query: { fieldValidation: 'Ignore' } },
    { ...create({ z: 1 }, {}, 'four', { nonsense: 'x' }), query: { fieldValidation: 'Warn' } }
  ),
  custom(
    'pruning: empty object schema',
    { o: { type: 'object' }, n: { type: 'object', properties: {} } },
    create({ o: { a: 1 }, n: { b: 2 } })
  ),
  custom(
    'embedded resources',
    { e: { type: 'object', 'x-kubernetes-embedded-resource': true, properties: { spec: { type: 'object', properties: { a: text } } } } },
    create({
      e: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', nonsense: 1, labels: { a: 'b' } }, spec: { a: 'x', z: 1 }, extra: 1 }
    }),
    create({ e: { kind: 'Pod' } }, {}, 'two'),
    create({ e: { apiVersion: 'a/b/c', kind: 'Pod' } }, {}, 'three')
  ),
  custom(
    'defaults',
    {
      a: { type: 'string', default: 'A' },
      o: {
        type: 'object',
        default: {},
        properties: { b: { type: 'integer', default: 0 }, c: { type: 'array', items: text, default: [] } }
      },
      n: { type: 'string', nullable: true, default: 'N' },
      x: { type: 'object', properties: { y: { type: 'string', default: 'Y' } } },
      l: { type: 'array', items: { type: 'object', properties: { z: { type: 'boolean', default: false } } } },
      m: { type: 'object', additionalProperties: { type: 'object', properties: { q: { type: 'string', default: 'Q' } } } }
    },
    create({}),
    create({ a: null, n: null, x: {}, l: [{}, { z: true }], m: { k: {} } }, {}, 'two'),
    { verb: 'create', object: { apiVersion: V1, kind: 'Thing', metadata: { name: 'three' } } }
  ),
  custom(
    'defaults are nobody’s in managed fields',
    { a: { type: 'string', default: 'A' }, b: text },
    { verb: 'apply', object: thing('one', { b: 'x' }), show: 'all' },
    { verb: 'apply', object: thing('one', { b: 'x', a: 'mine' }), query: { fieldManager: 'other' }, show: 'all' }
  ),
  custom(
    'null in a map and a list',
    {
      m: { type: 'object', additionalProperties: { type: 'string', nullable: true } },
      l: { type: 'array', items: { type: 'string', nullable: true } },
      p: text
    },
    create({ m: { a: null }, l: [null, 'x'], p: null })
  ),

  rooted(
    'status is its own',
    specSchema(
      { it: text },
      {},
      { properties: { spec: { type: 'object', properties: { it: text } }, status: { type: 'object', properties: { phase: text } } } }
    ),
    { subresources: { status: {} } },
    create({ it: 'x' }, { status: { phase: 'Born' } }),
    { verb: 'patch', of: aThing('one'), patch: { status: { phase: 'Gone' }, spec: { it: 'y' } }, show: 'all' },
    {
      verb: 'patch',
      of: aThing('one'),
      sub: 'status',
      patch: { status: { phase: 'Here' }, spec: { it: 'z' } },
      show: 'all'
    },
    { verb: 'get', of: aThing('one'), sub: 'status', show: ['status', 'spec'] },
    { verb: 'apply', object: { ...thing('one'), status: { phase: 'Applied' } }, sub: 'status', query: { force: 'true' }, show: 'all' },
    { verb: 'patch', of: aThing('one'), sub: 'status', patch: { status: { phase: 3 } } }
  ),
  rooted(
    'without a status subresource status is plain',
    { type: 'object', properties: { status: { type: 'object', properties: { phase: text } } } },
    {},
    { verb: 'create', object: { apiVersion: V1, kind: 'Thing', metadata: { name: 'one' }, status: { phase: 'Born' } } },
    { verb: 'get', of: aThing('one'), sub: 'status' }
  ),
  rooted(
    'scale with a selector',
    {
      type: 'object',
      properties: {
        spec: { type: 'object', properties: { replicas: whole } },
        status: { type: 'object', properties: { replicas: whole, selector: text } }
      }
    },
    {
      subresources: {
        status: {},
        scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' }
      }
    },
    create({ replicas: 2 }),
    { verb: 'patch', of: aThing('one'), sub: 'status', patch: { status: { replicas: 1, selector: 'a=b' } }, show: 'verdict' },
    { verb: 'get', of: aThing('one'), sub: 'scale' },
    { verb: 'patch', of: aThing('one'), sub: 'scale', patch: { spec: { replicas: 5 } } },
    {
      verb: 'update',
      path: `/apis/${V1}/namespaces/$NS/things/one/scale`,
      object: {
        apiVersion: 'autoscaling/v1',
        kind: 'Scale',
        metadata: { name: 'one', namespace: '$NS' },
        spec: { replicas: -1 }
      } as ReturnType<typeof thing>
    },
    { verb: 'get', of: aThing('one'), show: 'object' }
  ),
  rooted(
    'scale without replicas',
    { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    { subresources: { scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } } },
    create({}),
    { verb: 'get', of: aThing('one'), sub: 'scale' },
    { verb: 'patch', of: aThing('one'), sub: 'scale', patch: { spec: { replicas: 3 } } }
  ),
  rooted(
    'printer columns',
    { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    {
      additionalPrinterColumns: [
        { name: 'Text', type: 'string', jsonPath: '.spec.text', description: 'The text.' },
        { name: 'Number', type: 'integer', jsonPath: '.spec.number', priority: 1 },
        { name: 'Since', type: 'date', jsonPath: '.spec.since' },
        { name: 'Flag', type: 'boolean', jsonPath: '.spec.flag' },
        { name: 'All', type: 'string', jsonPath: '.spec.list[*].name' },
        { name: 'One', type: 'string', jsonPath: '.spec.list[?(@.name=="b")].value' },
        { name: 'Map', type: 'string', jsonPath: '.spec.map' },
        { name: 'Annotation', type: 'string', jsonPath: '.metadata.annotations.a\\.b/c' },
        { name: 'Ready', type: 'string', jsonPath: ".status.conditions[?(@.type=='Ready')].status" },
        { name: 'Float', type: 'number', jsonPath: '.spec.float', format: 'double' }
      ]
    },
    {
      ...create(
        {
          text: 'x',
          number: 3,
          since: '2020-01-01T00:00:00Z',
          flag: true,
          list: [
            { name: 'a', value: 1 },
            { name: 'b', value: 2 }
          ],
          map: { k: 'v' },
          float: 1.5
        },
        {},
        'one',
        { annotations: { 'a.b/c': 'd' } }
      ),
      silent: true
    },
    { ...create({ number: 'text', since: 'x', flag: 'no', list: 'z' }, {}, 'two'), silent: true },
    {
      verb: 'list',
      of: aThing(),
      headers: { accept: TABLE },
      show: [
        'columnDefinitions',
        'rows.0.cells.0',
        'rows.0.cells.1',
        'rows.0.cells.2',
        'rows.0.cells.4',
        'rows.0.cells.5',
        'rows.0.cells.6',
        'rows.0.cells.7',
        'rows.0.cells.8',
        'rows.0.cells.9',
        'rows.0.cells.10',
        'rows.1.cells'
      ]
    }
  ),
  rooted(
    'no printer columns',
    open,
    {},
    { ...create({}), silent: true },
    { verb: 'list', of: aThing(), headers: { accept: TABLE }, show: ['columnDefinitions', 'rows.0.cells.0'] }
  ),
  rooted(
    'selectable fields',
    specSchema({ it: text, n: whole, b: { type: 'boolean' } }),
    { selectableFields: [{ jsonPath: '.spec.it' }, { jsonPath: '.spec.n' }, { jsonPath: '.spec.b' }] },
    { ...create({ it: 'x', n: 1, b: true }), silent: true },
    { ...create({ it: 'y' }, {}, 'two'), silent: true },
    ...['spec.it=x', 'spec.it!=x', 'spec.n=1', 'spec.b=true', 'spec.it=', 'spec.other=x', 'metadata.name=two,spec.it=y'].map(
      (fieldSelector): Step => ({
        verb: 'list',
        of: aThing(),
        query: { fieldSelector },
        show: ['items.0.metadata.name', 'items.1.metadata.name']
      })
    )
  ),
  rooted('deprecated', open, { deprecated: true }, create({}), { verb: 'list', of: aThing(), show: ['kind'] }),
  rooted('deprecated with a warning', open, { deprecated: true, deprecationWarning: 'use something else' }, create({})),
  {
    name: 'cluster scope',
    steps: [
      ...defined(definition([version(open)], { scope: 'Cluster' }), `/apis/${V1}/things`),
      { verb: 'request', method: 'POST', path: `/apis/${V1}/things`, body: thing('one'), show: ['metadata.name', 'metadata.namespace'] },
      { verb: 'request', method: 'POST', path: `/apis/${V1}/namespaces/$NS/things`, body: thing('two') },
      { verb: 'request', method: 'POST', path: `/apis/${V1}/things`, body: thing('two', {}, {}, { namespace: '$NS' }) }
    ]
  },

  {
    name: 'two versions, None',
    steps: [
      ...defined(
        definition([
          version(specSchema({ a: text, b: text })),
          version(specSchema({ b: text, c: { type: 'string', default: 'C' } }), { name: 'v2', storage: false })
        ])
      ),
      create({ a: '1', b: '2' }),
      { verb: 'get', path: `/apis/${GROUP}/v2/namespaces/$NS/things/one` },
      { verb: 'patch', path: `/apis/${GROUP}/v2/namespaces/$NS/things/one`, patch: { spec: { c: '3' } } },
      { verb: 'get', of: aThing('one'), show: 'object' }
    ]
  },
  {
    name: 'a version that is not served',
    steps: [
      ...defined(definition([version(open), version(open, { name: 'v2', storage: false, served: false })])),
      { verb: 'list', path: `/apis/${GROUP}/v2/namespaces/$NS/things` }
    ]
  },
  {
    name: 'storage moves and versions go',
    steps: [
      ...defined(definition([version(open), version(open, { name: 'v2', storage: false })])),
      { ...create({ a: 1 }), silent: true },
      ...redefine([version(open, { storage: false }), version(open, { name: 'v2' })]),
      { verb: 'wait', of: `${CRD} things.${GROUP}`, where: { 'status.storedVersions': ['v1', 'v2'] }, show: ['status.storedVersions'] },
      { verb: 'patch', of: `${CRD} things.${GROUP}`, patch: { spec: { versions: [version(open, { name: 'v2' })] } } },
      {
        verb: 'patch',
        of: `${CRD} things.${GROUP}`,
        sub: 'status',
        patch: { status: { storedVersions: ['v2'] } },
        show: ['status.storedVersions']
      },
      { verb: 'patch', of: `${CRD} things.${GROUP}`, sub: 'status', patch: { status: { storedVersions: ['v1'] } } },
      { verb: 'patch', of: `${CRD} things.${GROUP}`, sub: 'status', patch: { status: { storedVersions: [] } } },
      {
        verb: 'patch',
        of: `${CRD} things.${GROUP}`,
        patch: { spec: { versions: [version(open, { name: 'v2' })] } },
        show: ['spec.versions.0.name']
      }
    ]
  },
  {
    name: 'immutable parts',
    steps: [
      ...defined(definition([version(open)])),
      {
        verb: 'patch',
        of: `${CRD} things.${GROUP}`,
        patch: { spec: { group: 'other.example', scope: 'Cluster', names: { plural: 'stuffs', kind: 'Stuff' } } }
      },
      {
        verb: 'patch',
        of: `${CRD} things.${GROUP}`,
        patch: { spec: { names: { shortNames: ['tg'] } } },
        show: ['metadata.generation', 'spec.names']
      }
    ]
  },
  {
    name: 'stricter schema, old objects',
    steps: [
      ...defined(definition([version(specSchema({ it: text, other: text, list: { type: 'array', items: text } }))])),
      create({ it: 'toolong', list: ['a', 'b'] }),
      ...redefine([
        version(
          specSchema({
            it: { type: 'string', maxLength: 3 },
            other: text,
            list: { type: 'array', items: { type: 'string', minLength: 2 }, maxItems: 1 }
          })
        )
      ]),
      settled({ ...create({ it: 'toolong' }, {}, 'probe'), query: { dryRun: 'All' }, status: 422 }),
      { verb: 'get', of: aThing('one'), show: ['spec'] },
      { verb: 'patch', of: aThing('one'), patch: { spec: { other: 'x' } }, show: ['spec'] },
      { verb: 'patch', of: aThing('one'), patch: { metadata: { labels: { a: 'b' } } }, show: ['metadata.labels'] },
      { verb: 'patch', of: aThing('one'), patch: { spec: { it: 'alsolong' } } },
      { verb: 'patch', of: aThing('one'), patch: { spec: { list: ['a', 'b', 'c'] } } },
      { verb: 'patch', of: aThing('one'), patch: { spec: { it: 'ok' } }, show: ['spec'] }
    ]
  },
  {
    name: 'a new required field, old objects',
    steps: [
      ...defined(definition([version(specSchema({ it: text }))])),
      { ...create({ it: 'x' }), silent: true },
      ...redefine([version(specSchema({ it: text, must: text }, { required: ['must'] }))]),
      settled({ ...create({}, {}, 'probe'), query: { dryRun: 'All' }, status: 422 }),
      { verb: 'patch', of: aThing('one'), patch: { metadata: { labels: { a: 'b' } } }, show: ['metadata.labels'] },
      { verb: 'patch', of: aThing('one'), patch: { spec: { it: 'y' } } },
      { verb: 'patch', of: aThing('one'), patch: { metadata: { finalizers: ['a.example/b'] } }, show: ['metadata.finalizers'] },
      { verb: 'patch', of: aThing('one'), patch: { metadata: { finalizers: null } }, show: 'verdict' }
    ]
  },
  {
    name: 'fields go from the schema',
    steps: [
      ...defined(definition([version(specSchema({ it: text, gone: text }))])),
      { ...create({ it: 'x', gone: 'y' }), silent: true },
      ...redefine([version(specSchema({ it: text, come: { type: 'string', default: 'new' } }))]),
      { verb: 'wait', of: aThing('one'), where: { 'spec.come': 'new' }, show: ['spec'] }
    ]
  },
  {
    name: 'a definition goes with its instances',
    steps: [
      ...defined(definition([version(open)])),
      { ...create({}), silent: true },
      { ...create({}, {}, 'held', { finalizers: ['oracle.example/hold'] }), silent: true },
      { verb: 'delete', of: `${CRD} things.${GROUP}`, show: ['metadata.finalizers'] },
      {
        verb: 'wait',
        of: `${CRD} things.${GROUP}`,
        where: { 'status.conditions.2.reason': 'InstanceDeletionInProgress' },
        timeoutMs: 8000,
        show: ['metadata.finalizers', 'status.conditions']
      },
      { verb: 'wait', of: aThing('one'), status: 404 },
      create({}, {}, 'late'),
      { verb: 'get', of: aThing('held'), show: ['metadata.finalizers'] },
      { verb: 'patch', of: aThing('held'), patch: { metadata: { finalizers: null } }, show: 'verdict' },
      { verb: 'wait', of: `${CRD} things.${GROUP}`, status: 404 },
      { verb: 'list', of: aThing() }
    ]
  },
  custom(
    'apply: list map items by their owners',
    {
      l: {
        type: 'array',
        items: { type: 'object', required: ['k'], properties: { k: text, v: text } },
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['k']
      },
      s: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
      m: { type: 'object', additionalProperties: text, 'x-kubernetes-map-type': 'atomic' }
    },
    { verb: 'apply', object: thing('one', { l: [{ k: 'a', v: '1' }], s: ['x'], m: { a: 'b' } }), show: 'all' },
    { verb: 'apply', object: thing('one', { l: [{ k: 'b', v: '2' }], s: ['y'] }), query: { fieldManager: 'other' }, show: 'all' },
    { verb: 'apply', object: thing('one', { l: [{ k: 'a', v: '3' }], m: { c: 'd' } }), query: { fieldManager: 'third' } },
    { verb: 'apply', object: thing('one', { l: [] }), show: 'all' },
    { verb: 'apply', object: thing('one', { l: [{ k: 'z' }, { k: 'z' }] }) },
    { verb: 'apply', object: thing('one', { l: [{ v: 'z' }] }) }
  ),
  custom(
    'strategic merge is refused',
    { a: text },
    { ...create({ a: 'x' }), silent: true },
    { verb: 'patch', of: aThing('one'), type: 'strategic', patch: { spec: { a: 'y' } } }
  ),
  custom(
    'json patch and merge patch errors',
    { a: whole },
    { ...create({ a: 1 }), silent: true },
    { verb: 'patch', of: aThing('one'), type: 'json', patch: [{ op: 'replace', path: '/spec/a', value: 'x' }] },
    { verb: 'patch', of: aThing('one'), type: 'json', patch: [{ op: 'add', path: '/spec/b/c', value: 'x' }] },
    { verb: 'patch', of: aThing('one'), patch: { spec: { nope: 1 } }, query: { fieldValidation: 'Strict' } },

    { verb: 'patch', of: aThing('one'), patch: { kind: 'Other' } }
  ),
  custom(
    'generation and empty changes',
    { a: whole },
    { ...create({ a: 1 }), show: ['metadata.generation'] },
    { verb: 'patch', of: aThing('one'), patch: { spec: { a: 1 } }, show: ['metadata.generation'] },
    { verb: 'patch', of: aThing('one'), patch: { spec: { a: 2 } }, show: ['metadata.generation'] },
    { verb: 'patch', of: aThing('one'), patch: { metadata: { annotations: { a: 'b' } } }, show: ['metadata.generation'] }
  ),
  custom(
    'metadata of custom objects',
    { a: whole },
    create({}, {}, 'one', { labels: { 'a b': 'c' }, annotations: { 'x y': 'z' }, finalizers: ['bad'] }),
    create({}, {}, 'Bad_Name'),
    create({}, {}, 'two', { labels: { a: 1 } }),
    create({}, {}, 'three', { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'x' }] })
  ),
  custom(
    'wrong kind and version in the body',
    { a: whole },
    { verb: 'request', method: 'POST', path: `/apis/${V1}/namespaces/$NS/things`, body: { ...thing('one'), kind: 'Other' } },
    { verb: 'request', method: 'POST', path: `/apis/${V1}/namespaces/$NS/things`, body: { ...thing('one'), apiVersion: `${GROUP}/v2` } },
    { verb: 'request', method: 'POST', path: `/apis/${V1}/namespaces/$NS/things`, body: { metadata: { name: 'x' } } },
    { verb: 'request', method: 'POST', path: `/apis/${V1}/namespaces/$NS/things`, body: { ...thing('one'), apiVersion: '' } }
  )
]
