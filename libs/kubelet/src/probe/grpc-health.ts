/** `grpc.health.v1.Health/Check` by hand over node:http2: one unary call is too little for a gRPC library. */
import { connect, constants } from 'node:http2'
import type { Attempt } from './attempt.ts'

const statusNames = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']

/** Asks for the health of `service` ('' is the whole server). Plain-text HTTP/2, as the kubelet does. */
export function checkGrpcHealth(
  at: { readonly host: string; readonly port: number },
  service: string,
  timeoutMs: number
): Promise<Attempt> {
  return new Promise((resolve) => {
    const session = connect(`http://${at.host}:${at.port}`)
    const timer = setTimeout(
      () => end({ ok: false, message: `timeout: health rpc did not complete within ${timeoutMs / 1_000}s` }),
      timeoutMs
    )
    const end = (attempt: Attempt): void => {
      clearTimeout(timer)
      session.destroy()
      resolve(attempt)
    }
    // A refused connect is told to the stream or to the session first, as it happens.
    const failed = (error: NodeJS.ErrnoException): void => {
      const { code } = (error.cause ?? error) as NodeJS.ErrnoException
      const refused = code === 'ECONNREFUSED'
      // Go's client tries until its time is over, and says so.
      const message = refused
        ? `timeout: failed to connect service "${at.host}:${at.port}" within ${timeoutMs / 1_000}s: context deadline exceeded`
        : `error: health rpc failed: ${error.message}`
      end({ ok: false, refused, message })
    }
    session.on('error', failed)
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers'
    })
    let grpcStatus = ''
    let grpcMessage = ''
    const chunks: Buffer[] = []
    const note = (headers: Record<string, unknown>): void => {
      if (headers['grpc-status'] !== undefined) grpcStatus = String(headers['grpc-status'])
      if (headers['grpc-message'] !== undefined) grpcMessage = String(headers['grpc-message'])
    }
    stream.on('response', note)
    stream.on('trailers', note)
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', failed)
    stream.on('close', () => end(verdict(grpcStatus, grpcMessage, Buffer.concat(chunks))))
    stream.end(healthRequest(service))
  })
}

/** A gRPC frame with `HealthCheckRequest{service}`: one string field, number 1. */
function healthRequest(service: string): Buffer {
  const name = Buffer.from(service)
  if (name.length > 127) throw new Error(`gRPC probe: service name "${service}" is longer than 127 bytes`)
  const message = name.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a, name.length]), name])
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

/** `HealthCheckResponse{status}`: field 1, varint; an absent field is UNKNOWN. */
function verdict(status: string, message: string, body: Buffer): Attempt {
  if (status === '12')
    return { ok: false, message: 'error: this server does not implement the grpc health protocol (grpc.health.v1.Health)' }
  if (status !== '0')
    return { ok: false, message: `error: health rpc failed: status ${status || 'missing'}${message === '' ? '' : `: ${message}`}` }
  const serving = body.length >= 7 && body[5] === 0x08 ? (body[6] as number) : 0
  return serving === 1 ? { ok: true } : { ok: false, message: `service unhealthy (responded with "${statusNames[serving] ?? serving}")` }
}
