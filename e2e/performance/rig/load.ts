/** One turn of the load generator. */
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { cores, pinned } from './pinned.ts'

export interface Load {
  /** `IPv4:PORT` */
  readonly address: string
  readonly protocol?: 'h1' | 'h2c' | 'grpc'
  readonly connections?: number
  /** At once on one connection of HTTP/2. */
  readonly streams?: number
  readonly method?: string
  readonly path?: string
  /** With `hosts`: contains `%d`. */
  readonly host?: string
  /** So many hosts in turn, `%d` being 0, 1, 2 and so on. */
  readonly hosts?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Bytes. */
  readonly body?: number
  /** That are right; the first is the one whose body and latency count. */
  readonly statuses?: readonly number[]
  readonly wantLength?: number
  readonly wantText?: string
  /** Requests a second in an open loop; without: as fast as they are answered. */
  readonly rate?: number
  readonly seed?: number
  readonly seconds: number
  readonly warmupSeconds?: number
  readonly patienceSeconds?: number
  /** Process whose CPU time is wanted. */
  readonly pid?: number
  /** Where the load generator runs: on the core that is not the proxy's unless told. */
  readonly pin?: boolean
  /** It gives way to everybody else on its core: what it does to them by being there is not what is measured. */
  readonly yields?: boolean
}

export interface Turn {
  readonly requests: number
  readonly errors: number
  /** How often each thing went wrong. */
  readonly faults: Readonly<Record<string, number>>
  /** Seconds after the start at which the first ones did. */
  readonly faultsAt: readonly number[]
  readonly statuses: Readonly<Record<string, number>>
  /** Connections that the other side ended between two requests. */
  readonly reconnects: number
  readonly seconds: number
  /** User and system. */
  readonly cpuSeconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
  readonly worstMs: number
}

/** Runs `program` (the load generator) to its end. Rejects when one answer was wrong or missing. */
export async function turn(program: string, load: Load): Promise<Turn> {
  const done = await lenientTurn(program, load)
  if (done.errors > 0 || done.requests === 0) {
    throw new Error(`${done.errors} of ${done.requests + done.errors} requests failed: ${JSON.stringify(done.faults)}`)
  }
  return done
}

/** The same, and the caller looks at the errors. */
export async function lenientTurn(program: string, load: Load): Promise<Turn> {
  const [command = '', ...args] = [...(load.yields === true ? ['nice', '-n', '19'] : []), program, ...argumentsOf(load)]
  const child = pinned(load.pin === false ? undefined : cores.others, command, args)
  const [out, said, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'exit')])
  if (code !== 0) throw new Error(`the load generator ended with ${String(code)}: ${said}`)
  return JSON.parse(out) as Turn
}

function argumentsOf(load: Load): string[] {
  const given: Readonly<Record<string, string | number | undefined>> = {
    address: load.address,
    protocol: load.protocol,
    connections: load.connections,
    streams: load.streams,
    method: load.method,
    path: load.path,
    host: load.host,
    hosts: load.hosts,
    body: load.body,
    statuses: load.statuses?.join(','),
    'want-length': load.wantLength,
    'want-text': load.wantText,
    rate: load.rate,
    seed: load.seed,
    duration: `${load.seconds}s`,
    warmup: `${load.warmupSeconds ?? 0.3}s`,
    patience: load.patienceSeconds === undefined ? undefined : `${load.patienceSeconds}s`,
    pid: load.pid
  }
  const headers = Object.entries(load.headers ?? {}).flatMap(([name, value]) => ['-header', `${name}: ${value}`])
  return [...Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`-${name}`, String(value)])), ...headers]
}
