/** An open loop: so many requests a second, whatever becomes of those before, each with the story of what became of it. */
import { Agent, request } from 'node:http'
import type { Address } from './send-to.ts'

export interface Asked {
  /** Milliseconds of performance.now. */
  readonly at: number
  readonly ms: number
  /** What went wrong; undefined for a 200. */
  readonly failure: string | undefined
}

export interface PacedOptions {
  readonly gateway: Address
  /** Host of the Service. */
  readonly host: string
  readonly path?: string
  readonly perSecond: number
  /** `fresh`: a connection for each request; `kept`: used again as they are free. */
  readonly connections: 'fresh' | 'kept'
}

export interface PacedRequests {
  readonly sent: () => number
  readonly failures: () => readonly Asked[]
  /** Ends the load when every request under way has ended. */
  stop(): Promise<readonly Asked[]>
}

/** Longer than any hold of the platform. */
const timeoutMs = 60_000

/** Starts at once. Nothing is ever sent twice. */
export function startPacedRequests(options: PacedOptions): PacedRequests {
  const { gateway, host, path = '/', perSecond, connections } = options
  const agent = connections === 'fresh' ? false : new Agent({ keepAlive: true })
  const done: Asked[] = []
  const open = new Set<Promise<void>>()
  const began = performance.now()
  let sent = 0

  const ask = (): Promise<string | undefined> =>
    new Promise((resolve) => {
      const asked = request({ ...gateway, path, agent, headers: { host }, timeout: timeoutMs }, (response) => {
        response.resume()
        response.on('error', (error) => resolve(`in the answer: ${error.message}`))
        response.on('end', () => resolve(response.statusCode === 200 ? undefined : `HTTP ${response.statusCode}`))
      })
      asked.on('timeout', () => asked.destroy(new Error(`no answer within ${timeoutMs} ms`)))
      asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      asked.end()
    })

  const send = (): void => {
    sent++
    const at = performance.now()
    const one: Promise<void> = ask().then((failure) => {
      done.push({ at, ms: performance.now() - at, failure })
      open.delete(one)
    })
    open.add(one)
  }
  // A timer that comes late makes up for it: the pace is what was asked for.
  const timer = setInterval(() => {
    const due = ((performance.now() - began) / 1_000) * perSecond
    while (sent < due) send()
  }, 1_000 / perSecond)

  return {
    sent: () => sent,
    failures: () => done.filter(({ failure }) => failure !== undefined),
    stop: async () => {
      clearInterval(timer)
      await Promise.all(open)
      if (agent !== false) agent.destroy()
      return done
    }
  }
}
