import { connect } from 'node:net'
import type { OwnRequest, UpstreamPool } from '@knative-ts/proxy'
import { failed, judged, late } from './failure-words.ts'
import { overTls } from './https-probe.ts'
import { healthCheckOf, isServing } from './grpc-health.ts'
import { probeAgent } from './probe-agent.ts'
import type { ProbeAction } from './probe-config.ts'

/** Tries an action once. Undefined when the user container answered well within `timeoutMs`, else what happened instead. Never rejects. */
export type Prober = (action: ProbeAction, timeoutMs: number) => Promise<string | undefined>

/** Probes over `pool`'s HTTP; `autoDetectHttp2` tries HTTP/2 with prior knowledge before HTTP/1.1. */
export function proberOver(pool: UpstreamPool, autoDetectHttp2: boolean): Prober {
  const get = async (address: string, request: OwnRequest): Promise<string | undefined> => {
    const what = `GET http://${address}${request.target}`
    try {
      const { status } = await pool.request(address, request)
      return judged(what, status)
    } catch (error) {
      return failed(what, error, request.timeoutMs)
    }
  }
  return async (action, timeoutMs) => {
    if (action.kind === 'tcp') return connects(action.address, timeoutMs)
    if (action.kind === 'grpc') return health(pool, action, timeoutMs)
    if (action.kind === 'https') return overTls(action.address, action.path, action.headers, timeoutMs)
    const request = {
      target: action.path,
      host: action.headers['Host'] ?? action.address,
      headers: { 'User-Agent': probeAgent, ...action.headers },
      timeoutMs,
      fresh: true
    }
    if (autoDetectHttp2 && (await get(action.address, { ...request, protocol: 'h2c' })) === undefined) return undefined
    return get(action.address, request)
  }
}

async function health(
  pool: UpstreamPool,
  { address, service }: ProbeAction & { kind: 'grpc' },
  timeoutMs: number
): Promise<string | undefined> {
  const what = `the gRPC health check of ${address}${service === '' ? '' : ` (service "${service}")`}`
  try {
    return isServing(await pool.request(address, healthCheckOf(service, timeoutMs))) ? undefined : `${what} did not answer SERVING`
  } catch (error) {
    return failed(what, error, timeoutMs)
  }
}

function connects(address: string, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const colon = address.lastIndexOf(':')
    const socket = connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)) })
    const settle = (failure: string | undefined): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(failure)
    }
    const timer = setTimeout(() => settle(late(`${address}`, timeoutMs)), timeoutMs)
    socket.once('connect', () => settle(undefined))
    socket.on('error', (error: NodeJS.ErrnoException) => settle(refusal(address, error)))
  })
}

/** In the words of the rest of the data path, which are Go's. */
const refusal = (address: string, error: NodeJS.ErrnoException): string =>
  `dial tcp ${address}: connect: ${error.code === 'ECONNREFUSED' ? 'connection refused' : error.message}`
