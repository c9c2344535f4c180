import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { recording } from '../recorded/recording.ts'
import type { Subscription } from '../table/subscription.ts'
import { storedEvent } from '../testing/event.ts'
import { MemoryStore } from '../testing/memory-store.ts'
import { RecordedSink } from '../testing/recorded-sink.ts'
import { noObserver, type RunningDataPlane, startDataPlane } from '../testing/running-data-plane.ts'
import { channel, completeTable, destination, subscription } from '../testing/table-of.ts'

describe('a reply', () => {
  let sink: RecordedSink
  let plane: RunningDataPlane
  let ended: string[]
  beforeAll(async () => {
    sink = await RecordedSink.start(recording.receiver.answers)
  })
  beforeEach(() => {
    ended = []
    sink.received.length = 0
  })
  afterEach(() => plane?.stop())
  afterAll(() => sink?.close())

  const to = (path: string) => destination(`http://${sink.authority}/s/${path}`)
  /** Delivers an event to one subscription; gives how it ended, and where requests went. */
  const deliver = async (over: Partial<Subscription>, event = storedEvent('1')): Promise<readonly string[]> => {
    const observer = { ...noObserver, ended: (_one: Subscription, _parcel: unknown, end: string) => void ended.push(end) }
    plane = await startDataPlane(new MemoryStore(), { observer })
    const retry = { retries: 1, policy: undefined, delayMs: undefined, timeoutMs: undefined, retryAfterMaxMs: undefined }
    plane.table.apply(completeTable({ channels: [channel('ht/c')], subscriptions: [subscription('s', { retry, ...over })] }))
    await plane.dispatch.start()
    await plane.dispatch.settled()
    await plane.dispatch.keep('ht/c', undefined, event)
    await eventually(() => ended.length === 1, 'the delivery is over')
    return [...ended, ...sink.received.map(({ path }) => path.slice('/s/'.length))]
  }

  it('to nowhere is dropped, and the event is done', async () => {
    expect(await deliver({ subscriber: to('e200/sub') })).toEqual(['delivered', 'e200/sub'])
  })

  it('that is nothing goes nowhere', async () => {
    expect(await deliver({ subscriber: to('200/sub'), reply: to('200/reply') })).toEqual(['delivered', '200/sub'])
  })

  it('goes on in the trace of the event that it answers', async () => {
    const passed = [
      ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
      ['tracestate', 'a=b'],
      ['x-request-id', 'of the event alone']
    ] as const
    await deliver({ subscriber: to('e200/sub'), reply: to('200/reply') }, storedEvent('1', {}, 'x', passed))
    const { headers } = sink.received.at(-1) as (typeof sink.received)[number]
    expect(['traceparent', 'tracestate', 'x-request-id'].map((name) => headers.get(name)?.[0])).toEqual([passed[0][1], 'a=b', undefined])
  })

  it('that fails is tried again alone, and then the event is a dead letter', async () => {
    const got = await deliver({ subscriber: to('e200/sub'), reply: to('503/reply'), deadLetter: to('200/dead') })
    expect(got).toEqual(['dead-lettered', 'e200/sub', '503/reply', '503/reply', '200/dead'])
    expect(sink.received.at(-1)?.headers.get('ce-knativeerrordest')).toEqual([to('503/reply').url])
  })

  it.each([
    ['dropped', () => to('drop/sub').url, /^dispatch error: Post "http:.*\/s\/drop\/sub": /],
    ['refused', () => 'http://127.0.0.1:1/sub', /^dispatch error: Post "http:\/\/127\.0\.0\.1:1\/sub": .*connection refused/]
  ])('that never comes, of a connection that is %s, is code 500 of the dead letter', async (_, url, words) => {
    const got = await deliver({ subscriber: destination(url()), deadLetter: to('200/dead') })
    expect([got[0], got.at(-1)]).toEqual(['dead-lettered', '200/dead'])
    const letter = sink.received.at(-1)?.headers
    expect(letter?.get('ce-knativeerrorcode')).toEqual(['500'])
    expect(Buffer.from(letter?.get('ce-knativeerrordata')?.[0] ?? '', 'base64').toString()).toMatch(words)
  })

  it('of a dead letter sink goes nowhere, and counts as accepted', async () => {
    const got = await deliver({ subscriber: to('422/sub'), reply: to('200/reply'), deadLetter: to('text/dead') })
    expect(got).toEqual(['dead-lettered', '422/sub', 'text/dead'])
  })
})
