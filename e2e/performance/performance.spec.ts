/** The benchmarks measure what they say: each runs once, shortly, and the load generator does not take a wrong answer for a right one. No figure is judged. */
import { execFile } from 'node:child_process'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { describeWhere, itWhere, withoutCommand } from '@knative-ts/testing/prerequisites'
import { root } from '../rig/root.ts'
import { buildAnchors } from './rig/anchors.ts'
import { lenientTurn, type Load } from './rig/load.ts'
import { memoryCgroup } from './rig/memory-cgroup.ts'
import { cores, served, type Served } from './rig/pinned.ts'

const obstacle =
  cpus().length < 2 ? 'it needs two processors' : (withoutCommand('go', 'golang-go') ?? withoutCommand('taskset', 'util-linux'))

async function noCgroup(): Promise<string | undefined> {
  try {
    await memoryCgroup(2 ** 28).remove()
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

const cgroupObstacle = obstacle ?? (await noCgroup())

describeWhere('benchmarks of the data path', obstacle)('a short run prints its figures and meets no wrong answer:', () => {
  const run = async (name: string, args: readonly string[]): Promise<Record<string, number>> => {
    const program = [join(root, 'tools/run/bench.mjs'), name, ...args]
    const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: root })
    const lines = stdout.trim().split('\n')
    const figures = lines.map((line) => JSON.parse(line) as { readonly bench: string; readonly figure: string; readonly value: number })
    expect(new Set(figures.map(({ bench }) => bench))).toEqual(new Set([name]))
    return Object.fromEntries(figures.map(({ figure, value }) => [figure, value]))
  }
  const short = ['1', '--seconds=0.3']

  it.each([
    ['proxy', ['get_c50_x', 'anchor_of_bare', 'get_c500_x', 'post_1k_x', 'get_64k_x', 'post_64k_x', 'upload_1m_x']],
    ['proxy-h2', ['h2c_single_x', 'h2c_32_x', 'grpc_unary_x', 'rss_loaded_mib']],
    ['proxy-latency', ['p50_x', 'p99_x', 'p999_x']],
    ['proxy-memory', ['idle_mib', 'loaded_mib', 'per_idle_connection_kib', 'stream_growth_mib']],
    ['proxy-start', ['first_response_ms', 'context_ms', 'rss_mib']],
    ['gateway', ['rps_10000_routes_x', 'route_change_p95_ms']],
    ['log', ['append_x', 'replay_per_s']]
  ])(
    '%s',
    async (name, figures) => {
      const values = await run(name, short)
      expect(Object.keys(values)).toEqual(figures)
      for (const value of Object.values(values)) expect(value).toBeGreaterThan(0)
    },
    360_000
  )

  itWhere('the benchmark overload', cgroupObstacle)(
    'overload',
    async () => {
      const values = await run('overload', short)
      expect(Object.keys(values)).toEqual(['neighbour_p99_x', 'deaths'])
      expect(values.deaths).toBe(0)
    },
    360_000
  )
})

describeWhere('the load generator', obstacle)('the load generator', () => {
  let program: string
  let backend: Served

  beforeAll(async () => {
    const anchors = await buildAnchors()
    program = anchors('load')
    backend = await served(cores.others, anchors('backend'), [])
  }, 360_000)
  afterAll(() => backend?.stop())

  const faultsOf = async (load: Partial<Load>): Promise<string[]> => {
    const address = backend.addresses[load.protocol === 'grpc' ? 'grpc' : 'http'] ?? ''
    const { requests, errors, faults } = await lenientTurn(program, { address, connections: 2, seconds: 0.1, warmupSeconds: 0.1, ...load })
    expect(errors > 0).toBe(Object.keys(faults).length > 0)
    if (errors === 0) expect(requests).toBeGreaterThan(0)
    return Object.keys(faults)
  }

  it.each<[string, Partial<Load>]>([
    ['an empty answer', { wantLength: 0 }],
    ['a long one', { path: '/64k', wantLength: 65_536 }],
    ['how many bytes of a body came', { method: 'POST', body: 100_000, wantText: '100000' }],
    ['an echoed body', { method: 'POST', path: '/echo', body: 100_000, wantLength: 100_000 }],
    ['answers at a rate', { rate: 500, wantLength: 0 }],
    ['streams', { protocol: 'h2c', streams: 8, wantLength: 0 }],
    ['streams with bodies', { protocol: 'h2c', streams: 8, method: 'POST', body: 1000, wantText: '1000' }],
    ['gRPC calls', { protocol: 'grpc', streams: 8, body: 100, wantText: '105' }]
  ])('takes %s', async (_what, load) => {
    expect(await faultsOf(load)).toEqual([])
  })

  it.each<[string, Partial<Load>, string]>([
    ['another status', { statuses: [204] }, 'status 200'],
    ['a body that is too short', { wantLength: 1 }, 'a body of 0 bytes instead of 1'],
    ['a body that is too long', { path: '/64k', wantLength: 65_535 }, 'a body of more than 65535 bytes'],
    ['other text', { method: 'POST', body: 10, wantText: '11' }, 'body "10" instead of "11"'],
    ['other bytes', { method: 'POST', body: 1000, wantLength: 4 }, 'a body with the wrong bytes'],
    ['a stream with other text', { protocol: 'h2c', method: 'POST', body: 10, wantText: '11' }, 'body "10" instead of "11"'],
    ['a call without grpc-status', { protocol: 'grpc', path: '/x.Y/Z', address: 'http' }, 'grpc-status ""'],
    ['a process whose time it cannot read', { pid: 2 ** 22 + 1 }, 'no CPU time of process 4194305: invalid argument'],
    ['nobody who listens', { address: '127.0.0.1:1', patienceSeconds: 0.3 }, 'cannot connect: connection refused']
  ])('notices %s', async (_what, load, fault) => {
    const address = load.address === 'http' ? { address: backend.addresses.http ?? '' } : {}
    expect(await faultsOf({ ...load, ...address })).toContain(fault)
  })
})

describeWhere('the anchor', obstacle)('the anchor', () => {
  const running: Served[] = []
  afterEach(async () => {
    for (const one of running.splice(0)) await one.stop()
  })

  /** Statuses of some requests to a sidecar in front of a slow container that answers 500 when more than `limit` run at once. */
  const statusesOf = async (sidecar: readonly string[], container: readonly string[], connections: number): Promise<string[]> => {
    const anchors = await buildAnchors()
    const backend = await served(cores.others, anchors('backend'), container)
    running.push(backend)
    const anchor = await served(cores.proxy, anchors('sidecar'), ['-to', backend.addresses.http ?? '', ...sidecar])
    running.push(anchor)
    const address = anchor.addresses.http ?? ''
    const { statuses } = await lenientTurn(anchors('load'), { address, connections, seconds: 0.5, statuses: [200, 503, 504] })
    return Object.keys(statuses)
  }

  it('lets in what may run, has ten times as many wait, and refuses the rest', async () => {
    const container = ['-delay', '20ms', '-limit', '2']
    expect(await statusesOf(['-concurrency', '2'], container, 22)).toEqual(['200'])
    expect(await statusesOf(['-concurrency', '2'], container, 40)).toEqual(['200', '503'])
  })

  it.each(['-timeout', '-first-byte'])('gives up when %s has passed', async (limit) => {
    expect(await statusesOf([limit, '50ms'], ['-delay', '200ms'], 4)).toEqual(['504'])
  })
})
