import { afterEach, beforeEach, expect, it } from '@jest/globals'
import type { Span, Tracer } from '@knative-ts/proxy'
import { eventually } from '@knative-ts/testing'
import { ControlledSink } from '../testing/controlled-sink.ts'
import { MemoryStore } from '../testing/memory-store.ts'
import { rawRequest } from '../testing/raw-request.ts'
import { type RunningDataPlane, startDataPlane } from '../testing/running-data-plane.ts'
import { broker, completeTable, destination, subscription, trigger } from '../testing/table-of.ts'

interface Kept {
  readonly name: string
  readonly parent: string | undefined
  readonly attributes: Record<string, string | number>
  failed?: string
  over: boolean
}

/** Records everything; a span's traceparent is its place in the order. */
class Recorder implements Tracer {
  readonly spans: Kept[] = []

  begin({ traceparent }: { readonly traceparent: string | undefined }, name: string): Span {
    return this.#open(name, traceparent)
  }

  #open(name: string, parent: string | undefined): Span {
    const kept: Kept = { name, parent, attributes: {}, over: false }
    const traceparent = `span-${this.spans.push(kept)}`
    return {
      traceparent,
      child: (inner) => this.#open(inner, traceparent),
      attempt: (_method, url) => this.#open(`send ${url}`, traceparent),
      set: (attribute, value) => void (kept.attributes[attribute] = value),
      fail: (type) => void (kept.failed = type),
      end: () => void (kept.over = true)
    }
  }
}

let sink: ControlledSink
let plane: RunningDataPlane
let tracer: Recorder
beforeEach(async () => {
  sink = await new ControlledSink().open()
  tracer = new Recorder()
  plane = await startDataPlane(new MemoryStore(), { tracing: { tracer } })
  const b = broker('ht/b')
  const t = trigger('t', { broker: 'ht/b', subscriber: destination(sink.url('/s?secret=1')) })
  plane.table.apply(
    completeTable({
      channels: [b.channel],
      brokers: [b.broker],
      subscriptions: [subscription('t', { channel: b.channel.key, trigger: t, deadLetter: destination(sink.url('/dead')) })]
    })
  )
  await plane.dispatch.start()
  await plane.dispatch.settled()
})
afterEach(async () => {
  await plane.stop()
  await sink.close()
})

it('a trace leads from the publisher through broker, trigger and each attempt to the subscriber, under upstream’s names', async () => {
  sink.answer = ({ path }) => (path === '/dead' ? 202 : 400)
  const headers = [
    ['ce-specversion', '1.0'],
    ['ce-id', '1'],
    ['ce-type', 'a.b'],
    ['ce-source', '/s'],
    ['traceparent', 'publisher'],
    ['tracestate', 'a=b']
  ] as const
  const { status } = await rawRequest(plane.ports.ingress, { method: 'POST', path: '/ht/b', host: 'b', headers, body: Buffer.alloc(0) })
  expect(status).toBe(202)
  await eventually(() => sink.arrivals.length === 2 && tracer.spans.every(({ over }) => over), 'the dead letter, and the end of all spans')
  const url = sink.url('/s')
  expect(tracer.spans.map(({ name, parent, failed }) => [name, parent, failed])).toEqual([
    ['broker:b.ht', 'publisher', undefined],
    ['trigger:t.ht', 'span-1', 'dead-lettered'],
    [`send ${url}`, 'span-2', '400'],
    [`send ${sink.url('/dead')}`, 'span-2', undefined]
  ])
  expect(tracer.spans[0]?.attributes).toMatchObject({
    'messaging.system': 'knative',
    'messaging.message.id': '1',
    'http.response.status_code': 202
  })
  expect(tracer.spans[2]?.attributes).toMatchObject({ 'url.full': url, 'http.response.status_code': 400 })
  expect(sink.arrivals.map(({ headers: got }) => [got.get('traceparent'), got.get('tracestate')])).toEqual([
    ['span-3', 'a=b'],
    ['span-4', 'a=b']
  ])
})
