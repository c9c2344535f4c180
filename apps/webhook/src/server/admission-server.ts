import type { Log } from '@knative-ts/kube'
import { createServer, type Server } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { errorText } from '@knative-ts/kube'
import { requestIn, reviewOf, type AdmissionRequest, type Reviewer } from '../review/admission-review.ts'
import { Quiet } from './quiet.ts'
import { reviewed } from './review-report.ts'

/** A key and its certificate chain, in PEM. */
export interface KeyPair {
  readonly key: string
  readonly cert: string
}

export interface AdmissionServerOptions {
  /** Who answers, by path. */
  readonly reviewers: Readonly<Record<string, Reviewer>>
  /** Who converts objects, by path; throws what is no ConversionReview. */
  readonly converters?: Readonly<Record<string, (review: unknown) => unknown>>
  readonly log: Log
  /** After the signal to end: serve on until this many milliseconds pass without a request, and not longer than `drainAtMostMs`. */
  readonly drainQuietMs: number
  readonly drainAtMostMs: number
}

/** As an API server sends at most (etcd's limit is 1.5 MiB, a review holds two objects). */
const BODY_BYTES = 3 * 1024 * 1024
/** Longer than API servers keep idle connections (Go: 90 s), so that it is never this side that closes one in use. */
const KEEP_ALIVE_MS = 120_000

/** Answers AdmissionReviews over HTTPS. */
export class AdmissionServer {
  readonly #options: AdmissionServerOptions
  readonly #quiet = new Quiet()
  /** Connections on which nothing has been asked yet. Go's client opens some beside those that it uses, and Node takes them for busy for a minute. */
  readonly #unused = new Set<Socket>()
  #server: Server | undefined
  #draining = false

  constructor(options: AdmissionServerOptions) {
    this.#options = options
  }

  /** Resolves with the port. */
  async listen(pair: KeyPair, at: { readonly host: string; readonly port: number }): Promise<number> {
    const server = createServer({ ...pair, minVersion: 'TLSv1.2', keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      this.#unused.delete(request.socket)
      this.#quiet.begin()
      response.once('close', () => this.#quiet.end())
      this.#answer(request, response).catch((error: unknown) => {
        this.#options.log.error({ error, path: (request.url ?? '').split('?')[0] }, 'cannot answer a review')
        if (!response.headersSent) send(response, 500, errorText(error))
        else response.destroy()
      })
    })
    server.on('secureConnection', (socket) => {
      // One that was being opened meanwhile.
      if (!server.listening) socket.destroy()
      this.#unused.add(socket)
      socket.once('close', () => this.#unused.delete(socket))
    })
    server.on('tlsClientError', (error: Error) => this.#options.log.debug({ error }, 'TLS handshake failed'))
    this.#server = server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(at.port, at.host, resolve)
    })
    return (server.address() as AddressInfo).port
  }

  /** New connections use this pair; those that exist go on. */
  use(pair: KeyPair): void {
    this.#server?.setSecureContext({ ...pair, minVersion: 'TLSv1.2' })
  }

  unready(): string | undefined {
    return this.#server?.listening === true ? undefined : 'not listening yet'
  }

  /** Serves on while requests come; asks every client to connect elsewhere. */
  async drain(): Promise<void> {
    this.#draining = true
    await this.#quiet.wait(this.#options.drainQuietMs, this.#options.drainAtMostMs)
  }

  async stop(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeIdleConnections()
    for (const socket of this.#unused) socket.destroy()
    await closed
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#draining) response.setHeader('connection', 'close')
    if (request.headers['user-agent']?.startsWith('kube-probe/') === true) return send(response, this.#draining ? 503 : 200, '')
    const path = (request.url ?? '').split('?')[0] ?? ''
    const { reviewers, converters = {} } = this.#options
    const reviewer = reviewers[path]
    const converter = converters[path]
    if (reviewer === undefined && converter === undefined) {
      return send(response, 404, `no webhook at ${path}: ${[...Object.keys(reviewers), ...Object.keys(converters)].join(', ')}`)
    }
    if (request.method !== 'POST') return send(response, 405, 'only POST is answered')
    if (request.headers['content-type']?.startsWith('application/json') !== true) {
      return send(response, 415, 'invalid Content-Type, want `application/json`')
    }
    const startedAt = performance.now()
    const body = await read(request)
    const told: { request?: AdmissionRequest; failed: boolean; handledMs?: number; text?: string } = { failed: true }
    response.once('close', () =>
      reviewed.publish({
        path,
        status: response.statusCode,
        tookMs: performance.now() - startedAt,
        handledMs: told.handledMs,
        requestBytes: body === undefined ? BODY_BYTES : Buffer.byteLength(body),
        responseBytes: told.text === undefined ? 0 : Buffer.byteLength(told.text),
        request: told.request,
        failed: told.failed
      })
    )
    if (body === undefined) return send(response, 413, `a review may have at most ${BODY_BYTES} bytes`)
    if (reviewer === undefined) {
      const converted = answered(body, converter)
      told.failed = !converted.ok
      told.text = converted.text
      if (converted.ok) response.setHeader('content-type', 'application/json')
      return send(response, converted.ok ? 200 : 400, converted.text)
    }
    try {
      told.request = requestIn(JSON.parse(body))
    } catch (error) {
      return send(response, 400, `could not decode body: ${errorText(error)}`)
    }
    const asked = told.request
    const handedAt = performance.now()
    try {
      const answer = await reviewer(asked)
      told.failed = answer.refusal !== undefined
      told.text = JSON.stringify(reviewOf(asked, answer))
      this.#options.log.debug({ ...subjectOf(asked), path, allowed: !told.failed, reason: answer.refusal }, 'reviewed')
    } finally {
      told.handledMs = performance.now() - handedAt
    }
    response.setHeader('content-type', 'application/json')
    send(response, 200, told.text)
  }
}

/** A conversion, or why the body asks for none. */
function answered(body: string, converter: ((review: unknown) => unknown) | undefined): { readonly ok: boolean; readonly text: string } {
  try {
    return { ok: true, text: JSON.stringify(converter?.(JSON.parse(body))) }
  } catch (error) {
    return { ok: false, text: `could not decode body: ${errorText(error)}` }
  }
}

/** What a review is about, for the log: the object, and the id under which the API server asks. */
function subjectOf({ uid, kind, namespace, name, object, oldObject, operation, subResource }: AdmissionRequest): object {
  const own = name ?? (object ?? oldObject)?.metadata.name ?? (object ?? oldObject)?.metadata.generateName ?? ''
  const key = namespace === undefined || namespace === '' ? own : `${namespace}/${own}`
  return { request: uid, kind: kind.kind, key, operation, ...(subResource === undefined || subResource === '' ? {} : { subResource }) }
}

function send(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status
  response.end(text)
}

/** Undefined when it is too long; the rest is read away so that the answer gets through. */
async function read(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= BODY_BYTES) chunks.push(chunk)
  }
  return bytes > BODY_BYTES ? undefined : Buffer.concat(chunks).toString()
}
