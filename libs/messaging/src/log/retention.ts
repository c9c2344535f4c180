import type { Bounds, TopicOptions } from '../channel-store.ts'
import type { ConsumerPosition } from './consumer-position.ts'
import type { Segment } from './segment.ts'

/** A last segment of which everything is acknowledged goes when it is larger than this and nothing is published. */
const idleBytes = 256 << 10

/** What retention looks at. */
export interface Kept {
  readonly segments: readonly Segment[]
  readonly bytes: number
  readonly positions: readonly ConsumerPosition[]
  readonly options: TopicOptions
  /** Nothing was published since the last look. */
  readonly isIdle: boolean
  /** ms since 1970. */
  readonly now: number
}

/** How many of the first segments go; `roll`: the last one is closed, so that it can go, too. */
export interface Removal {
  readonly roll: boolean
  readonly segments: number
}

/** Decides what of a topic goes. */
export function removalOf({ segments, bytes, positions, options, isIdle, now }: Kept): Removal {
  const last = segments.at(-1)
  if (last === undefined) return { roll: false, segments: 0 }
  const { keep, limit } = options
  const acknowledged = positions.length === 0 ? 0 : Math.min(...positions.map(({ floor }) => floor))
  let left = bytes
  let count = 0
  for (const segment of segments.slice(0, -1)) {
    const done = segment.end <= acknowledged && (keep === undefined || isBeyond(keep, segment, left, now))
    if (!done && (limit === undefined || !isBeyond(limit, segment, left, now))) break
    left -= segment.bytes
    count++
  }
  const idle = isIdle && keep === undefined && last.bytes > idleBytes && last.end <= acknowledged
  return { roll: last.bytes > 0 && (idle || isOld(keep, last, now) || isOld(limit, last, now)), segments: count }
}

/** Whether a segment is beyond bounds, when the topic takes `bytes` with it and what follows it. */
function isBeyond({ bytes, ageMs }: Bounds, segment: Segment, all: number, now: number): boolean {
  return (bytes !== undefined && all > bytes) || (ageMs !== undefined && (segment.lastTime ?? segment.firstTime ?? now) < now - ageMs)
}

/** A last segment with messages older than a quarter of an age bound is closed: else it would not go before it is full. */
function isOld(bounds: Bounds | undefined, { firstTime }: Segment, now: number): boolean {
  return bounds?.ageMs !== undefined && firstTime !== undefined && firstTime < now - bounds.ageMs / 4
}

/** Size at which a segment is full: less when the topic is bounded to little. */
export function segmentBytesOf({ keep, limit }: TopicOptions, most: number): number {
  const least = Math.min(keep?.bytes ?? Number.POSITIVE_INFINITY, limit?.bytes ?? Number.POSITIVE_INFINITY)
  return Math.min(most, Math.max(least / 4, 64 << 10))
}
