/** grpc.health.v1.Health/Check by hand: two messages of one field each are not worth a gRPC library in every pod. */
import type { OwnRequest, OwnResponse } from '@knative-ts/proxy'

const serving = 1

/** A Check of `service` (empty: the server as a whole). */
export function healthCheckOf(service: string, timeoutMs: number): OwnRequest {
  const name = Buffer.from(service)
  // HealthCheckRequest { string service = 1 }; a default value is not written.
  const message = name.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a, ...varint(name.length)]), name])
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(message.length, 1)
  return {
    method: 'POST',
    target: '/grpc.health.v1.Health/Check',
    headers: { 'Content-Type': 'application/grpc', TE: 'trailers', 'User-Agent': 'kube-probe//' },
    body: Buffer.concat([prefix, message]),
    protocol: 'h2c',
    timeoutMs
  }
}

/** True when the answer is HealthCheckResponse { status: SERVING } with grpc-status 0. */
export function isServing({ status, headers, body, trailers }: OwnResponse): boolean {
  const code = trailers?.get('grpc-status') ?? headers.get('grpc-status')
  return status === 200 && code === '0' && body.length >= 7 && body[0] === 0 && body[5] === 0x08 && body[6] === serving
}

function varint(value: number): number[] {
  const bytes: number[] = []
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80)
  bytes.push(value)
  return bytes
}
