import { expect, it } from '@jest/globals'
import { sumOf, writesBetween, writesIn } from './api-writes.ts'

const line = (verb: string, resource: string, count: number, more: { code?: string; dryRun?: string } = {}): string =>
  `apiserver_request_total{code="${more.code ?? '200'}",component="apiserver",dry_run="${more.dryRun ?? ''}",group="",resource="${resource}",verb="${verb}"} ${count}`

it('counts what changes something, over all codes and verbs', () => {
  const text = [
    '# TYPE apiserver_request_total counter',
    line('POST', 'pods', 2, { code: '201' }),
    line('PATCH', 'pods', 3),
    line('PUT', 'leases', 10),
    line('PUT', 'services', 1, { code: '409' }),
    line('LIST', 'pods', 100),
    line('WATCH', 'pods', 100),
    line('POST', 'subjectaccessreviews', 100),
    line('POST', 'pods', 100, { dryRun: 'All' }),
    'apiserver_request_duration_seconds_count{verb="POST",resource="pods",dry_run=""} 100'
  ].join('\n')
  const writes = writesIn(text)
  expect(Object.fromEntries(writes.byResource)).toEqual({ pods: 5, leases: 10, services: 1 })
  expect([writes.conflicts, sumOf(writes), sumOf(writes, ['leases'])]).toEqual([1, 16, 6])
})

it('tells what came between two counts, kinds that are new among them', () => {
  const before = writesIn([line('PUT', 'pods', 2), line('PUT', 'nodes', 1)].join('\n'))
  const after = writesIn([line('PUT', 'pods', 3), line('PUT', 'nodes', 1), line('POST', 'events', 4)].join('\n'))
  expect([...writesBetween(before, after).byResource]).toEqual([
    ['events', 4],
    ['pods', 1]
  ])
})
