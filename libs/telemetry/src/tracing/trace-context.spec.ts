import { describe, expect, it } from '@jest/globals'
import { parentOf, traceparentOf } from './trace-context.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'
const span = 'b7ad6b7169203331'

describe('traceparent', () => {
  it.each([
    ['sampled', `00-${trace}-${span}-01`, true],
    ['not sampled', `00-${trace}-${span}-00`, false],
    ['with flags of later versions', `00-${trace}-${span}-03`, true],
    ['of a later version that says more', `cc-${trace}-${span}-01-what-comes`, true]
  ])('is read: %s', (_, text, sampled) => {
    expect(parentOf(text)).toEqual({ traceId: trace, spanId: span, sampled })
  })

  it.each([
    ['none', undefined],
    ['empty', ''],
    ['upper case', `00-${trace.toUpperCase()}-${span}-01`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${span}-01`],
    ['a span of zeros', `00-${trace}-${'0'.repeat(16)}-01`],
    ['version ff', `ff-${trace}-${span}-01`],
    ['more than version 00 has', `00-${trace}-${span}-01-more`],
    ['too short', `00-${trace}-${span}`],
    ['something behind the flags', `00-${trace}-${span}-01x`]
  ])('counts as none: %s', (_, text) => {
    expect(parentOf(text)).toBeUndefined()
  })

  it('is written as it is read', () => {
    expect(parentOf(traceparentOf(trace, span, true))).toEqual({ traceId: trace, spanId: span, sampled: true })
  })
})
