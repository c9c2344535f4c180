/** The shapes that a client asks for. */
import type { Case, Step } from '../../recorded-case.ts'
import { lease, object, service } from '../builders.ts'
import { LEASES, NAMES, four, accepts, chunks } from './builders.ts'

export const shapes: readonly Case[] = [
  ...chunks(accepts, 4).map((some, index): Case => ({
    name: `accepted shapes ${index + 1}`,
    steps: [
      four[0] as Step,
      ...some.flatMap((accept): Step[] => [
        { verb: 'list', of: LEASES, headers: { accept }, heads: ['content-type'] },
        { verb: 'get', of: `${LEASES} a`, headers: { accept }, heads: ['content-type'] }
      ])
    ]
  })),
  ...['Metadata', 'Object', 'None', '', 'nonsense', 'object'].map((includeObject): Case => ({
    name: `a table including "${includeObject}"`,
    steps: [
      ...four.slice(0, 2),
      { verb: 'list', of: LEASES, headers: { accept: accepts[0] as string }, query: { includeObject } },
      { verb: 'get', of: `${LEASES} a`, headers: { accept: accepts[0] as string }, query: { includeObject } },
      { verb: 'list', of: LEASES, query: { includeObject }, show: NAMES }
    ]
  })),
  {
    name: 'shapes of what is not listed',
    steps: [
      four[0] as Step,
      { verb: 'get', of: `${LEASES} missing`, headers: { accept: accepts[0] as string } },
      { verb: 'get', of: `${LEASES} missing`, headers: { accept: 'application/yaml' }, heads: ['content-type'] },
      { verb: 'get', of: `${LEASES} missing`, headers: { accept: 'text/html' } },
      { verb: 'create', object: lease('new'), headers: { accept: accepts[0] as string } },
      { verb: 'create', object: lease('new2'), headers: { accept: accepts[7] as string } },
      { verb: 'update', object: lease('new', { holderIdentity: 'you' }), headers: { accept: accepts[7] as string } },
      { verb: 'patch', of: `${LEASES} new`, patch: { spec: { holderIdentity: 'them' } }, headers: { accept: accepts[0] as string } },
      { verb: 'delete', of: `${LEASES} new`, headers: { accept: accepts[0] as string } },
      { verb: 'delete', of: `${LEASES} new2`, headers: { accept: accepts[7] as string } },
      { verb: 'list', of: LEASES, query: { limit: '1' }, headers: { accept: accepts[0] as string } },
      { verb: 'request', path: '/apis/coordination.k8s.io/v1', headers: { accept: accepts[0] as string }, show: ['kind'] },
      { verb: 'create', object: service('s'), headers: { accept: accepts[0] as string } },
      { verb: 'delete', of: 'v1 Service s', headers: { accept: accepts[0] as string } },
      { verb: 'create', object: object('v1 Secret', 's', { stringData: { a: 'b' } }), headers: { accept: accepts[0] as string } },
      { verb: 'create', object: lease('new3'), headers: { accept: 'text/html' } },
      { verb: 'get', of: `${LEASES} new3` }
    ]
  },
  {
    name: 'pages as tables and as metadata',
    steps: [
      ...four,
      {
        verb: 'list',
        of: LEASES,
        query: { limit: '2' },
        headers: { accept: accepts[0] as string },
        show: ['metadata.remainingItemCount', 'metadata.continue', 'rows.0.cells.0', 'rows.1.cells.0', 'rows.2']
      },
      {
        verb: 'list',
        of: LEASES,
        query: { limit: '2' },
        headers: { accept: accepts[8] as string },
        show: ['kind', 'metadata.continue', 'metadata.remainingItemCount', 'items.1.metadata.name', 'items.2']
      }
    ]
  },
  {
    name: 'pretty',
    steps: [
      four[0] as Step,
      { verb: 'get', of: `${LEASES} a`, query: { pretty: 'true' }, heads: ['content-type'], show: 'verdict' },
      { verb: 'get', of: `${LEASES} a`, query: { pretty: 'nonsense' }, show: 'verdict' }
    ]
  }
]
