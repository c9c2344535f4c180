/** What a connection tells the one who serves it. After `closed` nothing comes. */
export interface WireOwner {
  /** `bytes[from..to)` have come. They are valid only during the call: what is kept is copied. */
  received(bytes: Buffer, from: number, to: number): void
  /** The other side has ended its output; ours is still open. */
  inputEnded(): void
  /** Everything written has left, after the wire was `congested`. */
  drained(): void
  /** Closed for good, by either side; `error` when it broke. Never called from within `destroy` or a write. */
  closed(error: NodeJS.ErrnoException | undefined): void
}

/** Whose a wire is until its owner is set: nothing comes in between but, seldom, its close. */
export const nobody: WireOwner = {
  received: () => {},
  inputEnded: () => {},
  drained: () => {},
  closed: () => {}
}

/**
 * One byte connection, plain or TLS. Writes gather in a buffer of the wire and leave in one system call at the end of the turn (see turn.ts);
 * outside of a turn each write leaves at once. Nothing here allocates for an idle connection but the connection.
 */
export interface Wire {
  owner: WireOwner
  /**
   * Room for `size` bytes at `at` of the returned buffer, to be composed in place: the caller writes there, adds to `at`, and calls `commit`.
   * The buffer may change with each call.
   */
  reserve(size: number): Buffer
  /** Where the next composed byte goes. */
  at: number
  /** What was composed may leave. */
  commit(): void
  /** Writes `bytes[from..to)`; they may be reused as soon as this returns. */
  write(bytes: Uint8Array, from?: number, to?: number): void
  /** Writes text whose characters are bytes (latin1). */
  writeText(text: string): void
  /** Sends what is gathered now. */
  flush(): void
  /** Bytes wait for the other side to read: hold back until `drained`. */
  readonly congested: boolean
  /** Stops reading; what is under way may still come. */
  pause(): void
  resume(): void
  readonly paused: boolean
  /**
   * A long body is being read: reads get a large buffer of their own, which can be written on without a copy. Set it back when the body is over.
   */
  bulk: boolean
  /**
   * Many others' reads write to this connection (HTTP/2): what is written leaves when all that the event loop found ready has been read, and not
   * with each turn.
   */
  shared: boolean
  /** Ends our output after what was written. */
  end(): void
  /** Closes both directions now; what waits is lost. */
  destroy(): void
  readonly destroyed: boolean
  /** The other side has ended its output. */
  readonly inputOver: boolean
  /** Addresses as Go prints them (no `::ffff:`); empty and 0 when the peer has gone. */
  readonly remoteAddress: string
  readonly remotePort: number
  readonly localAddress: string
  readonly localPort: number
  /** True for TLS. */
  readonly secure: boolean
}
