import { describe, expect, it } from '@jest/globals'
import { RecordedSpan } from './recorded-span.ts'
import { parentOf } from './trace-context.ts'
import { RequestTracer } from './tracer.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'
const parent = 'b7ad6b7169203331'

function tracerAt(samplingRate: number, random: number): { readonly tracer: RequestTracer; readonly ended: RecordedSpan[] } {
  const ended: RecordedSpan[] = []
  const options = {
    samplingRate,
    random: () => random,
    requestName: (method: string) => method,
    attemptName: (method: string, path: string) => `${method} ${path}`,
    ended: (span: RecordedSpan) => void ended.push(span)
  }
  return { tracer: new RequestTracer(options), ended }
}

const request = (traceparent?: string, tracestate?: string) => ({ traceparent, tracestate, startedAt: 5 })

describe('a tracer', () => {
  it.each([
    ['records where the caller does, whatever the rate', 0.1, 0.9, `00-${trace}-${parent}-01`, 'span'],
    ['does not where the caller does not, whatever the rate', 1, 0, `00-${trace}-${parent}-00`, undefined],
    ['records at the rate where nobody has decided', 0.1, 0.09, undefined, 'span'],
    ['tells others that it does not record', 0.1, 0.1, undefined, 'told'],
    ['takes an invalid header for none', 1, 0.5, 'nonsense', 'span']
  ])('%s', (_, rate, random, traceparent, expected) => {
    const begun = tracerAt(rate, random).tracer.begin(request(traceparent), 'GET')
    expect(begun instanceof RecordedSpan ? 'span' : typeof begun === 'string' ? 'told' : begun).toBe(expected)
    if (typeof begun === 'string') expect(parentOf(begun)?.sampled).toBe(false)
  })

  it('keeps one trace from the caller to the one called', () => {
    const { tracer, ended } = tracerAt(1, 0)
    const span = tracer.begin(request(`00-${trace}-${parent}-01`, 'a=b'), 'GET') as RecordedSpan
    const inner = span.child('inside')
    const attempt = inner.attempt('GET', '/a?token=secret', '[::1]:8012')
    expect(parentOf(attempt.traceparent)).toEqual({ traceId: trace, spanId: attempt.spanId, sampled: true })
    for (const each of [attempt, inner, span]) each.end()
    expect(ended.map(({ name, kind, place }) => ({ name, kind, ...place }))).toEqual([
      { name: 'GET /a', kind: 'client', traceId: trace, parentId: inner.spanId, tracestate: 'a=b' },
      { name: 'inside', kind: 'internal', traceId: trace, parentId: span.spanId, tracestate: 'a=b' },
      { name: 'GET', kind: 'server', traceId: trace, parentId: parent, tracestate: 'a=b' }
    ])
    expect(attempt.attributes).toEqual({
      'http.request.method': 'GET',
      'url.full': 'http://[::1]:8012/a',
      'server.address': '::1',
      'server.port': 8012
    })
    expect(JSON.stringify(ended)).not.toContain('secret')
  })

  it('hands a span on once, and changes it no more', () => {
    const { tracer, ended } = tracerAt(1, 0)
    const span = tracer.begin(request(), 'GET') as RecordedSpan
    span.end()
    span.end()
    span.set('late', 1)
    span.fail('late', 'late')
    expect(ended).toEqual([span])
    expect(span).toMatchObject({ attributes: {}, failure: undefined, startedAt: 5 })
  })
})
