import { describe, expect, it } from '@jest/globals'
import type { Pod } from '@knative-ts/api/kubernetes'
import { groupPods, measuresOf, milliOf, requestsOf, type Measure } from './pod-measures.ts'
import { propose } from './replica-count.ts'

const now = Date.UTC(2030, 0, 1)
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString()
const measures = (...milli: number[]) =>
  new Map(milli.map((one, index): [string, Measure] => [`p${index}`, { milli: one, at: now, windowMs: 15_000 }]))
const requests = (count: number) => new Map(Array.from({ length: count }, (_, index) => [`p${index}`, 100] as const))
const tolerances = { up: 0.1, down: 0.1 }
const nobody = { unready: [], missing: [], ignored: [] }

describe('the number of replicas', () => {
  it.each<[string, number[], Partial<Parameters<typeof propose>[2]>, number, number]>([
    ['above target', [100, 100], { ready: 2 }, 50, 4],
    ['below target', [10, 10, 10, 10], { ready: 4 }, 50, 1],
    ['within a tenth', [54, 54], { ready: 2 }, 50, 2],
    ['a missing pod counts as idle when it would grow', [100, 100], { ready: 2, missing: ['p2'] }, 50, 4],
    ['a missing pod counts in full when it would shrink', [10, 10], { ready: 2, missing: ['p2'] }, 50, 3],
    ['an unready pod counts as idle when it would grow', [200, 200, 5], { ready: 2, unready: ['p2'] }, 50, 8],
    ['an unready pod does not count when it would shrink', [10, 10, 5], { ready: 2, unready: ['p2'] }, 50, 1],
    ['what is missing never turns the direction', [60, 60], { ready: 2, missing: ['p2', 'p3'] }, 50, 4]
  ])('%s', (_, used, groups, percent, expected) => {
    const count = (groups.ready ?? 0) + (groups.missing?.length ?? 0) + (groups.unready?.length ?? 0)
    const target = { kind: 'utilization', percent, requests: requests(count) } as const
    expect(propose(count, measures(...used), { ready: 0, ...nobody, ...groups }, target, tolerances).replicas).toBe(expected)
  })

  it('of a value: averages cut off', () => {
    const proposal = propose(2, measures(101, 100), { ready: 2, ...nobody }, { kind: 'value', milli: 50 }, tolerances)
    expect(proposal).toEqual({ replicas: 4, averageMilli: 100 })
  })

  it('throws when nothing can be counted', () => {
    const groups = { ready: 0, ...nobody, unready: ['p0'] }
    expect(() => propose(1, measures(100), groups, { kind: 'value', milli: 50 }, tolerances)).toThrow(
      'did not receive metrics for targeted pods (pods might be unready)'
    )
  })
})

describe('which pods count', () => {
  const pod = (name: string, status: Pod['status'], deletionTimestamp?: string): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) },
    ...(status === undefined ? {} : { status })
  })
  const running = (started: number, ready: 'True' | 'False', since: number) => ({
    phase: 'Running',
    startTime: ago(started),
    conditions: [{ type: 'Ready', status: ready, lastTransitionTime: ago(since) }]
  })

  it.each<[string, Pod, string]>([
    ['leaving', pod('p0', running(900, 'True', 800), ago(1)), 'ignored'],
    ['failed', pod('p0', { phase: 'Failed' }), 'ignored'],
    ['pending', pod('p0', { phase: 'Pending' }), 'unready'],
    ['not measured', pod('p1', running(900, 'True', 800)), 'missing'],
    ['ready for long', pod('p0', running(900, 'True', 800)), 'ready'],
    ['young and not ready', pod('p0', running(60, 'False', 59)), 'unready'],
    ['young, and ready for less than a window', pod('p0', running(60, 'True', 10)), 'unready'],
    ['young, and ready for a window', pod('p0', running(60, 'True', 20)), 'ready'],
    ['old and never ready', pod('p0', running(900, 'False', 890)), 'unready'],
    ['old and no longer ready', pod('p0', running(900, 'False', 100)), 'ready']
  ])('%s', (_, one, group) => {
    const groups = groupPods([one], measures(1), 'cpu', now)
    expect(group === 'ready' ? groups.ready : groups[group as 'missing']).toEqual(group === 'ready' ? 1 : [one.metadata.name])
  })

  it('leaves out pods of which a container is not measured, and adds up the others', () => {
    const metrics = (name: string, ...cpus: (string | undefined)[]) => ({
      apiVersion: 'metrics.k8s.io/v1beta1',
      kind: 'PodMetrics',
      metadata: { name },
      timestamp: ago(0),
      window: '1m30.5s',
      containers: cpus.map((cpu, index) => ({ name: `c${index}`, usage: { ...(cpu === undefined ? {} : { cpu }), memory: '1' } as never }))
    })
    const found = measuresOf([metrics('a', '1500u', '2m'), metrics('b', '1m', undefined)], 'cpu', undefined)
    expect([...found]).toEqual([['a', { milli: 4, at: now, windowMs: 90_500 }]])
    expect(measuresOf([metrics('b', '1m', undefined)], 'cpu', 'c0').get('b')?.milli).toBe(1)
  })

  it('wants a request of every container, sidecars included', () => {
    const one: Pod = {
      ...pod('p', {}),
      spec: {
        containers: [{ name: 'main', resources: { requests: { cpu: '250m' } } }],
        initContainers: [{ name: 'once' }, { name: 'side', restartPolicy: 'Always', resources: { requests: { cpu: '0.1' } } }]
      }
    }
    expect(requestsOf([one], 'cpu', undefined).get('p')).toBe(350)
    expect(requestsOf([one], 'cpu', 'side').get('p')).toBe(100)
    expect(() => requestsOf([one], 'memory', undefined)).toThrow('missing request for memory in container main of Pod p')
  })

  it('rounds up to thousandths', () => {
    expect([milliOf('1n'), milliOf('100m'), milliOf('2'), milliOf('1Ki'), milliOf('1100u')]).toEqual([1, 100, 2000, 1_024_000, 2])
  })
})
