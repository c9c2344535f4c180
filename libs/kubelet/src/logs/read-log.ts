/** Reads a container's log as `kubectl logs` asks for it. */
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import type { ContainerLog } from './container-log.ts'

/** Options of `pods/log`. */
export interface LogOptions {
  readonly follow?: boolean
  readonly tailLines?: number
  readonly sinceSeconds?: number
  /** RFC 3339; the later of this and sinceSeconds counts. */
  readonly sinceTime?: string
  readonly timestamps?: boolean
  readonly previous?: boolean
  readonly limitBytes?: number
  readonly signal?: AbortSignal
}

interface Line {
  readonly bytes: Buffer
  readonly time: number
}

/** Yields chunks of whole lines; with `follow` until the container's run ends or the caller stops. */
export async function* readLog(log: ContainerLog, options: LogOptions): AsyncGenerator<Uint8Array> {
  const budget = { bytes: options.limitBytes ?? Number.POSITIVE_INFINITY }
  const since = sinceOf(options)
  const emit = (lines: readonly Line[]): Buffer => {
    const wanted = lines.filter(({ time }) => time >= since)
    const parts = wanted.map(({ bytes, time }) => (options.timestamps === true ? Buffer.concat([stamp(time), bytes]) : bytes))
    const chunk = Buffer.concat(parts).subarray(0, budget.bytes)
    budget.bytes -= chunk.length
    return chunk
  }
  let { generation } = log
  const start = readFrom(log, 0, options.follow !== true)
  let { offset } = start
  const older = existsSync(log.olderFile) ? linesOf(readFileSync(log.olderFile), (at) => log.timeOf(at, true)) : []
  const all = [...older, ...start.lines].filter(({ time }) => time >= since)
  const first = emit(options.tailLines === undefined ? all : options.tailLines === 0 ? [] : all.slice(-options.tailLines))
  if (first.length > 0) yield first
  while (options.follow === true && budget.bytes > 0 && options.signal?.aborted !== true) {
    const last = log.ended
    if (log.generation !== generation) {
      // What was not read yet when the log was cut is in the older part; of two cuts at once only the last part is left.
      const from = log.generation === generation + 1 ? offset : 0
      generation = log.generation
      offset = 0
      const rest = emit(linesOf(readFileSync(log.olderFile).subarray(from), (at) => log.timeOf(from + at, true)))
      if (rest.length > 0) yield rest
      continue
    }
    const more = readFrom(log, offset)
    offset = more.offset
    const chunk = emit(more.lines)
    if (chunk.length > 0) yield chunk
    else if (last) return
    else await growth(log, options.signal)
  }
}

function sinceOf(options: LogOptions): number {
  const bySeconds = options.sinceSeconds === undefined ? 0 : Date.now() - options.sinceSeconds * 1_000
  return Math.max(bySeconds, options.sinceTime === undefined ? 0 : Date.parse(options.sinceTime))
}

/** Lines from `offset` on; an unfinished last one only when the run is over, or when nobody waits for its end (`all`). */
function readFrom(log: ContainerLog, offset: number, all = false): { lines: Line[]; offset: number } {
  const descriptor = openSync(log.file, 'r')
  try {
    const chunks: Buffer[] = []
    for (let at = offset; ;) {
      const chunk = Buffer.alloc(65_536)
      const read = readSync(descriptor, chunk, 0, chunk.length, at)
      if (read === 0) break
      chunks.push(chunk.subarray(0, read))
      at += read
    }
    const bytes = Buffer.concat(chunks)
    const end = log.ended || all ? bytes.length : bytes.lastIndexOf(10) + 1
    return { lines: linesOf(bytes.subarray(0, end), (at) => log.timeOf(offset + at)), offset: offset + end }
  } finally {
    closeSync(descriptor)
  }
}

function linesOf(bytes: Buffer, timeAt: (offset: number) => number): Line[] {
  const lines: Line[] = []
  for (let at = 0; at < bytes.length;) {
    const newline = bytes.indexOf(10, at)
    const end = newline < 0 ? bytes.length : newline + 1
    lines.push({ bytes: bytes.subarray(at, end), time: timeAt(at) })
    at = end
  }
  return lines
}

const stamp = (time: number): Buffer => Buffer.from(`${new Date(time).toISOString().replace('Z', '000000Z')} `)

/** Resolves when the log has grown or ended, or the signal aborts. */
export function growth(log: ContainerLog, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stop()
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const stop = log.onGrowth(done)
    signal?.addEventListener('abort', done, { once: true })
    if (log.ended) done()
  })
}

/** The last 80 lines, at most 2048 bytes: the termination message that FallbackToLogsOnError takes from a log. */
export function lastWords(log: ContainerLog): string {
  const text = readFileSync(log.file, 'utf8')
  const lines = text.split('\n')
  const kept = lines.slice(text.endsWith('\n') ? -81 : -80).join('\n')
  const bytes = Buffer.from(kept)
  return bytes.length <= 2048 ? kept : bytes.subarray(bytes.length - 2048).toString('utf8')
}
