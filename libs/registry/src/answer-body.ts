import { placeOf } from './connection-problem.ts'
import { RegistryError } from './registry-error.ts'
import type { Answer } from './transport.ts'

/** The distribution specification lets a manifest have 4 MiB. */
const mostBytes = 4 << 20

/** The whole body of an answer. Rejects with {@link RegistryError} for one of more than 4 MiB: no document of a registry is that long. */
export async function bytesOf({ body, url }: Answer): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of body as AsyncIterable<Buffer>) {
    size += part.length
    if (size > mostBytes) throw new RegistryError('invalid', `${placeOf(url)} answers with more than ${mostBytes} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}
