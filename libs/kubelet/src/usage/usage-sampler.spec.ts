import { describe, expect, it } from '@jest/globals'
import { keptLog } from '@knative-ts/testing'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ContainerUsageSample, RunningContainer } from '../runtime/container-runtime.ts'
import { machineUsage } from './machine-usage.ts'
import { ProcessTable } from './process-table.ts'
import { type MeasuredPod, UsageSampler } from './usage-sampler.ts'

const MB = 1_000_000

/** A container that has used so many milliseconds of processor time. */
function container(name: string, used: () => number | undefined, id = name, pid?: number): MeasuredPod['containers'][number] {
  const usage = (): Promise<ContainerUsageSample | undefined> => {
    const ms = used()
    return Promise.resolve(ms === undefined ? undefined : { cpuNanoSeconds: ms * 1e6, memoryBytes: 7 * MB })
  }
  return { name, running: { id, pid, usage } as unknown as RunningContainer }
}

describe('the usage of pods', () => {
  const sampler = (pods: () => MeasuredPod[]): UsageSampler => new UsageSampler('here', pods, keptLog())

  it('is a rate between two samples', async () => {
    let used = 1_000
    const one = sampler(() => [{ namespace: 'default', name: 'web', containers: [container('a', () => used)] }])
    await one.measure(() => 10_000)
    expect([one.pods(), one.node()]).toEqual([[], undefined])
    used = 2_500
    await one.measure(() => 15_000)
    expect(one.pods()).toEqual([
      {
        namespace: 'default',
        name: 'web',
        timestamp: new Date(15_000),
        windowMs: 5_000,
        containers: [{ name: 'a', cpuNanoCores: 300 * MB, memoryBytes: 7 * MB }]
      }
    ])
    expect(one.node()).toMatchObject({ name: 'here', windowMs: 5_000, memoryBytes: expect.any(Number), cpuNanoCores: expect.any(Number) })
  })

  it('waits for all containers of a pod, and starts anew with a restart', async () => {
    let id = 'b-0'
    const containers = (): MeasuredPod['containers'] => [container('a', () => 0), container('b', () => 5, id)]
    const one = sampler(() => [{ namespace: 'default', name: 'web', containers: containers() }])
    await one.measure(() => 1_000)
    await one.measure(() => 2_000)
    expect(one.pods()).toHaveLength(1)
    id = 'b-1'
    await one.measure(() => 3_000)
    expect(one.pods()).toEqual([])
    await one.measure(() => 4_000)
    expect(one.pods()[0]?.containers.map(({ name }) => name)).toEqual(['a', 'b'])
  })

  it('is never negative, and of nobody when a pod has gone', async () => {
    let used = 900
    let here = true
    const one = sampler(() => (here ? [{ namespace: 'default', name: 'web', containers: [container('a', () => used)] }] : []))
    await one.measure(() => 1_000)
    used = 100
    await one.measure(() => 2_000)
    expect(one.pods()[0]?.containers[0]?.cpuNanoCores).toBe(0)
    here = false
    await one.measure(() => 3_000)
    expect(one.pods()).toEqual([])
  })

  it('comes from the process tree where there is no group', async () => {
    const one = sampler(() => [{ namespace: 'default', name: 'self', containers: [container('a', () => undefined, 'a', process.pid)] }])
    await one.measure(() => 1_000)
    // Of the processor, not of the clock: others may want it too.
    for (const began = process.cpuUsage().user; process.cpuUsage().user < began + 200_000;);
    await one.measure(() => 2_000)
    const [usage] = one.pods()[0]?.containers ?? []
    expect(usage?.cpuNanoCores).toBeGreaterThan(50 * MB)
    expect(usage?.memoryBytes).toBeGreaterThan(10 * MB)
  })

  it('is read from /proc: a tree with the times of children that ended, and the machine', () => {
    const root = mkdtempSync(join(tmpdir(), 'proc-'))
    const stat = (pid: number, parent: number, times: readonly number[], pages: number): void => {
      mkdirSync(join(root, String(pid)))
      const fields = ['S', parent, ...Array<number>(9).fill(0), ...times, ...Array<number>(6).fill(0), pages, 0]
      writeFileSync(join(root, String(pid), 'stat'), `${pid} (a (strange) name) ${fields.join(' ')}\n`)
    }
    stat(10, 1, [1, 2, 3, 4], 100)
    stat(11, 10, [10, 0, 0, 0], 10)
    stat(12, 11, [100, 0, 0, 0], 1)
    stat(20, 1, [1_000, 0, 0, 0], 1_000)
    writeFileSync(join(root, 'stat'), 'cpu  100 1 50 9999 9 2 3 4 0 0\ncpu0 1\n')
    writeFileSync(join(root, 'meminfo'), 'MemTotal:       1000 kB\nMemFree:  1 kB\nMemAvailable:    400 kB\n')
    const table = new ProcessTable(root)
    expect(table.usage(10)).toEqual({ cpuNanoSeconds: 120 * 1e7, memoryBytes: 111 * 4_096 })
    expect(table.usage(99)).toBeUndefined()
    expect(machineUsage(root)).toEqual({ cpuNanoSeconds: 160 * 1e7, memoryBytes: 600 * 1_024 })
    rmSync(root, { recursive: true })
  })
})
