import { describe, expect, it } from '@jest/globals'
import { parseGcConfig } from '@knative-ts/api'
import { configuration, revision } from '@knative-ts/testing'
import { surplusRevisions } from './gc.plan.ts'

const hour = 3_600_000
const now = Date.UTC(2030, 0, 10)
const at = (hoursAgo: number): string => new Date(now - hoursAgo * hour).toISOString()
const unused = (name: string, createdHoursAgo: number, activeHoursAgo: number, over: object = {}) =>
  revision({
    metadata: {
      name,
      creationTimestamp: at(createdHoursAgo),
      labels: { 'serving.knative.dev/routingState': 'reserve' },
      annotations: { 'serving.knative.dev/routingStateModified': at(activeHoursAgo) },
      ...over
    }
  })
const four = [unused('a', 90, 80), unused('b', 70, 60), unused('c', 60, 10), unused('d', 1, 1)]
const config = configuration({ status: { latestReadyRevisionName: 'latest' } })
const gone = (data: Record<string, string>, revisions = four) =>
  surplusRevisions(config, revisions, parseGcConfig(data), now)
    .map((r) => r.metadata.name)
    .join(' ')

describe('revisions that nobody needs', () => {
  it.each<[string, Record<string, string>, string]>([
    ['stay while there are few', {}, ''],
    ['go when old in both ways, oldest first', { 'min-non-active-revisions': '0' }, 'a b'],
    ['leave the minimum', { 'min-non-active-revisions': '3' }, 'a'],
    ['go by creation alone', { 'min-non-active-revisions': '0', 'retain-since-last-active-time': 'disabled' }, 'a b c'],
    [
      'go by use alone',
      { 'min-non-active-revisions': '0', 'retain-since-create-time': 'disabled', 'retain-since-last-active-time': '5h' },
      'a b c'
    ],
    [
      'go when there are too many',
      {
        'min-non-active-revisions': '0',
        'max-non-active-revisions': '1',
        'retain-since-create-time': 'disabled',
        'retain-since-last-active-time': 'disabled'
      },
      'a b c'
    ],
    [
      'stay when everything is off',
      {
        'min-non-active-revisions': '0',
        'max-non-active-revisions': 'disabled',
        'retain-since-create-time': 'disabled',
        'retain-since-last-active-time': 'disabled'
      },
      ''
    ]
  ])('%s', (_, data, names) => expect(gone(data)).toBe(names))

  it('are not those in use, protected, pending or served', () => {
    const kept = [
      unused('x', 90, 90, { labels: { 'serving.knative.dev/routingState': 'active' } }),
      unused('y', 90, 90, { annotations: { 'serving.knative.dev/no-gc': 'TRUE' } }),
      unused('z', 90, 90, { labels: { 'serving.knative.dev/routingState': 'pending' } }),
      unused('latest', 90, 90)
    ]
    expect(gone({ 'min-non-active-revisions': '0' }, [...kept, ...four])).toBe('a b')
  })
})
