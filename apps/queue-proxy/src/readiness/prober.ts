import { connect } from 'node:net'
import type { OwnRequest, UpstreamPool } from '@knative-ts/proxy'
import { answersOverTls } from './https-probe.ts'
import { healthCheckOf, isServing } from './grpc-health.ts'
import { probeAgent } from './probe-agent.ts'
import type { ProbeAction } from './probe-config.ts'

/** Tries an action once. True when the user container answered well within `timeoutMs`. Never rejects. */
export type Prober = (action: ProbeAction, timeoutMs: number) => Promise<boolean>

/** Probes over `pool`'s HTTP; `autoDetectHttp2` tries HTTP/2 with prior knowledge before HTTP/1.1. */
export function proberOver(pool: UpstreamPool, autoDetectHttp2: boolean): Prober {
  const answersWell = async (address: string, request: OwnRequest): Promise<boolean> => {
    try {
      const { status } = await pool.request(address, request)
      return status >= 200 && status < 400
    } catch {
      // Whatever the reason, an application that does not answer is not ready.
      return false
    }
  }
  return async (action, timeoutMs) => {
    if (action.kind === 'tcp') return connects(action.address, timeoutMs)
    if (action.kind === 'grpc') {
      return pool.request(action.address, healthCheckOf(action.service, timeoutMs)).then(isServing, () => false)
    }
    if (action.kind === 'https') return answersOverTls(action.address, action.path, action.headers, timeoutMs)
    const request = {
      target: action.path,
      host: action.headers['Host'] ?? action.address,
      headers: { 'User-Agent': probeAgent, ...action.headers },
      timeoutMs,
      fresh: true
    }
    if (autoDetectHttp2 && (await answersWell(action.address, { ...request, protocol: 'h2c' }))) return true
    return answersWell(action.address, request)
  }
}

function connects(address: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const colon = address.lastIndexOf(':')
    const socket = connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)) })
    const settle = (ready: boolean): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(ready)
    }
    const timer = setTimeout(() => settle(false), timeoutMs)
    socket.once('connect', () => settle(true))
    socket.on('error', () => settle(false))
  })
}
