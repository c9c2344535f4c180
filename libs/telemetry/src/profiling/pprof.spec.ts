import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { Profile } from 'pprof-format'
import { pprofOfCpu, pprofOfHeap } from './pprof.ts'
import { cpuProfile, heapProfile } from './profiles.ts'

/** Stacks of a profile as text, leaf first, with their values. */
function readable(packed: Uint8Array) {
  const profile = Profile.decode(gunzipSync(packed))
  const text = (index: number | bigint): string => profile.stringTable.strings[Number(index)] ?? ''
  const functions = new Map(profile.function.map((each) => [Number(each.id), each]))
  const locations = new Map(profile.location.map((each) => [Number(each.id), each]))
  const nameOf = (id: number | bigint): string => {
    const line = locations.get(Number(id))?.line[0]
    const own = functions.get(Number(line?.functionId ?? 0))
    return `${text(own?.name ?? 0)} ${text(own?.filename ?? 0)}:${Number(line?.line ?? 0)}`
  }
  return {
    types: profile.sampleType.map(({ type, unit }) => `${text(type)}/${text(unit)}`),
    samples: profile.sample.map(({ locationId, value }) => ({ stack: locationId.map(nameOf), value: value.map(Number) })),
    durationNanos: Number(profile.durationNanos)
  }
}

const frame = (functionName: string, lineNumber = 0) => ({ functionName, scriptId: '1', url: 'file:///a.ts', lineNumber, columnNumber: 0 })

describe('pprof', () => {
  it('of the CPU has time by stack, without what was idle', () => {
    const profile = {
      startTime: 1_000,
      endTime: 5_000,
      nodes: [
        { id: 1, callFrame: frame('(root)', -1), children: [2, 4] },
        { id: 2, callFrame: frame('serve', 9), children: [3] },
        { id: 3, callFrame: frame('', 4) },
        { id: 4, callFrame: frame('(idle)', -1) }
      ],
      samples: [2, 3, 3, 4],
      timeDeltas: [100, 1_000, 500, 700]
    }
    expect(readable(pprofOfCpu(profile))).toEqual({
      types: ['samples/count', 'cpu/nanoseconds'],
      samples: [
        { stack: ['serve file:///a.ts:10'], value: [1, 1_000_000] },
        { stack: ['(anonymous) file:///a.ts:5', 'serve file:///a.ts:10'], value: [2, 1_200_000] }
      ],
      durationNanos: 4_000_000
    })
  })

  it('of the heap has bytes by the stack that allocated them', () => {
    const profile = {
      head: {
        callFrame: frame('(root)', -1),
        selfSize: 0,
        id: 1,
        children: [
          {
            callFrame: frame('keep', 0),
            selfSize: 64,
            id: 2,
            children: [{ callFrame: frame('grow', 7), selfSize: 4_096, id: 3, children: [] }]
          }
        ]
      },
      samples: [
        { size: 64, nodeId: 2, ordinal: 1 },
        { size: 2_048, nodeId: 3, ordinal: 2 },
        { size: 2_048, nodeId: 3, ordinal: 3 }
      ]
    }
    expect(readable(pprofOfHeap(profile))).toMatchObject({
      types: ['samples/count', 'inuse_space/bytes'],
      samples: [
        { stack: ['keep file:///a.ts:1'], value: [1, 64] },
        { stack: ['grow file:///a.ts:8', 'keep file:///a.ts:1'], value: [2, 4_096] }
      ]
    })
  })

  it('of this very process names what it did', async () => {
    const never = new AbortController().signal
    const watched = cpuProfile(0.5, never)
    let sum = 0
    const burn = setInterval(function burnForTheProfile() {
      for (let n = 0; n < 2e6; n++) sum += Math.sqrt(n)
    }, 1)
    const cpu = readable(pprofOfCpu(await watched))
    clearInterval(burn)
    expect(sum).toBeGreaterThan(0)
    expect(cpu.samples.some(({ stack }) => stack[0]?.startsWith('burnForTheProfile '))).toBe(true)
    const kept: string[][] = []
    const grown = heapProfile(0.3, never)
    const grow = setInterval(function growForTheProfile() {
      kept.push(Array.from({ length: 50_000 }, (_, n) => `kept ${n}`))
    }, 10)
    const heap = readable(pprofOfHeap(await grown))
    clearInterval(grow)
    expect(kept.length).toBeGreaterThan(0)
    expect(heap.samples.some(({ stack }) => stack.some((name) => name.startsWith('growForTheProfile ')))).toBe(true)
  })
})
