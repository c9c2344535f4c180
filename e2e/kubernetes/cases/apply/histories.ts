/** Objects that were written in other ways before. */
import type { Case } from '../../recorded-case.ts'
import { as, forced, map, updated } from './builders.ts'

export const histories: readonly Case[] = [
  {
    name: 'from kubectl apply of the client',
    steps: [
      {
        verb: 'create',
        object: map(
          { a: '1', b: '2' },
          {
            annotations: {
              'kubectl.kubernetes.io/last-applied-configuration':
                '{"apiVersion":"v1","data":{"a":"1","b":"2"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"one"}}\n'
            }
          }
        ),
        query: { fieldManager: 'kubectl-client-side-apply' },
        show: 'all'
      },
      as('kubectl', map({ a: '7' })),
      as('kubectl', map({ a: '8' }))
    ]
  },
  {
    name: 'from an annotation that is none of it',
    steps: [
      {
        verb: 'create',
        object: map({ a: '1', b: '2' }, { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'nonsense' } }),
        query: { fieldManager: 'kubectl-client-side-apply' },
        silent: true
      },
      as('kubectl', map({ a: '7' })),
      forced('kubectl', map({ a: '7' }))
    ]
  },
  {
    name: 'from other updates than kubectl apply',
    steps: [
      { verb: 'create', object: map({ a: '1', b: '2' }), query: { fieldManager: 'kubectl-create' }, silent: true },
      updated('before-first-apply', { data: { c: '3' } }),
      as('kubectl', map({ a: '1', b: '2', c: '3' })),
      as('kubectl', map({ a: '1' }))
    ]
  },
  {
    name: 'an object without managed fields',
    steps: [
      { verb: 'create', object: map({ a: '1' }), silent: true },
      updated('u', { metadata: { managedFields: [{}] } }),
      as('m', map({ a: '2', b: '3' })),
      as('m', map({ b: '4' })),
      as('m', map({ a: '1' }))
    ]
  },
  {
    name: 'an object without managed fields, updated',
    steps: [
      { verb: 'create', object: map({ a: '1' }), silent: true },
      updated('u', { metadata: { managedFields: [{}] } }),
      updated('v', { data: { b: '2' } }),
      updated('v', { data: { a: '2' } })
    ]
  }
]
