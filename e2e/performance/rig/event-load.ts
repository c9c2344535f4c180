/** Events sent and received in this process, on libs/proxy's own core: it must cost less than what it measures. */
import { createServer, createUpstreamPool, fieldLine, type Server, type UpstreamPool } from '@knative-ts/proxy'
import { percentile } from '../../rig/figure.ts'

export interface Sent {
  /** Answered 202. */
  readonly taken: number
  /** Answered otherwise, or not at all. */
  readonly refused: number
  readonly seconds: number
  /** From when each was due to its answer, in ms. */
  readonly publishMs: readonly number[]
}

const kib = Buffer.alloc(1024, 'x')

/** Sends events of 1 KiB, each with an id of its own, and remembers when. */
export class EventSource {
  readonly #pool: UpstreamPool = createUpstreamPool({ idlePerAddress: 2_000, idleTotal: 2_000 })
  readonly #address: string
  readonly #fields: string
  /** performance.now at which an event was due, by id. */
  readonly dueAt: number[] = []

  constructor(address: string, type = 'bench') {
    this.#address = address
    const fields = { 'ce-specversion': '1.0', 'ce-type': type, 'ce-source': '/bench', 'content-type': 'application/octet-stream' }
    this.#fields = Object.entries(fields).reduce((lines, [name, value]) => lines + fieldLine(name, value), '')
  }

  /** So many at a time, as fast as they are taken. */
  async flood(atATime: number, seconds: number): Promise<Sent> {
    const until = performance.now() + seconds * 1000
    return this.#gather(async (one) => {
      const lane = async (): Promise<void> => {
        while (performance.now() < until) await one(performance.now())
      }
      await Promise.all(Array.from({ length: atATime }, lane))
    })
  }

  /** So many in all, so many at a time. */
  async send(count: number, atATime: number): Promise<Sent> {
    let left = count
    return this.#gather(async (one) => {
      const lane = async (): Promise<void> => {
        while (left-- > 0) await one(performance.now())
      }
      await Promise.all(Array.from({ length: atATime }, lane))
    })
  }

  /** At a rate, whatever is answered: what is late counts from when it was due. */
  async steady(perSecond: number, seconds: number): Promise<Sent> {
    return this.#gather(async (one) => {
      const begun = performance.now()
      const all: Promise<void>[] = []
      const count = Math.round(perSecond * seconds)
      for (let index = 0; index < count;) {
        const due = Math.min(count, Math.floor(((performance.now() - begun) * perSecond) / 1000))
        for (; index < due; index++) all.push(one(begun + (index * 1000) / perSecond))
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
      await Promise.all(all)
    })
  }

  close(): void {
    this.#pool.close()
  }

  async #gather(run: (one: (dueAt: number) => Promise<void>) => Promise<void>): Promise<Sent> {
    let taken = 0
    let refused = 0
    const publishMs: number[] = []
    const begun = performance.now()
    await run(async (dueAt) => {
      const status = await this.#post(dueAt)
      publishMs.push(performance.now() - dueAt)
      if (status === 202) taken++
      else refused++
    })
    return { taken, refused, seconds: (performance.now() - begun) / 1000, publishMs }
  }

  #post(dueAt: number): Promise<number> {
    const id = this.dueAt.push(dueAt) - 1
    const fields = `${this.#fields}ce-id: ${id}\r\n`
    return new Promise((resolve) => {
      let status = 0
      this.#pool.submit(
        this.#address,
        { method: 'POST', target: '/default/b', host: 'broker-ingress', fields, body: kib },
        { head: (code) => (status = code), chunk: () => undefined, end: () => resolve(status), fail: () => resolve(0) }
      )
    })
  }
}

/** A subscriber: counts what it gets, by path and id. */
export class EventSink {
  readonly #server: Server
  readonly #seen = new Map<string, Map<number, number>>()
  readonly #dueAt: () => readonly number[]
  readonly #took = new Map<string, number[]>()
  /** Paths whose requests get no answer. */
  readonly hanging = new Set<string>()
  /** Everything is answered with 503. */
  refusing = false
  received = 0
  lastAt = 0
  port = 0

  constructor(dueAt: () => readonly number[]) {
    this.#dueAt = dueAt
    this.#server = createServer({
      handler: (exchange) => {
        const path = exchange.request.target
        if (this.hanging.has(path)) return new Promise((resolve) => exchange.onEnd(() => resolve()))
        if (this.refusing) {
          exchange.respond(503)
          return undefined
        }
        const id = Number(exchange.request.headers.get('ce-id'))
        this.#note(path, id)
        exchange.respond(202)
        return undefined
      }
    })
  }

  async open(): Promise<this> {
    this.port = (await this.#server.listen({ port: 0, host: '127.0.0.1' })).port
    return this
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`
  }

  /** Different ids that came at a path. */
  distinct(path: string): number {
    return this.#seen.get(path)?.size ?? 0
  }

  /** From when each event was due to its arrival, at a path; forgets them. */
  takeMs(path: string): readonly number[] {
    const took = this.#took.get(path) ?? []
    this.#took.delete(path)
    return took
  }

  close(): Promise<void> {
    return this.#server.close()
  }

  #note(path: string, id: number): void {
    const now = performance.now()
    this.received++
    this.lastAt = now
    let seen = this.#seen.get(path)
    if (seen === undefined) this.#seen.set(path, (seen = new Map()))
    seen.set(id, (seen.get(id) ?? 0) + 1)
    let took = this.#took.get(path)
    if (took === undefined) this.#took.set(path, (took = []))
    took.push(now - (this.#dueAt()[id] ?? now))
  }
}

/** Resolves when `what` holds. Rejects after `withinMs` with what it is called. */
export async function until(what: () => boolean, name: string, withinMs = 60_000): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!what()) {
    if (performance.now() > deadline) throw new Error(`${name} did not come within ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export const p99 = (values: readonly number[]): number => percentile([...values], 0.99)
