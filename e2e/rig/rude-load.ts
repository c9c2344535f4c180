/** A load of which a good part gives up: before its answer, while it is held, in the middle of its body, in the middle of the answer. */
import { connect, type Socket } from 'node:net'
import { type GatewayAddress, thisMachine } from './gateway-address.ts'

export interface RudeLoadOptions extends GatewayAddress {
  readonly host: string
  /** How many clients there are, each with one request at a time. May be changed while it runs. */
  readonly clients: number
  /** Ends when so many have been sent; by default when it is resized to 0. */
  readonly requests?: number
  /** Gives [0, 1). */
  readonly random: () => number
}

export interface RudeLoadReport {
  sent: number
  /** Requests that were given up. */
  abandoned: number
  /** Those that were waited for, by status; 0: the connection broke. */
  readonly statuses: Map<number, number>
  /** Bodies of answers other than 200, and of broken ones what was sent: a few for a failure's message. */
  readonly failures: string[]
  /** `revision/pod` of all that answered. */
  readonly from: Set<string>
  /** The most requests that a user container ever had open, by its own count. */
  most: number
  /** What it says of the first time that there were two. */
  overlap: string
}

export interface RudeLoad {
  readonly report: RudeLoadReport
  /** Resolves when all that were sent have been answered or given up. */
  readonly done: Promise<void>
  /** More clients, or fewer, from now on; 0 ends it. */
  resize(clients: number): void
}

/** A kept connection of one client. */
class RudeConnection {
  readonly socket: Socket
  #text = ''
  #settle: ((answer: string) => void) | undefined

  constructor({ address = thisMachine, port }: GatewayAddress) {
    this.socket = connect({ port, host: address, noDelay: true })
    this.socket.setEncoding('latin1')
    this.socket.on('data', (text: string) => {
      this.#text += text
      const end = this.#text.indexOf('\r\n\r\n')
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.#text)?.[1] ?? 0)
      if (end >= 0 && this.#text.length >= end + 4 + length) this.#over()
    })
    this.socket.on('close', () => this.#over())
    // Followed by `close`, which ends the wait.
    this.socket.on('error', () => undefined)
  }

  /** The whole answer, or what came of it before the connection broke. */
  answer(): Promise<string> {
    return new Promise((resolve) => {
      this.#settle = resolve
      if (this.socket.destroyed) this.#over()
    })
  }

  #over(): void {
    const text = this.#text
    this.#text = ''
    this.#settle?.(text)
    this.#settle = undefined
  }
}

const patience = (random: () => number): number => Math.floor(random() * 8)
const pause = (ms: number): Promise<void> =>
  ms === 0 ? new Promise((resolve) => setImmediate(resolve)) : new Promise((resolve) => setTimeout(resolve, ms))

/** Starts at once. */
export function startRudeLoad({ host, clients, requests = Infinity, random, ...gateway }: RudeLoadOptions): RudeLoad {
  const report: RudeLoadReport = { sent: 0, abandoned: 0, statuses: new Map(), failures: [], from: new Set(), most: 0, overlap: '' }
  let wanted = clients
  let running = 0
  let finish = (): void => undefined
  const done = new Promise<void>((resolve) => (finish = resolve))

  const take = (text: string, sent: string): void => {
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0)
    report.statuses.set(status, (report.statuses.get(status) ?? 0) + 1)
    if (status !== 200 && report.failures.length < 20)
      report.failures.push(`${sent}: ${text.slice(text.indexOf('\r\n\r\n') + 4) || text || 'broken'}`)
    const from = /\r\nx-from: (.+)\r\n/i.exec(text)?.[1]
    if (from !== undefined) report.from.add(from)
    report.most = Math.max(report.most, Number(/\r\nx-most: (\d+)/i.exec(text)?.[1] ?? 0))
    report.overlap ||= /\r\nx-overlaps: \d+ (.+)\r\n/i.exec(text)?.[1] ?? ''
  }

  const client = async (): Promise<void> => {
    let connection: RudeConnection | undefined
    running++
    while (report.sent < requests && running <= wanted) {
      report.sent++
      if (connection === undefined || connection.socket.destroyed) connection = new RudeConnection(gateway)
      const { socket } = connection
      const answered = connection.answer()
      const draw = random()
      const end = `HTTP/1.1\r\nHost: ${host}\r\n`
      if (draw < 0.6) {
        socket.write(`GET /?plain=${report.sent} ${end}\r\n`)
        take(await answered, 'GET')
        continue
      }
      if (draw < 0.7) {
        const body = 'x'.repeat(20_000)
        socket.write(`POST /?body=${report.sent} ${end}Content-Length: ${2 * body.length}\r\n\r\n${body}`)
        await pause(0)
        socket.write(body)
        take(await answered, 'POST')
        continue
      }
      report.abandoned++
      if (draw < 0.8) {
        // Given up while it is held, or while the container works.
        socket.write(`GET /?ms=5&left=${report.sent} ${end}\r\n`)
        await pause(patience(random))
      } else if (draw < 0.9) {
        socket.write(`POST /?upload=${report.sent} ${end}Content-Length: 400000\r\n\r\n${'x'.repeat(Math.floor(random() * 200_000))}`)
        await pause(patience(random))
      } else {
        socket.write(`GET /?drip=50&stream=${report.sent} ${end}\r\n`)
        await pause(patience(random))
      }
      if (random() < 0.5) socket.destroy()
      else socket.resetAndDestroy()
      await answered
    }
    running--
    connection?.socket.destroy()
    if (running === 0) finish()
  }

  const fill = (): void => {
    for (let missing = wanted - running; missing > 0 && report.sent < requests; missing--) void client()
  }
  fill()
  return {
    report,
    done,
    resize: (count) => {
      wanted = count
      fill()
    }
  }
}
