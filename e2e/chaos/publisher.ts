/** Publishes events at a rate, keeps account of what was taken, and never sends one of a key before the last one of it was answered. */
import { Agent, request } from 'node:http'

export interface PublisherOptions {
  /** Of the Broker: where to connect, and what it is called. */
  readonly host: string
  readonly port: number
  readonly url: URL
  readonly perSecond: number
  readonly keys: number
  /** Type of the n-th event. */
  readonly typeOf: (n: number) => string
  /** What ids begin with; those of two publishers differ by it. Absent: nothing. */
  readonly prefix?: string
}

export interface Published {
  readonly id: string
  readonly type: string
  readonly key: string
}

export interface Publisher {
  /** What was answered 202, in that order. */
  readonly taken: readonly Published[]
  /** Answers of another kind, and connections that ended without one, by what they were. */
  readonly refused: ReadonlyMap<string, number>
  stop(): Promise<void>
}

const TICK_MS = 10
const PATIENCE_MS = 20_000

/** Begins at once. What is not taken is not sent again: who publishes decides that, and here it would hide what happened. */
export function startPublisher({ host, port, url, perSecond, keys, typeOf, prefix = '' }: PublisherOptions): Publisher {
  const agent = new Agent({ keepAlive: true, maxSockets: keys })
  const taken: Published[] = []
  const refused = new Map<string, number>()
  const busy = new Set<number>()
  const body = Buffer.alloc(512, 'x')
  let count = 0
  let owed = 0
  let last = performance.now()

  const settle = (key: number, event: Published, outcome: string): void => {
    if (!busy.delete(key)) return
    if (outcome === '202') taken.push(event)
    else refused.set(outcome, (refused.get(outcome) ?? 0) + 1)
  }
  const send = (key: number): void => {
    const n = (count += 1)
    const event: Published = { id: `${prefix}${key}-${n}`, type: typeOf(n), key: String(key) }
    busy.add(key)
    const headers = {
      host: url.host,
      'content-type': 'text/plain',
      'ce-specversion': '1.0',
      'ce-id': event.id,
      'ce-source': '/chaos',
      'ce-type': event.type,
      'ce-partitionkey': event.key
    }
    const sent = request({ agent, host, port, method: 'POST', path: url.pathname, headers, timeout: PATIENCE_MS }, (response) => {
      response.resume()
      response.on('end', () => settle(key, event, String(response.statusCode)))
      response.on('error', () => settle(key, event, 'cut off'))
    })
    sent.on('timeout', () => sent.destroy(new Error('no answer')))
    sent.on('error', (error: NodeJS.ErrnoException) => settle(key, event, error.code ?? error.message))
    sent.end(body)
  }
  let next = 0
  const tick = (): void => {
    const now = performance.now()
    // What could not be sent while nobody answered is not sent all at once afterwards.
    owed = Math.min(owed + ((now - last) * perSecond) / 1000, Math.max(1, perSecond / 10))
    last = now
    for (let looked = 0; owed >= 1 && looked < keys; looked += 1) {
      next = (next + 1) % keys
      if (busy.has(next)) continue
      owed -= 1
      send(next)
    }
  }
  const timer = setInterval(tick, TICK_MS)
  return {
    taken,
    refused,
    stop: async () => {
      clearInterval(timer)
      const end = performance.now() + PATIENCE_MS + 5_000
      while (busy.size > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20))
      agent.destroy()
    }
  }
}
