/** One readiness probe as the Revision reconciler writes it into SERVING_READINESS_PROBE (reference 2.3): hosts and ports are filled in. */
export interface ReadinessProbe {
  readonly action: ProbeAction
  /** 0: aggressive, see the readiness runner. */
  readonly periodSeconds: number
  /** At least 1 where it is used. */
  readonly timeoutSeconds: number
  readonly successThreshold: number
}

export type ProbeAction =
  | { readonly kind: 'tcp'; readonly address: string }
  | {
      readonly kind: 'http' | 'https'
      readonly address: string
      readonly path: string
      readonly headers: Readonly<Record<string, string>>
    }
  | { readonly kind: 'grpc'; readonly address: string; readonly service: string }

interface ProbeJson {
  tcpSocket?: { host?: string; port?: number | string }
  httpGet?: { host?: string; port?: number | string; path?: string; scheme?: string; httpHeaders?: { name: string; value: string }[] }
  grpc?: { port?: number; service?: string | null }
  periodSeconds?: number
  timeoutSeconds?: number
  successThreshold?: number
}

/** One probe, or an array of them with multi-container probing. Throws an Error that names the part it cannot use. */
export function parseProbes(json: unknown): readonly ReadinessProbe[] {
  const list = (Array.isArray(json) ? json : [json]) as ProbeJson[]
  return list.map((probe) => ({
    action: actionOf(probe),
    periodSeconds: probe.periodSeconds ?? 0,
    timeoutSeconds: Math.max(probe.timeoutSeconds ?? 1, 1),
    successThreshold: Math.max(probe.successThreshold ?? 1, 1)
  }))
}

function actionOf(probe: ProbeJson): ProbeAction {
  if (probe.httpGet !== undefined) {
    const { host, port, path = '/', scheme = '', httpHeaders = [] } = probe.httpGet
    const headers = Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value]))
    const kind = scheme.toUpperCase() === 'HTTPS' ? 'https' : 'http'
    return { kind, address: addressOf(host, port), path: `/${path.replace(/^\/+/, '')}`, headers }
  }
  if (probe.tcpSocket !== undefined) return { kind: 'tcp', address: addressOf(probe.tcpSocket.host, probe.tcpSocket.port) }
  if (probe.grpc !== undefined) return { kind: 'grpc', address: addressOf(undefined, probe.grpc.port), service: probe.grpc.service ?? '' }
  throw new Error('a readiness probe needs httpGet, tcpSocket or grpc')
}

function addressOf(host: string | undefined, port: number | string | undefined): string {
  const number = Number(port)
  if (!Number.isInteger(number) || number < 1 || number > 65_535) throw new Error(`readiness probe port ${String(port)}: want 1 to 65535`)
  return `${host === undefined || host === '' ? '127.0.0.1' : host}:${number}`
}
