import type { Disk } from './disk.ts'
import { FrameCursor } from './frame-cursor.ts'
import type { Segments } from './segments.ts'

/** The offset of the first message that was published at `time` (ms since 1970) or later; that of the next one when there is none. */
export async function offsetAt(disk: Disk, segments: Segments, time: number): Promise<number> {
  // The last segment that begins before: what is searched begins there or with the next one.
  const segment = segments.list.findLast(({ firstTime }) => firstTime !== undefined && firstTime < time)
  if (segment === undefined) return segments.first
  return disk.open.use(segment.path, async (file) => {
    const cursor = new FrameCursor(file, segment.before((mark) => mark.time < time).at, segment.bytes)
    for (let frame = await cursor.next(); frame !== undefined; frame = await cursor.next()) if (frame.time >= time) return frame.offset
    return segment.end
  })
}
