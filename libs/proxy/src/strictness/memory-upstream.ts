import { HeaderList } from '../header-list.ts'
import { type OutgoingRequest, UpstreamConnection } from '../http1/upstream-connection.ts'
import { Lane } from '../upstream/lane.ts'
import { MemoryWire } from '../testing/memory-wire.ts'
import type { UpstreamListener } from '../upstream/upstream-stream.ts'
import { fieldsOf } from './witness.ts'

/** Everything that the one who forwards can tell about an upstream's answer. */
export interface UpstreamOutcome {
  /** Statuses and fields of the interim responses. */
  readonly interim: readonly (readonly string[])[]
  /** 0 before the last head. */
  readonly status: number
  /** As announced; -1 when it was not. */
  readonly length: number
  readonly fields: readonly string[]
  readonly body: string
  readonly trailers: readonly string[]
  /** All that the listener was told at the end: it is told once. */
  readonly ends: readonly ('whole' | 'switched' | string)[]
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
  const seen = {
    interim: [] as string[][],
    status: 0,
    length: 0,
    fields: [] as string[],
    body: '',
    trailers: [] as string[],
    ends: [] as string[]
  }
  const afterSwitch: Uint8Array[] = []
  let connection: UpstreamOutcome['connection'] = 'working'
  const wire = new MemoryWire()
  const upstream = new UpstreamConnection(new Lane('upstream'), wire, 64 * 1024, {
    reusable: () => (connection = 'kept'),
    gone: () => (connection = 'gone')
  })
  const listener: UpstreamListener = {
    interim: (status, headers) => seen.interim.push([String(status), ...fieldsOf(headers)]),
    head: (status, _reason, headers, length) => void Object.assign(seen, { status, length, fields: fieldsOf(headers) }),
    chunk(bytes) {
      seen.body += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
      if (slow) queueMicrotask(() => upstream.resume())
      return !slow
    },
    end(trailers) {
      if (trailers !== undefined) seen.trailers = fieldsOf(trailers)
      seen.ends.push('whole')
    },
    fail: (error) => seen.ends.push(`${error.code}: ${error.message}`),
    switched(headers, given, read) {
      Object.assign(seen, { status: 101, fields: fieldsOf(headers) })
      seen.ends.push('switched')
      // What was read ahead is kept as it is: it must last.
      afterSwitch.push(read)
      const received = (bytes: Buffer, from: number, to: number): unknown => afterSwitch.push(Buffer.from(bytes.subarray(from, to)))
      given.owner = { received, inputEnded() {}, drained() {}, closed() {} }
    },
    drained() {}
  }
  upstream.send(requestOf(asked), listener)
  for (const piece of pieces) wire.deliver(piece)
  await calm()
  if (hangsUp) wire.endInput()
  await calm()
  return { ...seen, body: seen.body + Buffer.concat(afterSwitch).toString('latin1'), connection }
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
    givenUp: false,
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
