import { describe, expect, it } from '@jest/globals'
import { ConsumerPosition } from './consumer-position.ts'
import { removalOf, segmentBytesOf, type Kept } from './retention.ts'
import { Segment } from './segment.ts'

/** Ten messages of 100 KB a segment, one segment a second from second 1 on. */
function segments(count: number): Segment[] {
  return Array.from({ length: count }, (_, index) => {
    const segment = new Segment('/t', index * 10)
    segment.append(1_000_000, 10, 1000 * (index + 1))
    return segment
  })
}

function kept(overrides: Partial<Kept> & { readonly at?: number }): Kept {
  const list = overrides.segments ?? segments(4)
  const positions = [new ConsumerPosition({ next: overrides.at ?? 0, held: [] })]
  return { segments: list, bytes: list.length * 1_000_000, positions, options: {}, isIdle: false, now: 5000, ...overrides }
}

describe('retention', () => {
  it.each<[string, Parameters<typeof kept>[0], { roll: boolean; segments: number }]>([
    ['nothing of a topic without segments', { segments: [] }, { roll: false, segments: 0 }],
    ['nothing that is not acknowledged', { at: 9 }, { roll: false, segments: 0 }],
    ['what is acknowledged, in whole segments', { at: 25 }, { roll: false, segments: 2 }],
    ['the last segment only when it is idle', { at: 40 }, { roll: false, segments: 3 }],
    ['an idle last segment after it was closed', { at: 40, isIdle: true }, { roll: true, segments: 3 }],
    ['nothing of an idle one that is not acknowledged', { at: 39, isIdle: true }, { roll: false, segments: 3 }],
    ['nothing when there is no consumer', { positions: [] }, { roll: false, segments: 0 }],
    [
      'what the slowest has acknowledged',
      { positions: [40, 15].map((next) => new ConsumerPosition({ next, held: [] })) },
      { roll: false, segments: 1 }
    ],
    [
      'nothing from the first message in flight on',
      { positions: [new ConsumerPosition({ next: 40, held: [12, 1] })] },
      { roll: false, segments: 1 }
    ],
    ['nothing that is kept for replays', { at: 40, isIdle: true, options: { keep: {} } }, { roll: false, segments: 0 }],
    ['what is beyond the size for replays', { at: 40, options: { keep: { bytes: 2_500_000 } } }, { roll: false, segments: 2 }],
    ['what is too old for replays', { at: 40, options: { keep: { ageMs: 3500 } } }, { roll: true, segments: 1 }],
    ['what is beyond a limit, acknowledged or not', { options: { limit: { bytes: 1_500_000 } } }, { roll: false, segments: 3 }],
    ['what is older than a limit, acknowledged or not', { options: { limit: { ageMs: 2500 } } }, { roll: true, segments: 2 }],
    ['both', { at: 10, options: { limit: { bytes: 2_500_000 } } }, { roll: false, segments: 2 }]
  ])('removes %s', (_what, overrides, removal) => {
    expect(removalOf(kept(overrides))).toEqual(removal)
  })

  it.each([
    [{}, 32 << 20],
    [{ limit: { bytes: 8 << 20 } }, 2 << 20],
    [{ keep: { bytes: 1000 } }, 64 << 10],
    [{ keep: { bytes: 2 ** 40 }, limit: { bytes: 4 << 20 } }, 1 << 20]
  ])('%j makes segments of %d bytes', (options, bytes) => {
    expect(segmentBytesOf(options, 32 << 20)).toBe(bytes)
  })
})
