/** Versions, and definitions that change or go. */
import type { Case, Step } from '../../recorded-case.ts'
import { aThing, defined, definition, GROUP, specSchema, version } from '../definition-builders.ts'
import { type Json, CRD, text, open, create } from './builders.ts'

const redefine = (versions: readonly Json[], spec: Json = {}): Step[] => [
  { verb: 'patch', of: `${CRD} things.${GROUP}`, patch: { spec: { versions, ...spec } }, show: 'verdict' }
]

const settled = (probe: Step): Step => ({ ...probe, silent: true, verb: 'wait', verb2: probe.verb })

export const changes: readonly Case[] = [
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
  }
]
