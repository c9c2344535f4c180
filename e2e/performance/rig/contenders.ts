/** Ours and the anchors, all in front of one backend. Who has no turn costs nothing. */
import { buildAnchors } from './anchors.ts'
import { cores, served, type Served } from './pinned.ts'
import { startQueueProxy } from './queue-proxy-role.ts'

/** What the anchor's breaker lets in, and ours. */
export const concurrency = 1000

export interface Contender {
  readonly name: string
  readonly pid: number
  readonly address: string
}

export interface Contenders {
  /** The load generator. */
  readonly load: string
  readonly ours: Contender
  readonly anchor: Contender
  readonly bare: Contender
  /** Without any proxy. */
  readonly backend: Contender
  stop(): Promise<void>
}

/** Starts them. `upstream`: which address of the backend they go to. `main`: another bundle of ours. */
export async function startContenders({
  upstream = 'http',
  main
}: {
  upstream?: 'http' | 'grpc'
  main?: string | undefined
}): Promise<Contenders> {
  const program = await buildAnchors()
  const backend = await served(cores.others, program('backend'), [])
  const to = backend.addresses[upstream] ?? ''
  const env = { ...process.env, GOMAXPROCS: '1' }
  const anchor = await served(cores.proxy, program('sidecar'), ['-to', to, '-concurrency', String(concurrency)], env)
  const bare = await served(cores.proxy, program('bare'), ['-to', to], env)
  const userPort = Number(to.split(':')[1])
  const ours = await startQueueProxy({ userPort, concurrency, main })
  return {
    load: program('load'),
    ours: { name: 'ours', ...ours },
    anchor: contender('anchor', anchor),
    bare: contender('bare', bare),
    backend: { name: 'backend', pid: backend.pid, address: to },
    stop: async () => {
      await Promise.all([ours, anchor, bare, backend].map((one) => one.stop()))
    }
  }
}

const contender = (name: string, { pid, addresses }: Served): Contender => ({ name, pid, address: addresses.http ?? '' })
