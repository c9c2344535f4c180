import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CloudEvent, readEvent } from '@knative-ts/eventing'

/** A sink on loopback that keeps what it gets and answers with the statuses in turn, then 202. */
export class TestingSink implements AsyncDisposable {
  readonly events: CloudEvent[] = []
  /** Kn-Namespace of each. */
  readonly namespaces: (string | string[] | undefined)[] = []
  readonly #statuses: number[]
  readonly #server: Server

  private constructor(statuses: readonly number[]) {
    this.#statuses = [...statuses]
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const headers = { forEach: (visit: (name: string, value: string) => void) => pairs(request.rawHeaders, visit) }
        this.namespaces.push(request.headers['kn-namespace'])
        this.events.push(readEvent(headers, Buffer.concat(chunks)))
        response.writeHead(this.#statuses.shift() ?? 202).end()
      })
    })
  }

  static async open(statuses: readonly number[] = []): Promise<TestingSink> {
    const sink = new TestingSink(statuses)
    await new Promise<void>((resolve) => sink.#server.listen(0, '127.0.0.1', resolve))
    return sink
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

function pairs(raw: readonly string[], visit: (name: string, value: string) => void): void {
  for (let at = 0; at < raw.length; at += 2) visit((raw[at] ?? '').toLowerCase(), raw[at + 1] ?? '')
}
