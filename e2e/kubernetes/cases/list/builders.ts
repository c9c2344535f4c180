/** What the cases of list are made of. */
import type { Step } from '../../recorded-case.ts'
import { lease } from '../builders.ts'

export const LEASES = 'coordination.k8s.io/v1 Lease'

export const NAMES = [
  'items.0.metadata.name',
  'items.1.metadata.name',
  'items.2.metadata.name',
  'items.3.metadata.name',
  'items.4.metadata.name'
]

export const PAGE = [...NAMES, 'metadata.continue', 'metadata.remainingItemCount']

export const four: Step[] = [
  ['a', { team: 'x', n: '1', 'example.com/k': 'v' }],
  ['b', { team: 'y', n: '2' }],
  ['c', { team: 'x', n: '10', empty: '' }],
  ['d', {}]
].map(([name, labels]) => ({ verb: 'create', object: lease(String(name), {}, { labels }), silent: true }))

export const listed = (query: Step['query'], show: Step['show'] = NAMES): Step => ({
  verb: 'list',
  of: LEASES,
  query: query ?? {},
  show: show ?? NAMES
})

export const accepts = [
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=Table;v=v1beta1;g=meta.k8s.io',
  'application/json;as=Table;v=v2;g=meta.k8s.io',
  'application/json;as=Table;v=v1;g=nonsense',
  'application/json;as=Table',
  'application/json;as=Nonsense;v=v1;g=meta.k8s.io',
  'application/json;as=Nonsense;v=v1;g=meta.k8s.io,application/json',
  'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadataList;v=v1beta1;g=meta.k8s.io',
  'application/yaml;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  'application/yaml;as=Table;v=v1;g=meta.k8s.io',
  'application/yaml',
  'text/html',
  'text/html,application/json',
  'text/*',
  'nonsense',
  'application/json;q=0.1,application/yaml;q=0.9',
  'application/json;pretty=1',
  'application/json;charset=utf-8',
  'application/json;stream=watch',
  'application/xml',
  'image/png;q=1, */*;q=0.1',
  ','
]

export function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size))
}
