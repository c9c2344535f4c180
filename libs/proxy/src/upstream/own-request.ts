import { socketOf } from './address.ts'
import { HeaderList } from '../header-list.ts'
import type { OutgoingRequest } from '../http1/upstream-connection.ts'
import { UpstreamError } from './outcome.ts'
import type { UpstreamListener, UpstreamStream } from './upstream-stream.ts'
import type { OwnRequest, OwnResponse } from './upstreams.ts'

const mostBytes = 64 * 1024

/** Sends a request by `send` and collects the answer, all within its time. Rejects with an UpstreamError. */
export function sendOwnRequest(
  address: string,
  request: OwnRequest,
  send: (outgoing: OutgoingRequest, listener: UpstreamListener) => Promise<UpstreamStream>
): Promise<OwnResponse> {
  return new Promise((resolve, reject) => {
    let stream: UpstreamStream | undefined
    let over = false
    let status = 0
    let headers = new HeaderList()
    const chunks: Uint8Array[] = []
    let size = 0
    let trailers: HeaderList | undefined
    const finish = (error: Error | undefined): void => {
      if (over) return
      over = true
      clearTimeout(timer)
      if (error === undefined) resolve({ status, headers, body: Buffer.concat(chunks, size), trailers })
      else {
        stream?.abort()
        reject(error)
      }
    }
    const fault = (text: string): UpstreamError => new UpstreamError('bad-response', address, text)
    const timer = setTimeout(() => finish(new UpstreamError('connect-timeout', address, 'context deadline exceeded')), request.timeoutMs)
    const listener: UpstreamListener = {
      interim: () => {},
      head: (code, _reason, fields) => {
        status = code
        headers = fields.clone()
      },
      chunk: (bytes) => {
        size += bytes.length
        if (size > mostBytes) finish(fault(`response body is larger than ${mostBytes} bytes`))
        chunks.push(Uint8Array.prototype.slice.call(bytes))
        return true
      },
      end: (fields) => {
        trailers = fields?.clone()
        finish(undefined)
      },
      fail: finish,
      switched: (_headers, wire) => {
        wire.destroy()
        finish(fault('unexpected 101 Switching Protocols'))
      },
      drained: () => {}
    }
    const outgoing: OutgoingRequest = {
      method: request.method ?? 'GET',
      target: request.target,
      host: request.host ?? socketOf(address),
      newHost: request.host ?? socketOf(address),
      sameLine: false,
      get givenUp() {
        return over
      },
      headers: fieldsOf(request),
      edits: undefined,
      chunked: false,
      hasBody: request.body !== undefined,
      upgrade: undefined
    }
    send(outgoing, listener).then(
      (opened) => {
        stream = opened
        if (over) opened.abort()
        else if (request.body !== undefined) {
          opened.chunk(request.body)
          opened.end(undefined)
        }
      },
      (error: Error) => finish(error)
    )
  })
}

function fieldsOf(request: OwnRequest): HeaderList {
  const list = HeaderList.from(request.headers ?? {})
  if (request.body !== undefined) list.set('Content-Length', String(request.body.length))
  return list
}
