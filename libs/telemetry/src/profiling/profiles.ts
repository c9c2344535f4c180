/** CPU and heap profiles of this process, taken by V8 itself. Loaded only when profiling is switched on. */
import { Session } from 'node:inspector/promises'
import type { Profiler } from 'node:inspector'
import { getHeapSnapshot } from 'node:v8'
import type { Readable } from 'node:stream'

/** Microseconds between two samples of the CPU: pprof's hundred a second would miss much in a process that answers within 1 ms. */
const samplingMicroseconds = 1_000
/** Bytes allocated between two samples of the heap; V8's own default is 32 KiB. */
const samplingBytes = 64 * 1024

/** What a V8 `.cpuprofile` file holds. */
export type CpuProfile = Profiler.Profile
/** What was allocated at one place of one call stack, and lives on. Sizes in bytes. */
export interface HeapNode {
  readonly id: number
  readonly callFrame: Profiler.ProfileNode['callFrame']
  readonly selfSize: number
  readonly children: readonly HeapNode[]
}

/** What a V8 `.heapprofile` file holds; Node's types know but a part of it. */
export interface HeapProfile {
  readonly head: HeapNode
  readonly samples: readonly { readonly size: number; readonly nodeId: number; readonly ordinal: number }[]
}

/** Watches the CPU for `seconds`, or until `signal` aborts. */
export function cpuProfile(seconds: number, signal: AbortSignal): Promise<CpuProfile> {
  return inspecting(async (session) => {
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: samplingMicroseconds })
    await session.post('Profiler.start')
    await passed(seconds, signal)
    return (await session.post('Profiler.stop')).profile
  })
}

/** Samples what is allocated within `seconds` and lives on: where memory comes from, without its contents. */
export function heapProfile(seconds: number, signal: AbortSignal): Promise<HeapProfile> {
  return inspecting(async (session) => {
    await session.post('HeapProfiler.enable')
    await session.post('HeapProfiler.startSampling', { samplingInterval: samplingBytes })
    await passed(seconds, signal)
    return (await session.post('HeapProfiler.stopSampling')).profile as unknown as HeapProfile
  })
}

/** Everything in memory, as a `.heapsnapshot` file: keys and tokens are in it. Stops the process while it is made. */
export const heapSnapshot = (): Readable => getHeapSnapshot()

async function inspecting<T>(take: (session: Session) => Promise<T>): Promise<T> {
  const session = new Session()
  session.connect()
  try {
    return await take(session)
  } finally {
    session.disconnect()
  }
}

function passed(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, seconds * 1000)
    function end(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}
