/** A Status in protobuf, for clients that take nothing else. */
import type { Status } from '@knative-ts/kube'

const MAGIC = Buffer.from('k8s\0')
const [VARINT, BYTES] = [0, 2]

function varint(value: number): number[] {
  const bytes: number[] = []
  let left = value
  for (; left > 0x7f; left = Math.floor(left / 0x80)) bytes.push((left & 0x7f) | 0x80)
  return [...bytes, left]
}

const bytes = (field: number, value: string | Buffer) => {
  const content = Buffer.from(value)
  return Buffer.concat([Buffer.from([(field << 3) | BYTES, ...varint(content.length)]), content])
}

/** `runtime.Unknown` around a `meta/v1.Status` of its text and numbers; field numbers by Kubernetes' generated.proto. */
export function statusBytes({ status = 'Failure', message = '', reason = '', code = 0 }: Status): Buffer {
  const listMeta = Buffer.concat([bytes(1, ''), bytes(2, ''), bytes(3, '')])
  const raw = Buffer.concat([
    bytes(1, listMeta),
    bytes(2, status),
    bytes(3, message),
    bytes(4, reason),
    Buffer.from([(6 << 3) | VARINT, ...varint(code)])
  ])
  const typeMeta = Buffer.concat([bytes(1, 'v1'), bytes(2, 'Status')])
  return Buffer.concat([MAGIC, bytes(1, typeMeta), bytes(2, raw), bytes(3, ''), bytes(4, '')])
}
