/** HTTP/1.1 to one API server over kept connections: bytes and status codes, no Kubernetes. */
import diagnostics from 'node:diagnostics_channel'
import http from 'node:http'
import https from 'node:https'
import { gunzip } from 'node:zlib'
import type { ClusterConfig } from './cluster-config.ts'
import { ConnectionError } from './connection-error.ts'
import { Credentials } from './credentials.ts'

/** One call. `path` starts with a slash and carries its query. */
export interface HttpCall {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal?: AbortSignal
}

/** The whole answer, unpacked. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

/** Published on the diagnostics channel `knative.kube.request` when a call has been answered, or could not be. */
export interface RequestReport {
  readonly method: string
  readonly path: string
  readonly scheme: 'http' | 'https'
  readonly host: string
  readonly port: number
  /** Absent when there was no answer. */
  readonly status?: number
  /** Until the whole answer was there, ms; absent for watches, which last. */
  readonly tookMs?: number
}

const channel = diagnostics.channel('knative.kube.request')

/** An ordinary call that takes longer is given up: no API server answers later than its own 60 s limit, ours within ms. */
const patienceMs = 60_000
/** TCP keep-alive: a host that vanished is noticed 40 s after the last byte (30 s, then ten probes a second apart). */
const keepAliveMs = 30_000

export class Transport {
  readonly #base: URL
  readonly #credentials: Credentials
  readonly #calls: http.Agent
  readonly #watches: http.Agent
  readonly #client: typeof http | typeof https
  readonly #callTimeoutMs: number

  /** `callTimeoutMs`: an ordinary call is given up after as long; 60 s unless told. */
  constructor(config: ClusterConfig, callTimeoutMs = patienceMs) {
    this.#callTimeoutMs = callTimeoutMs
    this.#base = new URL(config.server)
    this.#credentials = new Credentials(config)
    const secure = this.#base.protocol === 'https:'
    const tls = secure
      ? {
          ...(config.ca === undefined ? {} : { ca: config.ca }),
          ...config.certificate,
          ...(config.serverName === undefined ? {} : { servername: config.serverName }),
          rejectUnauthorized: config.insecure !== true
        }
      : {}
    const options = { keepAlive: true, keepAliveMsecs: keepAliveMs, noDelay: true, scheduling: 'lifo' as const, ...tls }
    this.#client = secure ? https : http
    const Agent = secure ? https.Agent : http.Agent
    this.#calls = new Agent({ ...options, maxSockets: 32 })
    this.#watches = new Agent(options)
  }

  /** `host:port` for messages. */
  get address(): string {
    return this.#base.port === '' ? `${this.#base.hostname}:${this.#base.protocol === 'https:' ? 443 : 80}` : this.#base.host
  }

  /** Calls and reads the whole answer. Rejects with ConnectionError, or the signal's reason. */
  async call(call: HttpCall): Promise<HttpAnswer> {
    try {
      const answer = await this.#readWhole(call)
      if (answer.status !== 401 || !(await this.#credentials.rejected())) return answer
      return await this.#readWhole(call)
    } catch (error) {
      // A kept connection that the server closed meanwhile: safe to repeat only where repeating cannot write twice.
      if (call.method === 'GET' && call.signal?.aborted !== true && isStale(error)) return this.#readWhole(call)
      throw error
    }
  }

  /** Calls and hands over the body as a stream, for watches. Connections of streams never compete with calls. */
  async stream(call: HttpCall): Promise<http.IncomingMessage> {
    try {
      const message = await this.#send(call, this.#watches, undefined)
      this.#publish(call, message.statusCode)
      return message
    } catch (error) {
      this.#publish(call, undefined)
      throw error
    }
  }

  close(): void {
    this.#calls.destroy()
    this.#watches.destroy()
  }

  async #readWhole(call: HttpCall): Promise<HttpAnswer> {
    const startedAt = performance.now()
    try {
      const answer = await this.#read(call)
      this.#publish(call, answer.status, startedAt)
      return answer
    } catch (error) {
      this.#publish(call, undefined, startedAt)
      throw error
    }
  }

  #publish({ method, path }: HttpCall, status: number | undefined, startedAt?: number): void {
    if (!channel.hasSubscribers) return
    const scheme = this.#base.protocol === 'https:' ? 'https' : 'http'
    const report: RequestReport = {
      method,
      path,
      scheme,
      host: this.#base.hostname,
      port: this.#base.port === '' ? (scheme === 'https' ? 443 : 80) : Number(this.#base.port),
      ...(status === undefined ? {} : { status }),
      ...(startedAt === undefined ? {} : { tookMs: performance.now() - startedAt })
    }
    channel.publish(report)
  }

  async #read(call: HttpCall): Promise<HttpAnswer> {
    const message = await this.#send({ ...call, headers: { 'accept-encoding': 'gzip', ...call.headers } }, this.#calls, this.#callTimeoutMs)
    try {
      const bytes = await bodyOf(message)
      const plain = message.headers['content-encoding'] === 'gzip' ? await unpack(bytes) : bytes
      return { status: message.statusCode ?? 0, headers: message.headers, body: plain.toString('utf8') }
    } catch (error) {
      throw this.#explained(call, error)
    }
  }

  /** `timeoutMs` bounds the whole exchange. By a timer: signals that abort by themselves cost more than all else about a call. */
  async #send(call: HttpCall, agent: http.Agent, timeoutMs: number | undefined): Promise<http.IncomingMessage> {
    const authorization = await this.#credentials.headers()
    const prefix = this.#base.pathname === '/' ? '' : this.#base.pathname.replace(/\/$/, '')
    return new Promise((resolve, reject) => {
      let answer: http.IncomingMessage | undefined
      const request = this.#client.request({
        protocol: this.#base.protocol,
        hostname: this.#base.hostname.replace(/^\[|\]$/g, ''),
        port: this.#base.port,
        method: call.method,
        path: prefix + call.path,
        agent,
        headers: {
          ...authorization,
          ...call.headers,
          ...(call.body === undefined ? {} : { 'content-length': Buffer.byteLength(call.body) })
        },
        ...(call.signal === undefined ? {} : { signal: call.signal })
      })
      if (timeoutMs !== undefined) {
        const giveUp = (): void => void (answer ?? request).destroy(new Error(`no answer within ${timeoutMs} ms`))
        const timer = setTimeout(giveUp, timeoutMs).unref()
        request.on('close', () => clearTimeout(timer))
      }
      request.on('error', (error) => reject(this.#explained(call, error, request.reusedSocket)))
      request.on('response', (message) => {
        answer = message
        resolve(message)
      })
      request.end(call.body)
    })
  }

  #explained(call: HttpCall, error: unknown, reused = false): Error {
    if (call.signal?.aborted === true) return call.signal.reason as Error
    const explained = new ConnectionError(call.method, call.path, this.address, error)
    if (reused) staleErrors.add(explained)
    return explained
  }
}

const staleErrors = new WeakSet<Error>()

function isStale(error: unknown): boolean {
  return error instanceof ConnectionError && staleErrors.has(error)
}

/** By events: an async iterator costs more than everything else about reading a small answer. */
function bodyOf(message: http.IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    message.on('data', (chunk: Buffer) => chunks.push(chunk))
    message.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)))
    message.on('error', reject)
    message.on('close', () => reject(new Error('the connection was closed within the answer')))
  })
}

function unpack(bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => gunzip(bytes, (error, plain) => (error === null ? resolve(plain) : reject(error))))
}
