import type { OpenFile } from './files/file-layer.ts'
import { FrameCursor } from './frame-cursor.ts'
import type { Segment } from './segment.ts'

/** What was wrong with a segment. */
export interface Damage {
  /** Messages that had been durable and are gone. */
  readonly lost: number
}

/**
 * Finds the end of a topic's last segment, cuts off what a crash left behind it, and makes that durable: the next commit will say that everything before it is. Unsound
 * bytes that had been durable, which a later commit proves, stay where they are, to be passed over by readers.
 */
export async function recoverSegment(segment: Segment, file: OpenFile): Promise<Damage> {
  const size = await file.size()
  const cursor = new FrameCursor(file, 0, size)
  // Frames behind a gap that no later commit has confirmed: part of a commit that was never whole.
  let doubtful: { readonly bytes: number; readonly end: number; readonly time: number }[] = []
  let lost = 0
  let unconfirmed = 0
  for (let frame = await cursor.next(); frame !== undefined; frame = await cursor.next()) {
    const { at, offset, count, time, afterGap, continues } = frame
    if (offset < segment.end) continue
    const before = doubtful.at(-1)?.end ?? segment.end
    if (afterGap || offset > before) unconfirmed += offset - before
    const inDoubt = (afterGap && continues) || (doubtful.length > 0 && continues)
    if (inDoubt) {
      doubtful.push({ bytes: at + frame.size, end: offset + count, time })
      continue
    }
    lost += unconfirmed
    unconfirmed = 0
    doubtful = []
    segment.note({ offset, at, time })
    segment.bytes = at + frame.size
    segment.end = offset + count
    segment.lastTime = time
  }
  if (size > segment.bytes) await file.truncate(segment.bytes)
  // Sound frames may be in the page cache alone.
  if (size > 0) await file.sync()
  return { lost }
}
