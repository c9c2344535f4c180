/** Writes whole answers: JSON bytes, gzip for big bodies, warnings. Streams are written by their own requests. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { warningHeader } from './warnings.ts'

const compress = promisify(gzip)
/** Kubernetes' threshold: below it the CPU costs more than the bytes. */
const GZIP_FROM_BYTES = 128 * 1024

/** One whole answer. `body` is final text in the type of `contentType`. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends an answer; does nothing when the client has gone. */
export async function send(request: IncomingMessage, response: ServerResponse, answer: Answer, warnings: readonly string[]): Promise<void> {
  if (response.headersSent || response.destroyed) return
  if (warnings.length > 0) response.setHeader('Warning', warnings.map(warningHeader))
  if (answer.contentType !== '') response.setHeader('Content-Type', answer.contentType)
  response.setHeader('Cache-Control', 'no-cache, private')
  for (const name in answer.headers) response.setHeader(name, answer.headers[name] ?? '')
  response.statusCode = answer.status
  if (answer.body.length < GZIP_FROM_BYTES || !/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) {
    response.setHeader('Content-Length', Buffer.byteLength(answer.body))
    response.end(request.method === 'HEAD' ? undefined : answer.body)
    return
  }
  const bytes = await compress(answer.body, { level: constants.Z_BEST_SPEED })
  if (response.destroyed) return
  response.setHeader('Content-Encoding', 'gzip')
  response.setHeader('Vary', 'Accept-Encoding')
  response.setHeader('Content-Length', bytes.length)
  response.end(bytes)
}
