import { expect, it } from '@jest/globals'
import type { Header } from '@knative-ts/eventing'
import type { Span } from '@knative-ts/proxy'
import { continued } from './event-spans.ts'

const asked: readonly Header[] = [
  ['traceparent', 'asked'],
  ['tracestate', 'a=b'],
  ['knative-foo', 'bar']
]
const span = { traceparent: 'delivery' } as Span

it.each<[string, readonly Header[], Span | undefined, readonly Header[]]>([
  [
    'of the event that it answers',
    [['retry-after', '1']],
    undefined,
    [
      ['retry-after', '1'],
      ['traceparent', 'asked'],
      ['tracestate', 'a=b']
    ]
  ],
  [
    'of its delivery, where that is recorded',
    [],
    span,
    [
      ['tracestate', 'a=b'],
      ['traceparent', 'delivery']
    ]
  ],
  ['that the subscriber names', [['traceparent', 'own']], span, [['traceparent', 'own']]]
])('a reply goes on in the trace %s', (_, reply, recorded, wanted) => {
  expect(continued(reply, asked, recorded)).toEqual(wanted)
})
