import type { BodySink } from '../body.ts'
import type { HeaderList } from '../header-list.ts'
import type { UpstreamError } from './outcome.ts'
import type { Wire } from '../wire/wire.ts'

/** One request on an upstream connection, seen from the one who sends it: it takes the body as a BodySink. */
export interface UpstreamStream extends BodySink {
  /** Gives the request up. The listener hears nothing any more; `left` is called once the upstream has let go of it, or had its time. */
  abort(left?: () => void): void
  /** The listener takes bytes again after its `chunk` answered false. */
  resume(): void
}

/** What an upstream answers. After `end`, `fail` or `switched` nothing more comes. */
export interface UpstreamListener {
  interim(status: number, headers: HeaderList): void
  /** `length` in bytes; -1 when unknown. The list is valid only during the call. */
  head(status: number, reason: string, headers: HeaderList, length: number): void
  /** False: wait until `resume`. */
  chunk(bytes: Uint8Array): boolean
  end(trailers: HeaderList | undefined): void
  fail(error: UpstreamError): void
  /** 101: the wire is the listener's, `read` was read from it already. */
  switched(headers: HeaderList, wire: Wire, read: Buffer): void
  /** The upstream takes request bytes again. */
  drained(): void
}
