import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCgroups, removeEmptyGroups } from './cgroups.ts'
import { sharesOf, weightOf } from './cpu-shares.ts'

/** A tree of plain files: what would be written to the kernel can be read back, and nothing is limited. */
describe('control groups', () => {
  let root: string
  const read = (path: string): string => readFileSync(join(root, path), 'utf8')
  const write = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const limits = { memoryBytes: 64 * 2 ** 20, cpuMilli: 1500, cpuRequestMilli: 250 }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'cgroups-'))
  })
  afterEach(() => rmSync(root, { recursive: true }))

  const version1 = (): void => {
    for (const name of ['memory', 'cpu', 'cpuacct', 'pids']) mkdirSync(join(root, name))
    write('memory/memory.limit_in_bytes', '')
    write('memory/knative-ts/me/uid/a-0/memory.memsw.limit_in_bytes', '')
  }

  it('of version 2: limits, shares, delegation, and one for each container below that of its pod', () => {
    write('cgroup.subtree_control', '')
    const group = openCgroups('me', root).open('uid', 'a-0', limits)
    expect(group?.files).toEqual([join(root, 'knative-ts/me/uid/a-0/cgroup.procs')])
    expect(group?.limitsMemory).toBe(true)
    expect(read('knative-ts/me/uid/a-0/memory.max')).toBe('67108864')
    expect(read('knative-ts/me/uid/a-0/memory.swap.max')).toBe('0')
    expect(read('knative-ts/me/uid/a-0/memory.oom.group')).toBe('1')
    expect(read('knative-ts/me/uid/a-0/cpu.max')).toBe('150000 100000')
    expect(read('knative-ts/me/uid/a-0/cpu.weight')).toBe(String(weightOf(250)))
    expect(read('knative-ts/me/uid/pids.max')).toBe('16384')
    for (const level of ['', 'knative-ts/', 'knative-ts/me/', 'knative-ts/me/uid/'])
      expect(read(`${level}cgroup.subtree_control`)).toBe('+memory +cpu +pids')
  })

  it('of version 2: what was used, and whether the kernel killed for memory', () => {
    write('cgroup.subtree_control', '')
    const group = openCgroups('me', root).open('uid', 'a-0', {})
    expect(group?.usage()).toBeUndefined()
    expect(group?.ranOut()).toBe(false)
    write('knative-ts/me/uid/a-0/memory.current', '9000\n')
    write('knative-ts/me/uid/a-0/memory.stat', 'anon 1\ninactive_file 4000\nactive_file 7\n')
    write('knative-ts/me/uid/a-0/cpu.stat', 'usage_usec 12\nuser_usec 3\n')
    write('knative-ts/me/uid/a-0/memory.events', 'low 0\nmax 4\noom 1\noom_kill 1\noom_group_kill 1\n')
    expect(group?.usage()).toEqual({ cpuNanoSeconds: 12_000, memoryBytes: 5_000 })
    expect(group?.ranOut()).toBe(true)
  })

  it('of version 1: the same in each hierarchy', () => {
    version1()
    const group = openCgroups('me', root).open('uid', 'a-0', limits)
    expect(group?.files.length).toBe(4)
    expect(read('memory/knative-ts/me/uid/a-0/memory.limit_in_bytes')).toBe('67108864')
    expect(read('memory/knative-ts/me/uid/a-0/memory.memsw.limit_in_bytes')).toBe('67108864')
    expect(read('cpu/knative-ts/me/uid/a-0/cpu.shares')).toBe('256')
    expect(read('cpu/knative-ts/me/uid/a-0/cpu.cfs_quota_us')).toBe('150000')
    expect(read('cpu/knative-ts/me/uid/a-0/cpu.cfs_period_us')).toBe('100000')
    expect(read('pids/knative-ts/me/uid/pids.max')).toBe('16384')
    write('memory/knative-ts/me/uid/a-0/memory.usage_in_bytes', '9000\n')
    write('memory/knative-ts/me/uid/a-0/memory.stat', 'inactive_file 1\ntotal_inactive_file 4000\n')
    write('memory/knative-ts/me/uid/a-0/memory.oom_control', 'oom_kill_disable 0\nunder_oom 0\noom_kill 0\n')
    write('cpuacct/knative-ts/me/uid/a-0/cpuacct.usage', '777\n')
    expect(group?.usage()).toEqual({ cpuNanoSeconds: 777, memoryBytes: 5_000 })
    expect(group?.ranOut()).toBe(false)
  })

  it('are none, and no directories, where no hierarchy is mounted', () => {
    expect(openCgroups('me', root).open('uid', 'a-0', limits)).toBeUndefined()
    expect(existsSync(join(root, 'knative-ts'))).toBe(false)
  })

  it('are none where they cannot be made', () => {
    write('cgroup.subtree_control', '')
    writeFileSync(join(root, 'knative-ts'), 'no directory')
    expect(openCgroups('me', root).open('uid', 'a-0', limits)).toBeUndefined()
  })

  it('are removed when they are empty, those of an agent that was killed too', () => {
    mkdirSync(join(root, 'knative-ts/me/uid/a-0'), { recursive: true })
    mkdirSync(join(root, 'knative-ts/me/used/a-0'), { recursive: true })
    write('knative-ts/me/used/a-0/something', '')
    removeEmptyGroups('me', root)
    expect(existsSync(join(root, 'knative-ts/me/uid'))).toBe(false)
    expect(existsSync(join(root, 'knative-ts/me/used/a-0'))).toBe(true)
  })

  it.each([
    [0, 2, 1],
    [100, 102, 4],
    [1000, 1024, 39],
    [300_000, 262_144, 10_000]
  ])('convert %d thousandths of a processor as the kubelet and runc do', (milli, shares, weight) => {
    expect([sharesOf(milli), weightOf(milli)]).toEqual([shares, weight])
  })
})
