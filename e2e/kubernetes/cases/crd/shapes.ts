/** Status, scale, columns, fields to select by, scope and deprecation. */
import type { Case, Step } from '../../recorded-case.ts'
import { aThing, defined, definition, specSchema, thing, V1, version } from '../definition-builders.ts'
import { text, whole, open, rooted, create } from './builders.ts'

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io'

export const shapes: readonly Case[] = [
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
  }
]
