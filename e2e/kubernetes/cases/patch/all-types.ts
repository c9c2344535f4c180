/** What holds of patches of each type. */
import type { Case, Step } from '../../recorded-case.ts'
import { MAP, map, each } from './builders.ts'

const UID = '11111111-1111-4111-8111-111111111111'

export const allTypes: readonly Case[] = [
  ...(['json', 'merge', 'strategic'] as const).map((type): Case => ({
    name: `${type}: of what is missing`,
    steps: [{ verb: 'patch', of: MAP, type, patch: type === 'json' ? [{ op: 'add', path: '/data', value: {} }] : { data: { a: 'b' } } }]
  })),
  each('content types that are none', [
    ...[
      'application/json',
      'text/plain',
      'application/patch+json',
      '',
      'application/merge-patch+json; charset=utf-8',
      'APPLICATION/MERGE-PATCH+JSON',
      ';;'
    ].map((type): Step => ({
      verb: 'request',
      method: 'PATCH',
      path: '/api/v1/namespaces/$NS/configmaps/one',
      type,
      body: '{"data":{"c":"d"}}',
      show: ['data']
    })),
    { verb: 'request', method: 'PATCH', path: '/api/v1/namespaces/$NS/configmaps/missing', type: 'text/plain', body: '{}' }
  ]),
  each('merge: null removes, and null of nothing', [
    { verb: 'patch', of: MAP, patch: { data: { a: null, missing: null } }, show: ['data'] },
    { verb: 'patch', of: MAP, patch: { data: null } },
    { verb: 'patch', of: MAP, patch: { nonsense: null } },
    { verb: 'patch', of: MAP, patch: { metadata: { labels: { x: null } } } },
    { verb: 'patch', of: MAP, patch: { data: { c: { d: null } } } },
    { verb: 'patch', of: MAP, patch: { metadata: null } },
    { verb: 'patch', of: MAP, patch: { kind: null } },
    { verb: 'patch', of: MAP, patch: {} }
  ]),
  each('merge: what is not the kind', [
    { verb: 'patch', of: MAP, patch: { apiVersion: 'v2' } },
    { verb: 'patch', of: MAP, patch: { apiVersion: 'apps/v1' } },
    { verb: 'patch', of: MAP, patch: { data: 'x' } },
    { verb: 'patch', of: MAP, patch: { data: { a: 5 } } },
    { verb: 'patch', of: MAP, patch: { metadata: { labels: 'x' } } },
    { verb: 'patch', of: MAP, patch: { metadata: { name: 'two' } } },
    { verb: 'patch', of: MAP, patch: { metadata: { name: '' } } },
    { verb: 'patch', of: MAP, patch: { metadata: { name: null } } },
    { verb: 'patch', of: MAP, patch: { metadata: { namespace: 'two' } } },
    { verb: 'patch', of: MAP, patch: { metadata: { namespace: null } } },
    { verb: 'patch', of: MAP, patch: { metadata: { uid: UID } } },
    { verb: 'patch', of: MAP, patch: { metadata: { uid: '' } } },
    { verb: 'patch', of: MAP, patch: { metadata: { resourceVersion: '1' } } },
    { verb: 'patch', of: MAP, patch: { metadata: { resourceVersion: 'x' } } },
    { verb: 'patch', of: MAP, patch: { metadata: { resourceVersion: '0' } } },
    { verb: 'patch', of: MAP, patch: { metadata: { resourceVersion: null, creationTimestamp: null, uid: null } } },
    { verb: 'patch', of: MAP, patch: { metadata: { generation: 9, selfLink: '/x', deletionTimestamp: '2030-01-01T00:00:00Z' } } },
    { verb: 'patch', of: MAP, patch: { metadata: { managedFields: [] } }, show: 'all' },
    { verb: 'patch', of: MAP, patch: { metadata: { managedFields: [{}] } }, show: 'all' },
    { verb: 'patch', of: MAP, patch: { metadata: { managedFields: [{ manager: 'x', operation: 'Nonsense' }] } } },
    {
      verb: 'patch',
      of: MAP,
      patch: {
        metadata: {
          managedFields: [{ manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': {} } }]
        }
      },
      show: 'all'
    }
  ]),
  ...(['json', 'merge', 'strategic'] as const).map((type): Case =>
    each(`${type}: fields that nobody knows`, [
      ...['', 'Strict', 'Warn', 'Ignore'].map((fieldValidation): Step => ({
        verb: 'patch',
        of: MAP,
        type,
        query: { fieldValidation },
        text:
          type === 'json'
            ? '[{"op":"add","path":"/nonsense","value":1},{"op":"add","path":"/metadata/odd","value":1}]'
            : '{"nonsense":1,"metadata":{"odd":1}}'
      })),
      ...['Strict', 'Warn', 'Ignore'].map((fieldValidation): Step => ({
        verb: 'patch',
        of: MAP,
        type,
        query: { fieldValidation },
        text: type === 'json' ? '[{"op":"add","op":"replace","path":"/data/a","value":"7"}]' : '{"data":{"a":"7","a":"8"}}'
      }))
    ])
  ),
  {
    name: 'versions that changed',
    steps: [
      map,
      { verb: 'get', of: MAP, silent: true, capture: { version: 'metadata.resourceVersion', uid: 'metadata.uid' } },
      { verb: 'patch', of: MAP, patch: { metadata: { resourceVersion: '$version', uid: '$uid' }, data: { c: 'd' } } },
      { verb: 'patch', of: MAP, patch: { metadata: { resourceVersion: '$version' }, data: { c: 'e' } } },
      { verb: 'patch', of: MAP, type: 'json', patch: [{ op: 'replace', path: '/metadata/resourceVersion', value: '$version' }] },
      { verb: 'patch', of: MAP, type: 'json', patch: [{ op: 'test', path: '/metadata/resourceVersion', value: '$version' }] },
      {
        verb: 'patch',
        of: MAP,
        type: 'json',
        patch: [
          { op: 'remove', path: '/metadata/resourceVersion' },
          { op: 'remove', path: '/metadata/uid' }
        ],
        show: 'all'
      },
      { verb: 'patch', of: MAP, type: 'strategic', patch: { metadata: { resourceVersion: '$version' } } }
    ]
  }
]
