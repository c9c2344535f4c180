/** Calls outside the typed ones, inside the process: the HTTP handlers over a request and response that never touch a socket. */
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { gunzipSync } from 'node:zlib'
import type { RawRequest, RawResponse } from '@knative-ts/kube'
import type { User } from '../auth/user.ts'
import { handle } from '../http/pipeline.ts'
import type { ServerParts } from '../http/server-parts.ts'

/** Runs one request as `user`; rejects when its signal aborts. */
export async function callRaw(parts: ServerParts, user: User, request: RawRequest): Promise<RawResponse> {
  const socket = new Socket()
  const incoming = new IncomingMessage(socket)
  incoming.method = request.method
  incoming.url = request.path
  for (const [name, value] of Object.entries(request.headers ?? {})) incoming.headers[name.toLowerCase()] = value
  incoming.push(request.body === undefined ? null : Buffer.from(request.body))
  if (request.body !== undefined) incoming.push(null)
  const response = new ServerResponse(incoming)
  const chunks: Buffer[] = []
  const take = (chunk: unknown) => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk as Uint8Array))
  }
  const abort = () => response.destroy(request.signal?.reason as Error)
  try {
    return await new Promise<RawResponse>((resolve, reject) => {
      response.write = (chunk: unknown) => {
        take(chunk)
        return true
      }
      response.end = ((chunk?: unknown) => {
        take(chunk)
        const headers = Object.fromEntries(Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]))
        const bytes = Buffer.concat(chunks)
        const body = (headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString()
        resolve({ status: response.statusCode, headers, body })
        response.emit('close')
        return response
      }) as ServerResponse['end']
      request.signal?.addEventListener('abort', abort)
      request.signal?.addEventListener('abort', () => reject(request.signal?.reason as Error))
      const asUser: ServerParts = {
        ...parts,
        authenticator: {
          authenticate: () => user,
          byToken: (token: string, audiences?: readonly string[]) => parts.authenticator.byToken(token, audiences)
        } as unknown as ServerParts['authenticator']
      }
      handle(asUser, incoming, response).catch(reject)
    })
  } finally {
    request.signal?.removeEventListener('abort', abort)
    socket.destroy()
  }
}
