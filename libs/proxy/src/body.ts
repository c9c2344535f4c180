import type { HeaderList } from './header-list.ts'

/**
 * Bytes of a message body on their way in, with back-pressure.
 * It has one reader, once: `flowTo` or `readAll`. A body without a reader is not read from the connection (beyond a small buffer).
 */
export interface BodySource {
  /** Announced length in bytes; 0 when there is no body; -1 when it is known only at the end (chunked, HTTP/2 without a length). */
  readonly length: number
  /** True once a reader got bytes: the body cannot be sent anywhere else any more. */
  readonly touched: boolean
  /** Connects the reader. Bytes that are waiting come at once, before this returns. */
  flowTo(sink: BodySink): void
  /** The sink can take bytes again after its `chunk` answered false. */
  resume(): void
  /** Takes the reader off; what still comes is dropped or left unread. */
  detach(): void
}

/** Where a body goes. Of `end` and `fail` exactly one is called, once, unless the reader was detached. */
export interface BodySink {
  /** Takes bytes, which are valid only during the call: what is kept is copied. False: pause until `resume`. */
  chunk(bytes: Uint8Array): boolean
  end(trailers: HeaderList | undefined): void
  /** The sender went away or broke the framing: the message is not complete. */
  fail(error: Error): void
}

/** Collects a whole body. Rejects with a RangeError over `limit` bytes, and with the cause when the sender fails. */
export function readAll(body: BodySource, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let size = 0
    body.flowTo({
      chunk(bytes) {
        size += bytes.length
        if (size > limit) {
          body.detach()
          reject(new RangeError(`body is larger than ${limit} bytes`))
          return false
        }
        chunks.push(Uint8Array.prototype.slice.call(bytes))
        return true
      },
      end: () => resolve(Buffer.concat(chunks, size)),
      fail: reject
    })
  })
}
