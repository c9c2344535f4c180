import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request that a subscriber got. */
export interface Received {
  readonly method: string
  readonly path: string
  /** By lower-case name; values of repeated ones in order. */
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly body: Buffer
}

/** An answer that the recordings know by name. */
export interface NamedAnswer {
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

/** The subscriber of the recordings: `/s/KEY/...` decides its answer by their rules. */
export class RecordedSink {
  readonly received: Received[] = []
  readonly #answers: Readonly<Record<string, NamedAnswer>>
  readonly #server: Server
  readonly #attempts = new Map<string, number>()

  private constructor(answers: Readonly<Record<string, NamedAnswer>>) {
    this.#answers = answers
    this.#server = createServer({ keepAlive: false }, (request, response) => this.#serve(request, response))
  }

  static async start(answers: Readonly<Record<string, NamedAnswer>>): Promise<RecordedSink> {
    const sink = new RecordedSink(answers)
    await new Promise<void>((resolve) => sink.#server.listen(0, '127.0.0.1', resolve))
    return sink
  }

  get authority(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const headers = new Map<string, string[]>()
      for (let at = 0; at < request.rawHeaders.length; at += 2) {
        const name = (request.rawHeaders[at] as string).toLowerCase()
        headers.set(name, [...(headers.get(name) ?? []), request.rawHeaders[at + 1] as string])
      }
      const path = request.url ?? ''
      this.received.push({ method: request.method ?? '', path, headers, body: Buffer.concat(chunks) })
      const id = headers.get('ce-id')?.[0] ?? ''
      this.#answer(path.split('/')[2] ?? '', id, response)
    })
  }

  #answer(key: string, id: string, response: ServerResponse): void {
    const then = /^then(\d+)-(\d+)-(\d+)$/.exec(key)
    const slow = /^slow(\d+)$/.exec(key)
    const named = this.#answers[key]
    response.shouldKeepAlive = false
    if (/^\d+$/.test(key)) response.writeHead(Number(key)).end()
    else if (key === 'drop') response.socket?.destroy()
    else if (slow !== null) setTimeout(() => response.writeHead(200).end(), Number(slow[1]) * 1000).unref()
    else if (then !== null) {
      const attempt = (this.#attempts.get(key) ?? 0) + 1
      this.#attempts.set(key, attempt)
      response.writeHead(Number(attempt <= Number(then[2]) ? then[1] : then[3])).end()
    } else if (named !== undefined) {
      for (const [name, value] of named.headers) {
        response.setHeader(name, this.#placed(name === 'Ce-Id' ? `${value}-${id}` : value))
      }
      const body = named.body === '<2000 bytes>' ? 'x'.repeat(2000) : named.body.replace('"id":"r4"', `"id":"r4-${id}"`)
      response.writeHead(named.status).end(body)
    } else response.writeHead(500).end(`the recordings know no answer ${key}`)
  }

  #placed(value: string): string {
    return value.replace('SINK', this.authority)
  }
}
