import { latin1Of, writeLatin1 } from '../text/utf8.ts'

/** What a pure library can only do slowly: who has a Buffer lends it. */
export interface ByteWork {
  /** So many bytes, whatever is in them. */
  allocate(size: number): Uint8Array
  /** Writes a text of a character a byte, for which there is room. */
  write(bytes: Uint8Array, at: number, latin1: string): void
  /** Bytes `[from..to)` as text with a character a byte. */
  read(bytes: Uint8Array, from: number, to: number): string
}

/** By hand. */
export const ownWork: ByteWork = {
  allocate: (size) => new Uint8Array(size),
  write: writeLatin1,
  read: (bytes, from, to) => latin1Of(bytes.subarray(from, to))
}
