import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { compileFilters, type FilterSpec, type RetryRule } from '@knative-ts/eventing'
import { eventually } from '@knative-ts/testing'
import type { Destination } from '../table/destination.ts'
import type { Subscription } from '../table/subscription.ts'
import { rawRequest } from '../testing/raw-request.ts'
import { type Received, RecordedSink } from '../testing/recorded-sink.ts'
import { type RunningDataPlane, startDataPlane } from '../testing/running-data-plane.ts'
import { broker, channel, completeTable, destination, subscription, trigger } from '../testing/table-of.ts'
import { contractOf, recordedContract } from './contract-of.ts'
import { deliveredOnPurpose } from './on-purpose.ts'
import { type DeliveryCase, type Fields, type RecordedRequest, type RecordedTrigger, recording } from './recording.ts'

const ingressUrl = 'http://broker-ingress.knative-eventing.svc.cluster.local/ht/d'
const periods: Readonly<Record<string, number>> = { 'PT0.2S': 200, PT1S: 1_000 }

let sink: RecordedSink
let plane: RunningDataPlane

/** What the recordings call SINK and IP. */
const placed = (url: string): string => url.replace('SINK', sink.authority).replace('IP', '127.0.0.1')

beforeAll(async () => {
  sink = await RecordedSink.start(recording.receiver.answers)
})
afterEach(() => plane?.stop())
afterAll(() => sink?.close())

/** Without retries, delays or times of its own. */
const plainRule: RetryRule = { retries: 0, policy: undefined, delayMs: undefined, timeoutMs: undefined, retryAfterMaxMs: undefined }

function ruleOf({ delivery }: RecordedTrigger): RetryRule {
  // The broker of the recordings: two retries, linear, 0.2 s.
  const { retry, backoffPolicy, backoffDelay, timeout } = delivery ?? { retry: 2, backoffPolicy: 'linear', backoffDelay: 'PT0.2S' }
  return {
    ...plainRule,
    retries: retry ?? 0,
    policy: backoffPolicy,
    delayMs: backoffDelay === undefined ? undefined : periods[backoffDelay],
    timeoutMs: timeout === undefined ? undefined : periods[timeout]
  }
}

function subscriptionOf(recorded: RecordedTrigger, channelKey: string): Subscription {
  const { name, subscriber, delivery, filter } = recorded
  return subscription(name, {
    channel: channelKey,
    reply: destination(ingressUrl),
    deadLetter: destination(placed(delivery?.deadLetterSink?.uri ?? 'http://SINK/s/200/broker-dead')),
    retry: ruleOf(recorded),
    trigger: trigger(name, {
      broker: 'ht/d',
      subscriber: destination(placed(subscriber.uri)),
      filter: compileFilters({ attributes: filter.attributes ?? {} }),
      format: delivery?.format ?? ''
    })
  })
}

async function publish(port: number, path: string, headers: Fields, host = 'broker-ingress'): Promise<number> {
  const { status } = await rawRequest(port, { method: 'POST', path, host, headers, body: Buffer.from('{"a":1}') })
  return status
}

const eventHeaders = (id: string, type: string, requestId: string): Fields => [
  ['Ce-Specversion', '1.0'],
  ['Ce-Id', id],
  ['Ce-Type', type],
  ['Ce-Source', '/s'],
  ['Ce-Myext', 'v'],
  ['Content-Type', 'application/json'],
  ['X-Request-Id', requestId]
]

/** Requests of one case, in order; those of its replies may come between. */
async function expectReceived({ name, received, replies }: DeliveryCase): Promise<void> {
  const isReply = ({ path, headers }: Received): boolean =>
    replies.some(
      (reply) => reply.path === path && reply.headers.some(([field, id]) => field === 'Ce-Id' && headers.get('ce-id')?.[0] === id)
    )
  const expected = received.length + replies.length
  await eventually(() => sink.received.length >= expected, `${expected} requests`)
  const own = sink.received.filter((one) => !isReply(one))
  const amends = deliveredOnPurpose[name] ?? ((request: RecordedRequest) => request)
  expect(own.map(contractOf)).toEqual(received.map((request) => recordedContract(filled(amends(request)))))
  expect(sink.received.filter(isReply).map(contractOf)).toEqual(replies.map((request) => recordedContract(filled(amends(request)))))
}

/** Placeholders filled in. */
function filled(request: RecordedRequest): RecordedRequest {
  return { ...request, headers: request.headers.map(([name, value]) => [name, placed(value)]) }
}

describe('a broker delivers as was recorded', () => {
  it.each(recording.delivery.filter(({ name }) => !name.startsWith('channel ')).map((recorded) => [recorded.name, recorded] as const))(
    '%s',
    async (name, recorded) => {
      sink.received.length = 0
      plane = await startDataPlane()
      const d = broker('ht/d')
      plane.table.apply(
        completeTable({
          channels: [d.channel],
          brokers: [d.broker],
          subscriptions: recording.triggers.filter(({ name: one }) => one !== 't').map((one) => subscriptionOf(one, d.channel.key))
        })
      )
      await plane.dispatch.start()
      await plane.dispatch.settled()
      const key = name.replace('trigger ', '')
      const headers: Fields =
        name === 'loop'
          ? [...eventHeaders('loop1', 'loop', '').filter(([field]) => /^Ce-(?!Myext)/.test(field)), ['Ce-Knativebrokerttl', '6']]
          : eventHeaders(recorded.event, `x.${key}`, `req-${key}`)
      const body = name === 'loop' ? Buffer.alloc(0) : Buffer.from('{"a":1}')
      const { status } = await rawRequest(plane.ports.ingress, { method: 'POST', path: '/ht/d', host: 'broker-ingress', headers, body })
      expect(status).toBe(202)
      await expectReceived(recorded)
    }
  )
})

describe('a channel delivers as was recorded', () => {
  it.each(recording.delivery.filter(({ name }) => name.startsWith('channel ')).map((recorded) => [recorded.name, recorded] as const))(
    '%s',
    async (name, recorded) => {
      sink.received.length = 0
      plane = await startDataPlane()
      const subscriber = placed(`http://SINK${recorded.received[0]?.path}`)
      const reply: Destination = destination(placed('http://SINK/s/200/reply'))
      const own = channel('ht/c')
      plane.table.apply(
        completeTable({
          channels: [own],
          subscriptions: [subscription('s', { subscriber: destination(subscriber), reply, retry: plainRule })]
        })
      )
      await plane.dispatch.start()
      await plane.dispatch.settled()
      expect(await publish(plane.ports.channel, '/', eventHeaders(recorded.event, 'a.b', 'req'), own.host)).toBe(202)
      await expectReceived(recorded)
    }
  )
})

describe('a broker filters as was recorded', () => {
  /** Not boolean: the original's filter ends in a panic, ours says no. */
  const notBoolean = ['sql-14', 'sql-15']

  it('each event goes to the triggers that it went to', async () => {
    const { triggers, events, delivered_to: deliveredTo } = recording.filters
    plane = await startDataPlane()
    const f = broker('ht/f')
    plane.table.apply(
      completeTable({
        channels: [f.channel],
        brokers: [f.broker],
        subscriptions: Object.entries(triggers).map(([name, { spec }]) =>
          subscription(name, {
            channel: f.channel.key,
            trigger: trigger(name, {
              broker: 'ht/f',
              subscriber: destination(placed(`http://SINK/s/200/${name}`)),
              filter: compileFilters(filterSpecOf(spec))
            })
          })
        )
      })
    )
    await plane.dispatch.start()
    await plane.dispatch.settled()
    sink.received.length = 0
    for (const [name, event] of Object.entries(events)) {
      const { status } = await rawRequest(plane.ports.ingress, {
        method: 'POST',
        path: '/ht/f',
        host: 'broker-ingress',
        ...requestOf(name, event)
      })
      expect([name, status]).toEqual([name, 202])
    }
    const expected = Object.entries(deliveredTo).map(
      ([name, to]) => [name, to.filter((one) => !notBoolean.includes(one)).toSorted()] as const
    )
    const total = expected.reduce((sum, [, to]) => sum + to.length, 0)
    const triggerOf = ({ path }: Received): string => path.slice('/s/200/'.length)
    // Only those that are compared: one of the others would pass for one that is still to come.
    const received = (): readonly Received[] => sink.received.filter((one) => !notBoolean.includes(triggerOf(one)))
    await eventually(() => received().length >= total, `${total} deliveries`)
    const actual = expected.map(([name]) => [
      name,
      received()
        .filter(({ headers }) => headers.get('ce-id')?.[0] === name)
        .map(triggerOf)
        .toSorted()
    ])
    expect(actual).toEqual(expected)
  })
})

function requestOf(id: string, event: Fields | { readonly structured: object }): { headers: Fields; body: Buffer } {
  if (!('structured' in event)) return { headers: [...event, ['Ce-Id', id]], body: Buffer.alloc(0) }
  const attributes = { specversion: '1.0', id, type: 'a.b', source: '/s', ...event.structured }
  return { headers: [['Content-Type', 'application/cloudevents+json']], body: Buffer.from(JSON.stringify(attributes)) }
}

function filterSpecOf(spec: object): FilterSpec {
  const { filters, filter } = spec as { filters?: FilterSpec['filters']; filter?: FilterSpec }
  return { ...(filters === undefined ? {} : { filters }), ...(filter?.attributes === undefined ? {} : { attributes: filter.attributes }) }
}
