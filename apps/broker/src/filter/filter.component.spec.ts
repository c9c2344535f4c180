import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { compileFilters } from '@knative-ts/eventing'
import { recording } from '../recorded/recording.ts'
import { rawRequest } from '../testing/raw-request.ts'
import { RecordedSink } from '../testing/recorded-sink.ts'
import { type RunningDataPlane, startDataPlane } from '../testing/running-data-plane.ts'
import { completeTable, destination, trigger } from '../testing/table-of.ts'
import type { Trigger } from '../table/subscription.ts'

/** What a subscriber answers, and what the door answers then. */
interface Row {
  readonly subscriber?: string
  readonly over?: Partial<Trigger>
  readonly status: number
  /** Requests that the subscriber got. */
  readonly asked: number
  /** Of the body, when it tells a failure. */
  readonly failure?: string
}

describe('the door of triggers', () => {
  let sink: RecordedSink
  let plane: RunningDataPlane
  beforeAll(async () => {
    sink = await RecordedSink.start(recording.receiver.answers)
    plane = await startDataPlane()
  })
  afterAll(async () => {
    await plane?.stop()
    await sink?.close()
  })

  const ask = async (over: Partial<Trigger>, ttl = '7') => {
    sink.received.length = 0
    plane.table.apply(completeTable({ triggers: [trigger('t', { uid: 'U', ...over })] }))
    const headers: readonly (readonly [string, string])[] = [
      ['Ce-Specversion', '1.0'],
      ['Ce-Id', '1'],
      ['Ce-Type', 'a.b'],
      ['Ce-Source', '/s'],
      ['Ce-Knativebrokerttl', ttl]
    ]
    return rawRequest(plane.ports.filter, {
      method: 'POST',
      path: '/triggers/ht/t/U',
      host: 'broker-filter',
      headers,
      body: Buffer.from('x')
    })
  }
  const at = (path: string) => destination(`http://${sink.authority}/s/${path}`)

  it.each<[string, Row]>([
    [
      '200 with nothing when the filter leaves the event out',
      { subscriber: '200/s', over: { filter: compileFilters({ attributes: { type: 'x' } }) }, status: 200, asked: 0 }
    ],
    ['404 while the subscriber is not resolved', { status: 404, asked: 0 }],
    ['as the subscriber, when it took the event', { subscriber: '204/s', status: 204, asked: 1 }],
    ['as the subscriber that refuses, and says who and what it was', { subscriber: '422/s', status: 422, asked: 1, failure: '' }],
    [
      'as the subscriber that failed, without another try',
      { subscriber: 'msg500/s', status: 500, asked: 1, failure: 'it failed: "quoted"\n' }
    ],
    ['500 when the connection is dropped, and says so', { subscriber: 'drop/s', status: 500, asked: 1, failure: 'dispatch error: Post' }],
    ['502 to a reply that is no event', { subscriber: 'text/s', status: 502, asked: 1 }]
  ])('answers %s', async (_, { subscriber, over = {}, status, asked, failure }) => {
    const answer = await ask({ ...over, ...(subscriber === undefined ? {} : { subscriber: at(subscriber) }) })
    expect([answer.status, sink.received.length]).toEqual([status, asked])
    if (failure === undefined) return expect(answer.body.toString()).toBe('')
    const { errdestination, errresponsebody } = JSON.parse(answer.body.toString()) as Record<string, string>
    expect(errdestination).toBe(at(subscriber ?? '').url)
    return expect(
      Buffer.from(errresponsebody ?? '', 'base64')
        .toString()
        .slice(0, failure.length || undefined)
    ).toBe(failure)
  })

  it('gives the reply back with the TTL that the subscriber did not see', async () => {
    const answer = await ask({ subscriber: at('e200/s') })
    const fields = new Map(answer.headers.map(([name, value]) => [name.toLowerCase(), value]))
    expect([answer.status, fields.get('ce-type'), fields.get('ce-knativebrokerttl'), answer.body.toString()]).toEqual([
      200,
      'reply.type',
      '7',
      'reply body'
    ])
    expect(sink.received[0]?.headers.has('ce-knativebrokerttl')).toBe(false)
    expect(sink.received[0]?.headers.get('prefer')).toEqual(['reply'])
    expect(sink.received[0]?.headers.get('kn-namespace')).toEqual(['ht'])
  })
})
