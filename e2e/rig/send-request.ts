/** One request with all of its answer: bytes, fields as they were spelled, trailers. */
import { request, type Agent, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type GatewayAddress, thisMachine } from './gateway-address.ts'

export interface Sending extends GatewayAddress {
  readonly host: string
  readonly path?: string
  readonly method?: string
  /** Names and values by turns keep their spelling, order and repeats; Host must be among them. */
  readonly headers?: Readonly<Record<string, string>> | readonly string[]
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>
  readonly agent?: Agent
  readonly timeoutMs?: number
}

export interface Received {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  readonly trailers: NodeJS.Dict<string>
  readonly ms: number
}

/** Sends it and reads the answer. Rejects when either breaks off. */
export function sendRequest({
  address = thisMachine,
  port,
  host,
  path = '/',
  method = 'GET',
  headers = {},
  body,
  agent,
  timeoutMs = 30_000
}: Sending): Promise<Received> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const fields = Array.isArray(headers) ? (headers as string[]) : { host, ...(headers as Record<string, string>) }
    const sent = request({ host: address, port, path, method, headers: fields, agent: agent ?? false, timeout: timeoutMs }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const { statusCode = 0, headers: answered, rawHeaders, trailers } = response
        resolve({
          status: statusCode,
          headers: answered,
          rawHeaders,
          body: Buffer.concat(chunks),
          trailers,
          ms: performance.now() - began
        })
      })
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer to ${method} ${path} within ${timeoutMs} ms`)))
    sent.on('error', reject)
    if (body === undefined || body instanceof Uint8Array) sent.end(body)
    else void pipeline(Readable.from(body), sent).catch(reject)
  })
}
