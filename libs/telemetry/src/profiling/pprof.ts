/** V8's profiles in pprof's format (github.com/google/pprof, proto/profile.proto), gzipped, as `go tool pprof` reads them. */
import { gzipSync } from 'node:zlib'
import { Profile, StringTable } from 'pprof-format'
import type { CpuProfile, HeapNode, HeapProfile } from './profiles.ts'

type CallFrame = CpuProfile['nodes'][number]['callFrame']

/** A stack and what was counted there, leaf first. */
interface Counted {
  readonly stack: readonly CallFrame[]
  readonly values: readonly number[]
}

/** CPU time in nanoseconds, and samples, by call stack. Time in which nothing ran is left out. */
export function pprofOfCpu(profile: CpuProfile): Uint8Array {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)))
  const counted = new Map<number, { samples: number; micros: number }>()
  const { samples = [], timeDeltas = [] } = profile
  for (const [index, id] of samples.entries()) {
    const sum = counted.get(id) ?? { samples: 0, micros: 0 }
    counted.set(id, sum)
    sum.samples++
    // A delta is the time since the sample before: how long this one lasted is in the next.
    sum.micros += Math.max(0, timeDeltas[index + 1] ?? 0)
  }
  const stackOf = (id: number): CallFrame[] => {
    const stack: CallFrame[] = []
    for (let at: number | undefined = id; at !== undefined && parents.has(at); at = parents.get(at)) {
      const node = nodes.get(at)
      if (node !== undefined) stack.push(node.callFrame)
    }
    return stack
  }
  const all = [...counted]
    .map(([id, sum]) => ({ stack: stackOf(id), values: [sum.samples, sum.micros * 1_000] }))
    .filter(({ stack }) => stack.length > 0 && stack[0]?.functionName !== '(idle)')
  const micros = profile.endTime - profile.startTime
  return encoded(
    all,
    [
      ['samples', 'count'],
      ['cpu', 'nanoseconds']
    ],
    { durationNanos: micros * 1_000 }
  )
}

/** Bytes that live on, and samples of them, by the call stack that allocated them. */
export function pprofOfHeap(profile: HeapProfile): Uint8Array {
  const samples = new Map<number, number>()
  for (const { nodeId } of profile.samples) samples.set(nodeId, (samples.get(nodeId) ?? 0) + 1)
  const all: Counted[] = []
  const walk = (node: HeapNode, above: readonly CallFrame[]): void => {
    const stack = [node.callFrame, ...above]
    if (node.selfSize > 0) all.push({ stack, values: [samples.get(node.id) ?? 0, node.selfSize] })
    for (const child of node.children) walk(child, stack)
  }
  for (const child of profile.head.children) walk(child, [])
  return encoded(
    all,
    [
      ['samples', 'count'],
      ['inuse_space', 'bytes']
    ],
    {}
  )
}

function encoded(
  all: readonly Counted[],
  types: readonly (readonly [string, string])[],
  more: { readonly durationNanos?: number }
): Uint8Array {
  const stringTable = new StringTable()
  const functions = new Map<string, { id: number; name: number; systemName: number; filename: number; startLine: number }>()
  const locations = new Map<string, { id: number; line: { functionId: number; line: number }[] }>()
  const locationOf = ({ functionName, url, lineNumber }: CallFrame): number => {
    const key = `${functionName}\n${url}\n${lineNumber}`
    const known = locations.get(key)
    if (known !== undefined) return known.id
    const name = stringTable.dedup(functionName === '' ? '(anonymous)' : functionName)
    const id = locations.size + 1
    // V8 counts lines from 0, and -1 for what has none.
    const line = Math.max(0, lineNumber + 1)
    functions.set(key, { id, name, systemName: name, filename: stringTable.dedup(url), startLine: line })
    locations.set(key, { id, line: [{ functionId: id, line }] })
    return id
  }
  const sample = all.map(({ stack, values }) => ({ locationId: stack.map(locationOf), value: [...values] }))
  const profile = new Profile({
    sampleType: types.map(([type, unit]) => ({ type: stringTable.dedup(type), unit: stringTable.dedup(unit) })),
    sample,
    location: [...locations.values()],
    function: [...functions.values()],
    stringTable,
    timeNanos: Date.now() * 1e6,
    ...more
  })
  return gzipSync(profile.encode())
}
