/** A steady load of kept connections, each sending its next request when the last is answered. */
import { Agent, request } from 'node:http'
import { type GatewayAddress, thisMachine } from './gateway-address.ts'

export interface LoadReport {
  readonly sent: number
  /** Requests that ended in anything but 200; with `reconnect`, after the second try too. */
  readonly failures: readonly string[]
  /** Requests that needed their second try. */
  readonly retried: number
}

export interface Load {
  /** Ends the load once every request under way is answered. */
  stop(): Promise<LoadReport>
  readonly sent: () => number
}

export interface LoadOptions extends GatewayAddress {
  readonly host: string
  readonly connections: number
  readonly path?: string
  /** A request whose connection broke before the answer was complete is sent once more on a fresh connection. */
  readonly reconnect: boolean
  /** Of a connection between an answer and its next request; default 0, which takes all of the machine that there is. */
  readonly pauseMs?: number
}

interface Outcome {
  readonly status: number
  readonly error: string | undefined
}

/** Starts at once. */
export function startLoad({ address = thisMachine, port, host, connections, path = '/', reconnect, pauseMs = 0 }: LoadOptions): Load {
  const agents = Array.from({ length: connections }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
  const failures: string[] = []
  let sent = 0
  let retried = 0
  let running = true

  const once = (agent: Agent): Promise<Outcome> =>
    new Promise((resolve) => {
      const asked = request({ agent, host: address, port, path, headers: { host }, timeout: 60_000 }, (response) => {
        response.resume()
        response.on('error', (error) => resolve({ status: 0, error: error.message }))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, error: undefined }))
      })
      asked.on('timeout', () => asked.destroy(new Error('no answer within 60 s')))
      asked.on('error', (error) => resolve({ status: 0, error: error.message }))
      asked.end()
    })

  const run = async (agent: Agent): Promise<void> => {
    while (running) {
      sent++
      let outcome = await once(agent)
      if (outcome.error !== undefined && reconnect) {
        retried++
        outcome = await once(agent)
      }
      if (outcome.status !== 200) failures.push(outcome.error ?? `HTTP ${outcome.status}`)
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
  const done = Promise.all(agents.map(run))
  return {
    sent: () => sent,
    stop: async () => {
      running = false
      await done
      for (const agent of agents) agent.destroy()
      return { sent, failures, retried }
    }
  }
}
