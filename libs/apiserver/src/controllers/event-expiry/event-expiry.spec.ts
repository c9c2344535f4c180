import { afterEach, describe, expect, it } from '@jest/globals'
import { events, type Event } from '@knative-ts/api/kubernetes'
import { startLoops, type TestLoops } from '../start-loops.fixture.ts'
import { eventExpiryLoop } from './event-expiry.reconciler.ts'

let world: TestLoops | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
})

const minute = 60_000
const event = (name: string, creationTimestamp: string, more: Partial<Event> = {}): Event => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name, namespace: 'default', creationTimestamp },
  involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' },
  ...more
})
const names = (at: TestLoops): string =>
  at
    .all(events)
    .map(({ metadata }) => metadata.name)
    .join()

describe('events', () => {
  it('go an hour after they were last written', async () => {
    const at = (world = await startLoops(
      (context) => [eventExpiryLoop(context)],
      [
        event('past', '2029-12-31T22:59:59Z'),
        event('repeated', '2029-12-31T22:00:00Z', { lastTimestamp: '2029-12-31T23:30:00Z' }),
        event('young', '2030-01-01T00:00:00Z')
      ]
    ))
    await at.until(() => names(at) === 'repeated,young')
    await at.clock.advance(29 * minute)
    expect(names(at)).toBe('repeated,young')
    await at.clock.advance(2 * minute)
    expect(names(at)).toBe('young')
    await at.clock.advance(30 * minute)
    expect(names(at)).toBe('')
  })

  it('that come later are found in time, without a watch', async () => {
    const at = (world = await startLoops((context) => [eventExpiryLoop(context)]))
    await at.clock.advance(10 * minute)
    at.put(event('later', '2030-01-01T00:10:00Z'))
    expect(at.watches.size).toBe(0)
    await at.clock.advance(59 * minute)
    expect(names(at)).toBe('later')
    await at.clock.advance(3 * minute)
    expect(names(at)).toBe('')
  })

  it('that cannot be deleted now are tried again', async () => {
    const at = (world = await startLoops((context) => [eventExpiryLoop(context)], [event('past', '2029-12-31T22:00:00Z')]))
    at.fail({ verb: 'delete', resource: events, times: 1, error: 'InternalError' })
    await at.until(() => names(at) === '')
    expect(at.all(events)).toEqual([])
  })
})
