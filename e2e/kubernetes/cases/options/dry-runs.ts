/** Dry runs. */
import type { Case, Step } from '../../recorded-case.ts'
import { configMap, lease, service } from '../builders.ts'
import { MAP } from './builders.ts'

export const dryRuns: readonly Case[] = [
  {
    name: 'dry runs',
    steps: [
      { verb: 'create', object: configMap('one'), query: { dryRun: 'All' }, show: 'all' },
      { verb: 'get', of: MAP },
      { verb: 'create', object: configMap('one'), silent: true },
      { verb: 'create', object: configMap('one'), query: { dryRun: 'All' } },
      { verb: 'update', object: configMap('one', { a: 'c' }), query: { dryRun: 'All' }, show: 'all' },
      { verb: 'patch', of: MAP, patch: { data: { a: 'd' } }, query: { dryRun: 'All' }, show: 'all' },
      { verb: 'patch', of: MAP, patch: { data: { 'a b': 'd' } }, query: { dryRun: 'All' } },
      { verb: 'apply', object: configMap('one', { a: 'e' }), query: { dryRun: 'All' } },
      { verb: 'delete', of: MAP, query: { dryRun: 'All' } },
      { verb: 'get', of: MAP, show: 'all' },
      { verb: 'create', object: configMap('', {}, { generateName: 'pre-' }), query: { dryRun: 'All' } },
      { verb: 'create', object: service('s'), query: { dryRun: 'All' }, show: 'all' },
      { verb: 'create', object: service('t', { type: 'NodePort' }), query: { dryRun: 'All' }, show: ['spec.type', 'spec.ports'] },
      { verb: 'update', object: lease('l'), query: { dryRun: 'All' } },
      { verb: 'get', of: 'coordination.k8s.io/v1 Lease l' }
    ]
  },
  {
    name: 'dry runs that are none',
    steps: ['', 'all', 'None', 'All,All']
      .map((dryRun): Step => ({ verb: 'create', object: configMap('one'), query: { dryRun } }))
      .concat([
        { verb: 'create', object: configMap('two'), query: { dryRun: ['All', 'Nonsense'] } },
        { verb: 'update', object: configMap('two'), query: { dryRun: 'x' } },
        { verb: 'patch', of: MAP, patch: {}, query: { dryRun: 'x' } },
        { verb: 'create', object: configMap('three'), query: { dryRun: 'All', fieldValidation: 'x', fieldManager: 'a\u0001b' } }
      ])
  }
]
