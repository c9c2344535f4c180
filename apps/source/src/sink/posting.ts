import http from 'node:http'
import https from 'node:https'
import { rootCertificates } from 'node:tls'
import type { Sink } from './sender.ts'

/** How one attempt ended. */
export type Posted = { readonly status: number } | { readonly status: undefined; readonly problem: string }

/** Connections that are kept open between events. */
const agentOptions = { keepAlive: true, maxSockets: 100 }

/** POSTs over kept-alive connections, with a pool for each set of certificates. */
export class Posting {
  readonly #timeoutMs: number
  readonly #plain = new http.Agent(agentOptions)
  readonly #tls = new Map<string, https.Agent>()

  /** `timeoutMs`: of one attempt, from its start to the end of the answer. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  /** Never rejects: what went wrong is the problem. */
  post(sink: Sink, headers: readonly (readonly [string, string])[], body: Uint8Array, signal?: AbortSignal): Promise<Posted> {
    const ends = AbortSignal.any([AbortSignal.timeout(this.#timeoutMs), ...(signal === undefined ? [] : [signal])])
    const options = { method: 'POST', signal: ends, headers: { ...Object.fromEntries(headers), 'content-length': body.length } }
    return new Promise((resolve) => {
      const problem = (error: Error): void => {
        resolve({ status: undefined, problem: ends.aborted ? `no answer within ${this.#timeoutMs} ms` : error.message })
      }
      const answered = (response: http.IncomingMessage): void => {
        response.on('error', problem)
        response.on('end', () => resolve({ status: response.statusCode ?? 0 }))
        response.resume()
      }
      try {
        const url = new URL(sink.url)
        const request =
          url.protocol === 'https:'
            ? https.request(url, { ...options, agent: this.#agentOf(sink.caCerts ?? '') }, answered)
            : http.request(url, { ...options, agent: this.#plain }, answered)
        request.on('error', problem)
        request.end(body)
      } catch (error) {
        // No URL, another protocol, certificates that are none: one source's mistake must not end the adapter of all.
        problem(error as Error)
      }
    })
  }

  #agentOf(caCerts: string): https.Agent {
    let agent = this.#tls.get(caCerts)
    if (agent === undefined) {
      agent = new https.Agent({ ...agentOptions, ...(caCerts !== '' && { ca: [...rootCertificates, caCerts] }) })
      this.#tls.set(caCerts, agent)
    }
    return agent
  }

  close(): void {
    this.#plain.destroy()
    for (const agent of this.#tls.values()) agent.destroy()
  }
}
