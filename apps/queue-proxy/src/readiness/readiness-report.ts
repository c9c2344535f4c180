/** Says why the user container is not ready, in the log: the controller reads it there, and hands it on in the condition of the Revision. */
import { readinessOpening } from '@knative-ts/telemetry/readiness-opening'
import { listeningPorts, type Listening } from './listening-ports.ts'

/** The same failure is written again after this time: lines of others push it out of the end of the log. ms */
const againMs = 10_000

export interface ReportOptions {
  /** Ports of the sidecar itself. */
  readonly ownPorts: readonly number[]
  /** The pod's address: where it is on loopback, the machine's other sockets are none of the pod's. */
  readonly podIp: string
  readonly write: (line: string) => void
  readonly listening?: () => Promise<Listening[]>
  readonly now?: () => number
}

/** Writes each failure when it is new, or was written long ago. */
export class ReadinessReport {
  readonly #options: ReportOptions
  #last = ''
  #at = Number.NEGATIVE_INFINITY

  constructor(options: ReportOptions) {
    this.#options = options
  }

  /** What a probe found. */
  async tell(failure: string): Promise<void> {
    const { now = () => performance.now(), write } = this.#options
    const at = now()
    if (failure === this.#last && at - this.#at < againMs) return
    this.#last = failure
    this.#at = at
    const message = `${readinessOpening}${failure}${await this.#advice(failure)}`
    write(`${JSON.stringify({ severity: 'warn', logger: 'queue-proxy', timestamp: new Date().toISOString(), message })}\n`)
  }

  async #advice(failure: string): Promise<string> {
    const port = Number(/:(\d+): connect: connection refused$/.exec(failure)?.[1] ?? 0)
    if (port !== 0) return closedAdvice(port, await this.#ofUser())
    if (/ did not answer within /.test(failure)) {
      return '. Let it answer sooner, or raise timeoutSeconds of the readiness probe.'
    }
    if (failure.endsWith(' answered 404')) return '. Check the path of the readiness probe: the container has nothing there.'
    if (/ answered \d+$/.test(failure)) return '. The container says that it is not ready: its log should say why.'
    return '.'
  }

  async #ofUser(): Promise<Listening[]> {
    const { ownPorts, podIp, listening = () => listeningPorts() } = this.#options
    const all = await listening()
    return all.filter(({ address, port }) => !ownPorts.includes(port) && (!podIp.startsWith('127.') || address === podIp))
  }
}

function closedAdvice(port: number, open: readonly Listening[]): string {
  const here = open.filter((one) => one.port === port)
  if (here.length > 0) {
    return `. The container listens on ${here.map(({ address }) => address).join(', ')} only: let it listen on 0.0.0.0 or 127.0.0.1.`
  }
  const others = [...new Set(open.map((one) => one.port))].sort((a, b) => a - b)
  if (others.length === 0)
    return `. Nothing listens on port ${port}: the container must listen there (the serving one finds the port in variable PORT).`
  const ports = others.join(', ')
  return `. Nothing listens on port ${port}; the container listens on ${ports}: let it listen on ${port} (variable PORT), or set containerPort to ${others[0]}.`
}
