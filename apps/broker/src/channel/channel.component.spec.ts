import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { recording } from '../recorded/recording.ts'
import { rawRequest } from '../testing/raw-request.ts'
import { RecordedSink } from '../testing/recorded-sink.ts'
import { type RunningDataPlane, startDataPlane } from '../testing/running-data-plane.ts'
import { channel, completeTable, destination, subscription } from '../testing/table-of.ts'

describe('the door of channels', () => {
  const own = channel('ht/c')
  let sink: RecordedSink
  let plane: RunningDataPlane
  beforeAll(async () => {
    sink = await RecordedSink.start(recording.receiver.answers)
    plane = await startDataPlane()
    const names = ['one', 'two', 'three']
    const subscriptions = names.map((name) => subscription(name, { subscriber: destination(`http://${sink.authority}/s/200/${name}`) }))
    plane.table.apply(completeTable({ channels: [own], subscriptions }))
    await plane.dispatch.start()
    await plane.dispatch.settled()
  })
  beforeEach(() => void (sink.received.length = 0))
  afterAll(async () => {
    await plane?.stop()
    await sink?.close()
  })

  const ask = (method: string, more: readonly (readonly [string, string])[] = []) => {
    const headers: readonly (readonly [string, string])[] = [
      ['Ce-Specversion', '1.0'],
      ['Ce-Id', '1'],
      ['Ce-Type', 'a.b'],
      ['Ce-Source', '/s'],
      ...more
    ]
    return rawRequest(plane.ports.channel, { method, path: '/', host: own.host, headers, body: Buffer.alloc(0) })
  }

  it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('answers 405 to %s, and nobody is asked', async (method) => {
    expect((await ask(method)).status).toBe(405)
    expect(sink.received).toEqual([])
  })

  it('hands traces and baggage on to every subscriber, and nothing that is its own', async () => {
    const { status } = await ask('POST', [
      ['Tracestate', 'a=b'],
      ['Baggage', 'user=1'],
      ['Knative-Foo', 'k'],
      ['Cookie', 'secret']
    ])
    expect(status).toBe(202)
    await eventually(() => sink.received.length === 3, 'three deliveries')
    expect(sink.received.map(({ path }) => path).toSorted()).toEqual(['/s/200/one', '/s/200/three', '/s/200/two'])
    for (const { headers } of sink.received) {
      const of = (name: string) => headers.get(name)?.[0]
      expect([of('tracestate'), of('baggage'), of('knative-foo'), of('cookie')]).toEqual(['a=b', 'user=1', 'k', undefined])
    }
  })
})
