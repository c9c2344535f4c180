import { closeSync, openSync, readSync } from 'node:fs'
import type { ContainerLog } from './container-log.ts'
import { growth } from './read-log.ts'

/** Bytes as a container writes them, parts of lines too, from the log's end at the call until the run or the signal ends. */
export async function* followBytes(log: ContainerLog, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let { generation, size: offset } = log
  while (!signal.aborted) {
    const last = log.ended
    if (log.generation !== generation) {
      generation = log.generation
      offset = 0
    }
    const bytes = readFrom(log.file, offset)
    offset += bytes.length
    if (bytes.length > 0) yield bytes
    else if (last) return
    else await growth(log, signal)
  }
}

const chunkBytes = 64 * 1024

function readFrom(file: string, offset: number): Uint8Array {
  const descriptor = openSync(file, 'r')
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes)
    return chunk.subarray(0, readSync(descriptor, chunk, 0, chunkBytes, offset))
  } finally {
    closeSync(descriptor)
  }
}
