/** Queries that are odd, and places in answers. */
import type { Case } from '../../recorded-case.ts'
import { configMap } from '../builders.ts'
import { MAPS, MAP } from './builders.ts'

export const queries: readonly Case[] = [
  {
    name: 'queries that are odd',
    steps: [
      { verb: 'request', method: 'POST', path: `${MAPS}?fieldManager=a&fieldManager=b`, body: configMap('one'), show: 'all' },
      { verb: 'request', path: `${MAPS}/one?pretty=`, show: ['kind'] },
      { verb: 'request', path: `${MAPS}/one?x=%zz`, show: ['kind'] },
      { verb: 'request', path: `${MAPS}/one?a;b`, show: ['kind'] },
      { verb: 'request', path: `${MAPS}/one?resourceVersion=%00`, show: ['kind'] },
      { verb: 'request', path: `${MAPS}/one?&&&`, show: ['kind'] },
      { verb: 'request', path: `${MAPS}/%6fne`, show: ['metadata.name'] },
      { verb: 'request', path: `${MAPS}/o%2Fe`, show: ['metadata.name'] },
      { verb: 'request', path: `${MAPS}//one`, show: ['metadata.name'] },
      { verb: 'request', path: `${MAPS}/one%00`, show: ['metadata.name'] }
    ]
  },
  {
    name: 'writes answered with a place',
    steps: [
      { verb: 'create', object: configMap('one'), heads: ['content-type', 'location', 'cache-control', 'audit-id-none'] },
      { verb: 'get', of: MAP, heads: ['content-type', 'cache-control', 'etag', 'vary'] },
      { verb: 'get', of: 'v1 ConfigMap missing', heads: ['content-type', 'cache-control', 'x-content-type-options'] },
      { verb: 'request', path: '/nonsense', heads: ['content-type', 'cache-control', 'x-content-type-options'] }
    ]
  }
]
