import { crc32 } from 'node:zlib'
import type { SavedPosition } from './consumer-position.ts'

/** One line of the positions file: what is known of a consumer from here on. Without a position: it is deleted. */
export interface PositionRecord {
  /** The topic's number. */
  readonly topic: number
  readonly consumer: string
  readonly position: SavedPosition | undefined
}

/** A line: checksum in eight hexadecimal digits, a blank, JSON. */
export function writePositionLine({ topic, consumer, position }: PositionRecord): string {
  const json = JSON.stringify(
    position === undefined ? { t: topic, c: consumer } : { t: topic, c: consumer, n: position.next, h: position.held }
  )
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`
}

/** The sound lines of a file. Lines that a crash has spoilt are passed over: an older position only means that messages are delivered again. */
export function readPositionLines(text: string): PositionRecord[] {
  const records: PositionRecord[] = []
  for (const line of text.split('\n')) {
    const json = line.slice(9)
    if (json === '' || Number.parseInt(line.slice(0, 8), 16) !== crc32(json)) continue
    const { t, c, n, h } = JSON.parse(json) as { t: number; c: string; n?: number; h?: number[] }
    records.push({ topic: t, consumer: c, position: n === undefined ? undefined : { next: n, held: h ?? [] } })
  }
  return records
}
