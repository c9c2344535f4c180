import { write } from 'node:fs'
import { Writable } from 'node:stream'

/** A stream that writes to a descriptor and leaves it open: it belongs to somebody else. */
export const descriptorStream = (descriptor: number): Writable =>
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      const rest = (from: number): void =>
        write(descriptor, chunk, from, chunk.length - from, null, (error, written) => {
          if (error !== null) done(error)
          else if (from + written < chunk.length) rest(from + written)
          else done()
        })
      rest(0)
    }
  })
