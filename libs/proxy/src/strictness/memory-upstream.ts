import { HeaderList } from '../header-list.ts'
import { type OutgoingRequest, UpstreamConnection } from '../http1/upstream-connection.ts'
import { Lane } from '../lane.ts'
import { MemoryWire } from '../testing/memory-wire.ts'
import type { UpstreamListener } from '../upstream-stream.ts'
import { fieldsOf } from './witness.ts'

/** Everything that the one who forwards can tell about an upstream's answer. */
export interface UpstreamOutcome {
  readonly interim: readonly string[]
  readonly head: string
  readonly body: string
  /** `end` with the trailers, `fail` with why, `switched`, or nothing yet. */
  readonly end: string
  /** The connection may serve another request, is still at work, or has been given up. */
  readonly connection: 'kept' | 'working' | 'gone'
}

/** What a request says that the answer depends on. */
export interface Asked {
  readonly method: 'GET' | 'HEAD'
  readonly upgrade: string | undefined
}

/** Has an upstream in memory answer a request in these pieces. `slow`: who reads the body takes a while over each piece. */
export async function answerIn(pieces: readonly Buffer[], asked: Asked, hangsUp: boolean, slow: boolean): Promise<UpstreamOutcome> {
  const seen = { interim: [] as string[], head: '', body: '', end: '' }
  let connection: UpstreamOutcome['connection'] = 'working'
  const wire = new MemoryWire()
  const upstream = new UpstreamConnection(new Lane('upstream'), wire, 64 * 1024, {
    reusable: () => (connection = 'kept'),
    gone: () => (connection = 'gone')
  })
  const listener: UpstreamListener = {
    interim: (status, headers) => seen.interim.push(`${status} ${fieldsOf(headers).join('|')}`),
    head: (status, _reason, headers, length) => (seen.head = `${status} ${length} ${fieldsOf(headers).join('|')}`),
    chunk(bytes) {
      seen.body += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
      if (slow) queueMicrotask(() => upstream.resume())
      return !slow
    },
    end: (trailers) => (seen.end += `end ${trailers === undefined ? '' : fieldsOf(trailers).join('|')}`),
    fail: (error) => (seen.end += `fail ${error.code} ${error.message}`),
    switched(headers, given, read) {
      seen.head = `101 ${fieldsOf(headers).join('|')}`
      seen.end += 'switched'
      const take = (bytes: Buffer): string => (seen.body += bytes.toString('latin1'))
      take(read)
      given.owner = { received: (bytes, from, to) => take(bytes.subarray(from, to)), inputEnded() {}, drained() {}, closed() {} }
    },
    drained() {}
  }
  upstream.send(requestOf(asked), listener)
  for (const piece of pieces) wire.deliver(piece)
  await calm()
  if (hangsUp) wire.endInput()
  await calm()
  return { ...seen, connection }
}

function requestOf({ method, upgrade }: Asked): OutgoingRequest {
  const headers = HeaderList.from({ Host: 'h' })
  return {
    method,
    target: '/',
    host: 'h',
    newHost: undefined,
    headers,
    sameLine: false,
    edits: undefined,
    chunked: false,
    upgrade,
    hasBody: false
  }
}

/** A slow reader takes a microtask for each piece; no answer of the corpus has as many pieces as this waits for. */
async function calm(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
