import { createHash, type Hash } from 'node:crypto'
import { connectionProblem, isBroken } from './connection-problem.ts'
import { refusal } from './refusal.ts'
import { RegistryError } from './registry-error.ts'
import type { Patience } from './retry.ts'
import type { Answer } from './transport.ts'

/** What there is of a blob: its first bytes, `hash` fed with them. */
export interface BegunBlob {
  readonly size: number
  readonly hash: Hash
}

/** Asks for a blob from a byte on. */
export type ReadBlob = (from: number) => Promise<Answer>

/** A blob and, for messages, where it is. */
export interface WantedBlob {
  readonly digest: string
  readonly size: number
  readonly where: string
}

/** A connection that breaks again within so many bytes has brought nothing forward. */
const progressBytes = 256 << 10

/** The rest of a blob, in pieces. Rejects with {@link RegistryError} when the whole is not what the digest says. */
export async function* verifiedBlob(
  { digest, size, where }: WantedBlob,
  read: ReadBlob,
  patience: Patience,
  signal: AbortSignal,
  begun: BegunBlob = { size: 0, hash: createHash('sha256') }
): AsyncGenerator<Buffer> {
  const { hash } = begun
  let at = begun.size
  let failures = 0
  while (at < size) {
    const from = at
    const answer = await read(from)
    const rest = from > 0 && answer.status === 206
    if (answer.status !== 200 && !rest) throw await refusal(answer, 'GET', `blob ${digest} of ${where} cannot be had`)
    if (rest && !startsAt(answer.header('content-range'), from))
      throw new RegistryError('invalid', `${where}: asked for blob ${digest} from byte ${from} on, the registry sends another part`)
    let skip = rest ? 0 : from
    try {
      for await (const part of answer.body as AsyncIterable<Buffer>) {
        const fresh = part.subarray(Math.min(skip, part.length))
        skip -= part.length - fresh.length
        if (at + fresh.length > size)
          throw new RegistryError('invalid', `${where}: blob ${digest} is longer than the ${size} bytes that it should have`)
        hash.update(fresh)
        at += fresh.length
        if (fresh.length > 0) yield fresh
      }
    } catch (error) {
      signal.throwIfAborted()
      if (!isBroken(error)) throw error
      if (at - from < progressBytes) failures++
      else failures = 0
      if (failures > patience.waitsMs.length) throw connectionProblem('GET', answer.url, error)
      await patience.wait(patience.waitsMs[Math.max(failures - 1, 0)] ?? 0, signal)
      continue
    } finally {
      answer.body.destroy()
    }
    // An answer that ends early without a broken connection would end early again.
    if (at < size && at - from < progressBytes && ++failures > patience.waitsMs.length)
      throw new RegistryError('invalid', `${where}: blob ${digest} ends after ${at} of ${size} bytes`)
  }
  const found = `sha256:${hash.digest('hex')}`
  if (found !== digest) throw new RegistryError('invalid', `${where}: a blob should be ${digest} and is ${found}: it is damaged`)
}

/** `bytes 100-199/200` */
const startsAt = (contentRange: string | undefined, from: number): boolean =>
  new RegExp(`^bytes ${from}-`).test((contentRange ?? '').trim())
