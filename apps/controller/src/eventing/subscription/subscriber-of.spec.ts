import { expect, it } from '@jest/globals'
import { aChannel, aSubscription } from '../testing/eventing-objects.ts'
import { subscriberOf } from './subscriber-of.ts'

const physical = { subscriberUri: 'http://s' }
const dead = { deadLetterSinkUri: 'http://d', deadLetterSinkCACerts: 'PEM' }

it.each([
  ['nothing of either', {}, {}, {}, undefined],
  [
    'all that the channel says',
    { retry: 3, backoffDelay: 'PT1S', timeout: 'PT2S' },
    undefined,
    {},
    { retry: 3, backoffDelay: 'PT1S', timeout: 'PT2S' }
  ],
  ['its own alone', { retry: 3, backoffDelay: 'PT1S' }, { retry: 1 }, {}, { retry: 1 }],
  [
    'its own, and the resolved dead letter sink',
    { retry: 3 },
    { retry: 1 },
    dead,
    { retry: 1, deadLetterSink: { uri: 'http://d', CACerts: 'PEM' } }
  ],
  ['a dead letter sink alone', undefined, undefined, dead, { deadLetterSink: { uri: 'http://d', CACerts: 'PEM' } }],
  ['no format, which is a matter of Triggers', undefined, { retry: 0, format: 'json' }, {}, { retry: 0 }]
] as const)('takes %s', (_what, ofChannel, own, sink, delivery) => {
  const channel = aChannel('hello', ofChannel === undefined ? {} : { delivery: ofChannel })
  const subscription = aSubscription('hello', own === undefined ? {} : { delivery: own })
  expect(subscriberOf(subscription, { ...physical, ...sink }, channel).delivery).toEqual(delivery)
})

it('bears the name, uid and generation of its Subscription, and every resolved address', () => {
  const subscription = { ...aSubscription(), metadata: { name: 'hello', namespace: 'default', uid: 'U', generation: 2 } }
  const entry = subscriberOf(subscription, { ...physical, subscriberCACerts: 'PEM', replyUri: 'http://r', replyAudience: 'a' }, aChannel())
  expect(entry).toEqual({
    name: 'hello',
    uid: 'U',
    generation: 2,
    subscriberUri: 'http://s',
    subscriberCACerts: 'PEM',
    replyUri: 'http://r',
    replyAudience: 'a'
  })
})
