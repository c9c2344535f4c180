import { randomFillSync } from 'node:crypto'

/** Random bytes are fetched for so many ids at once: a call costs more than the bytes. */
const pool = Buffer.alloc(8 * 256)
let at = pool.length

/** 16 random hexadecimal digits, not all of them zero. */
export function newSpanId(): string {
  if (at === pool.length) {
    randomFillSync(pool)
    at = 0
  }
  const id = pool.toString('hex', at, at + 8)
  at += 8
  return id === '0000000000000000' ? newSpanId() : id
}

/** 32 of them. */
export const newTraceId = (): string => newSpanId() + newSpanId()
