/** One attempt of one probe or lifecycle handler, with failures in the kubelet's words. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { checkGrpcHealth } from './grpc-health.ts'
import { onceLate } from './once-late.ts'

/** What an attempt says. `refused` is set when nothing listened. */
export type Attempt = { readonly ok: true } | { readonly ok: false; readonly message: string; readonly refused?: boolean }

/** How a probe reaches its container. */
export interface ProbeTarget {
  /** Where the agent itself reaches a port of the pod. */
  reach(port: number): { readonly host: string; readonly port: number }
  /** The pod's address, for messages. */
  readonly address: string
  /** Number of a named port; throws when the container has no such port. */
  port(port: number | string): number
  /** Runs a command in the container: exit code and the first KiB of its output. */
  run(
    command: readonly string[],
    timeoutMs: number
  ): Promise<{ readonly code: number; readonly output: string; readonly timedOut: boolean }>
}

const succeeded: Attempt = { ok: true }

/** Connects and hangs up. */
export function attemptTcp(target: ProbeTarget, action: k8s.TCPSocketAction, timeoutMs: number): Promise<Attempt> {
  const port = target.port(action.port)
  const at = action.host === undefined || action.host === '' ? target.reach(port) : { host: action.host, port }
  const name = `${action.host ?? target.address}:${port}`
  return new Promise((resolve) => {
    const socket = connect({ host: at.host, port: at.port })
    const inTime = onceLate(timeoutMs, () => end({ ok: false, message: `dial tcp ${name}: i/o timeout` }))
    const end = (found: Attempt): void => {
      inTime()
      socket.destroy()
      resolve(found)
    }
    socket.on('connect', () => end(succeeded))
    socket.on('error', (error: NodeJS.ErrnoException) => end(dialFailure(name, error)))
  })
}

function dialFailure(name: string, error: NodeJS.ErrnoException): Attempt {
  const refused = error.code === 'ECONNREFUSED'
  return { ok: false, refused, message: `dial tcp ${name}: connect: ${refused ? 'connection refused' : error.message}` }
}

/** GETs and takes 200 to 399 for success. Certificates are not checked, as in Kubernetes. */
export function attemptHttp(target: ProbeTarget, action: k8s.HTTPGetAction, timeoutMs: number): Promise<Attempt> {
  const port = target.port(action.port)
  const foreign = action.host !== undefined && action.host !== ''
  const at = foreign ? { host: action.host as string, port } : target.reach(port)
  const scheme = (action.scheme ?? 'HTTP').toLowerCase()
  const path = action.path === undefined || action.path === '' ? '/' : action.path
  const host = `${foreign ? action.host : target.address}:${port}`
  const url = `${scheme}://${host}${path.startsWith('/') ? path : `/${path}`}`
  const headers: Record<string, string> = { 'user-agent': 'kube-probe/1.34', accept: '*/*', connection: 'close', host }
  for (const header of action.httpHeaders ?? []) headers[header.name.toLowerCase()] = header.value
  return new Promise((resolve) => {
    const options = { host: at.host, port: at.port, path: path.startsWith('/') ? path : `/${path}`, headers, agent: false as const }
    const request = scheme === 'https' ? httpsRequest({ ...options, rejectUnauthorized: false }) : httpRequest(options)
    const inTime = onceLate(timeoutMs, () => {
      end({ ok: false, message: `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)` })
    })
    const end = (found: Attempt): void => {
      inTime()
      request.destroy()
      resolve(found)
    }
    request.on('response', (response) => {
      const status = response.statusCode ?? 0
      response.resume()
      end(status >= 200 && status < 400 ? succeeded : { ok: false, message: `HTTP probe failed with statuscode: ${status}` })
    })
    request.on('error', (error: NodeJS.ErrnoException) => {
      const failure = error.code === 'ECONNRESET' ? { ok: false as const, message: 'EOF' } : dialFailure(host, error)
      end(failure.ok ? failure : { ...failure, message: `Get "${url}": ${failure.message}` })
    })
    request.end()
  })
}

/** Runs a command in the container; exit 0 is success. */
export async function attemptExec(target: ProbeTarget, action: k8s.ExecAction, timeoutMs: number): Promise<Attempt> {
  const result = await target.run(action.command ?? [], timeoutMs)
  if (result.timedOut)
    return { ok: false, message: `command timed out: "${(action.command ?? []).join(' ')}" timed out after ${timeoutMs / 1_000}s` }
  return result.code === 0 ? succeeded : { ok: false, message: result.output }
}

/** Whatever the probe names; a probe without an action succeeds. */
export function attempt(target: ProbeTarget, probe: k8s.Probe, timeoutMs: number): Promise<Attempt> {
  if (probe.httpGet !== undefined) return attemptHttp(target, probe.httpGet, timeoutMs)
  if (probe.tcpSocket !== undefined) return attemptTcp(target, probe.tcpSocket, timeoutMs)
  if (probe.exec !== undefined) return attemptExec(target, probe.exec, timeoutMs)
  if (probe.grpc !== undefined) {
    const at = target.reach(probe.grpc.port)
    return checkGrpcHealth(at, probe.grpc.service ?? '', timeoutMs)
  }
  return Promise.resolve(succeeded)
}
