import type { ByteWork } from '@knative-ts/eventing'

/** The work of Node's Buffer for the codec: in one native call, and in memory that many events share. */
export const bufferWork: ByteWork = {
  allocate: (size) => Buffer.allocUnsafe(size),
  write: (bytes, at, latin1) => {
    bufferOf(bytes).write(latin1, at, 'latin1')
  },
  read: (bytes, from, to) => bufferOf(bytes).toString('latin1', from, to)
}

const bufferOf = (bytes: Uint8Array): Buffer => (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
