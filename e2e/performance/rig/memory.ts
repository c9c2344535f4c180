import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { figure } from '../../rig/figure.ts'
import { machine } from '../../rig/machine.ts'
import { buildAnchors, type Anchor } from './anchors.ts'
import { turn } from './load.ts'
import type { BenchOptions } from './options.ts'
import { median } from './pairs.ts'
import { cores, outputOf, pinned, served, type Served } from './pinned.ts'
import { rssMiB } from './rss.ts'

const connections = 10_000
const gibibyte = 2 ** 30
/** What a process does right after its work is over by then. */
const settleMs = 1000

interface Weights {
  readonly idle: number
  readonly loaded: number
  readonly perConnectionKib: number
  readonly streamGrowth: number
}

type Programs = (name: Anchor) => string

/** A fresh core for each run, and one for the stream: what one measurement leaves behind must not hide what the next one takes. */
export async function measureMemory({ pairs: runs, seconds }: BenchOptions): Promise<void> {
  const program = await buildAnchors()
  const backend = await served(cores.others, program('backend'), [])
  const to = backend.addresses.http ?? ''
  try {
    const all: Weights[] = []
    for (let run = 0; run < runs; run++) {
      const [idle, streamGrowth] = await withCore(to, async (core) => [await settled(core), await growthWhileStreaming(program, core)])
      const perConnectionKib = await withCore(to, (core) => weightOfConnections(program, core))
      const loaded = await withCore(to, (core) => weightLoaded(program, core, seconds))
      all.push({ idle, loaded, perConnectionKib, streamGrowth })
    }
    const say = (name: string, of: (weights: Weights) => number, unit: string, goal: number): void =>
      figure('proxy-memory', name, median(all.map(of)), unit, {
        goal,
        runs,
        worst: Number(Math.max(...all.map(of)).toPrecision(3)),
        ...machine()
      })
    say('idle_mib', ({ idle }) => idle, 'MiB', 50)
    say('loaded_mib', ({ loaded }) => loaded, 'MiB', 80)
    say('per_idle_connection_kib', ({ perConnectionKib }) => perConnectionKib, 'KiB', 6)
    say('stream_growth_mib', ({ streamGrowth }) => streamGrowth, 'MiB', 16)
  } catch (error) {
    console.error(error)
    process.exitCode = 1
  } finally {
    await backend.stop()
  }
}

async function withCore<T>(to: string, measure: (core: Served) => Promise<T>): Promise<T> {
  const core = await served(cores.proxy, process.execPath, [process.argv[1] ?? '', '--part=core', to])
  try {
    return await measure(core)
  } finally {
    await core.stop()
  }
}

async function settled({ pid }: Served): Promise<number> {
  await delay(settleMs)
  return rssMiB(pid)
}

/** The most after any of the kinds of load. */
async function weightLoaded(program: Programs, { pid, addresses }: Served, seconds: number): Promise<number> {
  const kib = 1024
  const loads = [
    { connections: 50, wantLength: 0 },
    { connections: 500, wantLength: 0 },
    { connections: 50, path: '/64k', wantLength: 64 * kib },
    { connections: 50, method: 'POST', body: 64 * kib, wantText: String(64 * kib) },
    { connections: 50, method: 'POST', body: kib * kib, wantText: String(kib * kib) }
  ]
  const weights: number[] = []
  for (const load of loads) {
    await turn(program('load'), { ...load, address: addresses.http ?? '', seconds })
    weights.push(rssMiB(pid))
  }
  return Math.max(...weights)
}

/** Connections that have had a request each. What the first thousand took, which warm up what all need, does not count. */
async function weightOfConnections(program: Programs, core: Served): Promise<number> {
  const hold = async (count: number): Promise<() => Promise<void>> => {
    const holder = await served(cores.others, program('hold'), ['-address', core.addresses.http ?? '', '-connections', String(count)])
    return () => holder.stop()
  }
  const first = await hold(1000)
  const before = await settled(core)
  const all = await hold(connections)
  const after = await settled(core)
  await Promise.all([first(), all()])
  return ((after - before) * 1024) / connections
}

async function growthWhileStreaming(program: Programs, { pid, addresses }: Served): Promise<number> {
  const before = rssMiB(pid)
  const reader = pinned(cores.others, program('slow'), ['-url', `http://${addresses.http}/1g`])
  const said = outputOf(reader)
  let most = before
  const look = setInterval(() => (most = Math.max(most, rssMiB(pid))), 50)
  try {
    const [out, [code]] = await Promise.all([text(reader.stdout!), once(reader, 'exit')])
    if (code !== 0 || (JSON.parse(out) as { bytes: number }).bytes !== gibibyte) throw new Error(`the slow reader got ${out}${said()}`)
  } finally {
    clearInterval(look)
  }
  return most - before
}
