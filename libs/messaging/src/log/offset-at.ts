import { saysMissing } from '@knative-ts/disk'
import type { Disk } from './disk.ts'
import { FrameCursor } from './frame-cursor.ts'
import type { Segment } from './segment.ts'
import type { Segments } from './segments.ts'

/** The offset of the first message that was published at `time` (ms since 1970) or later; that of the next one when there is none. */
export async function offsetAt(disk: Disk, segments: Segments, time: number): Promise<number> {
  for (;;) {
    // The last segment that begins before: what is searched begins there or with the next one.
    const segment = segments.list.findLast(({ firstTime }) => firstTime !== undefined && firstTime < time)
    if (segment === undefined) return segments.first
    try {
      return await offsetIn(disk, segment, time)
    } catch (error) {
      // Removed while it was about to be read: the search goes on with what is left.
      if (!saysMissing(error) || segments.has(segment)) throw error
    }
  }
}

async function offsetIn(disk: Disk, segment: Segment, time: number): Promise<number> {
  // As it is now: what is published during the search comes behind what is asked for.
  const { bytes, end } = segment
  return disk.open.use(segment.path, async (file) => {
    const cursor = new FrameCursor(file, segment.before((mark) => mark.time < time).at, bytes)
    for (let frame = await cursor.next(); frame !== undefined; frame = await cursor.next()) if (frame.time >= time) return frame.offset
    return end
  })
}
