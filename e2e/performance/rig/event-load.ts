/** Events sent and received in this process, on libs/proxy's own core: it must cost less than what it measures. */
import {
  createServer,
  createUpstreamPool,
  fieldLine,
  type Server,
  type Submission,
  type SubmissionListener,
  type UpstreamPool
} from '@knative-ts/proxy'
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

/** One event at a time on its way: an object that is used again, because what is measured has the same two cores. */
class Lane implements Submission, SubmissionListener {
  readonly method = 'POST'
  readonly target = '/default/b'
  readonly host = 'broker-ingress'
  readonly body = kib
  readonly fields: string
  tail = ''
  dueAt = 0
  readonly #answered: (lane: Lane, status: number) => void
  #status = 0

  constructor(fields: string, answered: (lane: Lane, status: number) => void) {
    this.fields = fields
    this.#answered = answered
  }

  head(status: number): void {
    this.#status = status
  }

  chunk(): void {
    // What is wrong stands in a header.
  }

  end(): void {
    this.#answered(this, this.#status)
  }

  fail(): void {
    this.#answered(this, 0)
  }
}

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
  flood(atATime: number, seconds: number): Promise<Sent> {
    const until = performance.now() + seconds * 1000
    return this.#inTurn(atATime, () => performance.now() < until)
  }

  /** So many in all, so many at a time. */
  send(count: number, atATime: number): Promise<Sent> {
    let left = count
    return this.#inTurn(atATime, () => left-- > 0)
  }

  /** At a rate, whatever is answered: what is late counts from when it was due. */
  async steady(perSecond: number, seconds: number): Promise<Sent> {
    const count = Math.round(perSecond * seconds)
    const free: Lane[] = []
    let over = 0
    const answers = new Answers((lane) => {
      over++
      free.push(lane)
    })
    const begun = performance.now()
    for (let index = 0; index < count;) {
      const due = Math.min(count, Math.floor(((performance.now() - begun) * perSecond) / 1000))
      for (; index < due; index++) this.#post(free.pop() ?? answers.lane(this.#fields), begun + (index * 1000) / perSecond)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    while (over < count) await new Promise((resolve) => setTimeout(resolve, 1))
    return answers.sent
  }

  close(): void {
    this.#pool.close()
  }

  /** Each lane sends its next event when the one before is answered, as long as there is one. */
  async #inTurn(atATime: number, hasNext: () => boolean): Promise<Sent> {
    const done = Promise.withResolvers<void>()
    let busy = atATime
    const next = (lane: Lane): void => {
      if (hasNext()) this.#post(lane, performance.now())
      else if (--busy === 0) done.resolve()
    }
    const answers = new Answers(next)
    for (let index = 0; index < atATime; index++) next(answers.lane(this.#fields))
    await done.promise
    return answers.sent
  }

  #post(lane: Lane, dueAt: number): void {
    const id = this.dueAt.push(dueAt) - 1
    lane.dueAt = dueAt
    lane.tail = `ce-id: ${id}\r\n`
    this.#pool.submit(this.#address, lane, lane)
  }
}

/** What became of the events of one load. */
class Answers {
  readonly #next: (lane: Lane) => void
  readonly #begun = performance.now()
  readonly #publishMs: number[] = []
  #taken = 0

  /** @param next is told of each lane that is free again. */
  constructor(next: (lane: Lane) => void) {
    this.#next = next
  }

  lane(fields: string): Lane {
    return new Lane(fields, this.#answered)
  }

  get sent(): Sent {
    const taken = this.#taken
    const refused = this.#publishMs.length - taken
    return { taken, refused, seconds: (performance.now() - this.#begun) / 1000, publishMs: this.#publishMs }
  }

  readonly #answered = (lane: Lane, status: number): void => {
    this.#publishMs.push(performance.now() - lane.dueAt)
    if (status === 202) this.#taken++
    this.#next(lane)
  }
}

/** Frozen: such an answer is composed once. */
const nothing = Object.freeze({})

/** Which ids have come. Those of a load begin with 0 and have no gaps: a map of a million of them stops the process for as long as it is measured to wait. */
class Seen {
  #ids = new Uint8Array(1 << 16)
  distinct = 0

  note(id: number): void {
    if (id >= this.#ids.length) {
      const more = new Uint8Array(Math.max(2 * this.#ids.length, id + 1))
      more.set(this.#ids)
      this.#ids = more
    }
    if (this.#ids[id] === 0) this.distinct++
    this.#ids[id] = 1
  }
}

/** A subscriber: counts what it gets, by path and id. */
export class EventSink {
  readonly #server: Server
  readonly #seen = new Map<string, Seen>()
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
        exchange.respond(202, nothing)
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
    return this.#seen.get(path)?.distinct ?? 0
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
    if (seen === undefined) this.#seen.set(path, (seen = new Seen()))
    seen.note(id)
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
