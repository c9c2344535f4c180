import { createServer, type Exchange, readAll, type Server } from '@knative-ts/proxy'

/** One event that came. */
export interface Arrival {
  readonly path: string
  readonly id: string
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** A subscriber whose answers the test decides. */
export class ControlledSink {
  readonly arrivals: Arrival[] = []
  /** The status for an event; `hang`: no answer until {@link release}. */
  answer: (arrival: Arrival) => number | 'hang' = () => 202
  readonly #server: Server
  #held: (() => void)[] = []
  #port = 0

  constructor() {
    this.#server = createServer({ handler: (exchange) => this.#serve(exchange) })
  }

  async open(): Promise<this> {
    this.#port = (await this.#server.listen({ port: 0, host: '127.0.0.1' })).port
    return this
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.#port}${path}`
  }

  /** Ids that came at a path, in order, each as often as it came. */
  ids(path: string): string[] {
    return this.arrivals.filter((one) => one.path === path).map(({ id }) => id)
  }

  /** Requests that hang. */
  get held(): number {
    return this.#held.length
  }

  /** Answers what hangs, and hangs no more. */
  release(): void {
    this.answer = () => 202
    for (const answer of this.#held.splice(0)) answer()
  }

  async close(): Promise<void> {
    await this.#server.close()
  }

  async #serve(exchange: Exchange): Promise<void> {
    const { target: path, headers } = exchange.request
    const fields = new Map<string, string>()
    headers.forEach((name, value) => fields.set(name.toLowerCase(), value))
    const body = (await readAll(exchange.request.body, 1 << 24)).toString()
    const arrival = { path, id: fields.get('ce-id') ?? '', headers: fields, body }
    this.arrivals.push(arrival)
    const status = this.answer(arrival)
    if (status !== 'hang') exchange.respond(status)
    else await this.#hang(exchange)
  }

  #hang(exchange: Exchange): Promise<void> {
    return new Promise((resolve) => {
      const answer = (): void => {
        exchange.respond(202)
        resolve()
      }
      this.#held.push(answer)
      // Who has given up is not answered any more.
      exchange.signal.addEventListener('abort', () => {
        this.#held = this.#held.filter((one) => one !== answer)
        resolve()
      })
    })
  }
}
