import { describe, expect, it } from '@jest/globals'
import type { ObjectKey } from '@knative-ts/api'
import { deployments, pods } from '@knative-ts/api/kubernetes'
import { deployment, fakeCluster, keptLog, pod, refusal, settle, virtualClock } from '@knative-ts/testing'
import diagnostics from 'node:diagnostics_channel'
import { createInformerFactory } from './informer-factory.ts'
import { controllerKeys, controllerRefOf } from './ownership.ts'
import { createReconcileLoop, triggeredBy, type PassReport } from './reconcile-loop.ts'
import { again, settled, type Outcome } from './reconcile.ts'

const hello = { namespace: 'default', name: 'hello' }

async function run(
  reconcile: (key: ObjectKey, signal: AbortSignal) => Promise<Outcome>,
  options: { workers?: number; deadlineMs?: number } = {}
) {
  const cluster = fakeCluster({ objects: [deployment()] })
  const clock = virtualClock()
  const log = keptLog()
  const stop = new AbortController()
  const factory = createInformerFactory(cluster.client, { log })
  const passes: string[] = []
  const loop = createReconcileLoop({
    name: 'test',
    log,
    clock,
    ...options,
    triggers: [triggeredBy(factory.informer(deployments)), triggeredBy(factory.informer(pods), controllerKeys(deployments))],
    reconcile: (key, signal) => {
      passes.push(`${key.namespace}/${key.name}`)
      return reconcile(key, signal)
    }
  })
  await factory.start(stop.signal)
  const running = loop.run(stop.signal)
  await settle()
  const end = async (): Promise<void> => {
    stop.abort()
    await running
  }
  return { cluster, clock, log, loop, passes, end }
}

describe('a reconcile loop', () => {
  it('passes for what exists, what changes, and owners of what changes', async () => {
    const { cluster, passes, end } = await run(async () => settled)
    expect(passes).toEqual(['default/hello'])
    cluster.put(deployment({ metadata: { labels: { a: 'b' } } }))
    await settle()
    const ownerReferences = [controllerRefOf(deployment(), deployments)]
    cluster.put(pod({ metadata: { ownerReferences } }))
    cluster.put(pod({ metadata: { name: 'free' } }))
    await settle()
    expect(passes).toEqual(['default/hello', 'default/hello', 'default/hello'])
    await end()
  })

  it('never passes twice at a time for one key', async () => {
    let running = 0
    let most = 0
    const gates: (() => void)[] = []
    const { loop, passes, end } = await run(async () => {
      most = Math.max(most, ++running)
      await new Promise<void>((resolve) => gates.push(resolve))
      running--
      return settled
    })
    loop.enqueue(hello)
    loop.enqueue(hello)
    await settle()
    expect(passes).toHaveLength(1)
    gates.shift()?.()
    await settle()
    gates.shift()?.()
    await settle()
    expect([passes.length, most]).toEqual([2, 1])
    await end()
  })

  it('runs as many passes at a time as it has workers', async () => {
    let running = 0
    const gate = Promise.withResolvers<void>()
    const { loop, end } = await run(
      async () => {
        running++
        await gate.promise
        return settled
      },
      { workers: 3 }
    )
    for (let index = 0; index < 9; index++) loop.enqueue({ namespace: '', name: String(index) })
    await settle()
    expect(running).toBe(3)
    gate.resolve()
    await settle()
    expect(running).toBe(10)
    await end()
  })

  it('looks again after the time that a pass asked for', async () => {
    const outcomes = [again(5_000), settled]
    const { clock, passes, end } = await run(async () => outcomes.shift() ?? settled)
    await clock.advance(4_999)
    expect(passes).toHaveLength(1)
    await clock.advance(1)
    expect(passes).toHaveLength(2)
    await end()
  })

  it('retries a failure with backoff and a warning, a conflict without one', async () => {
    const errors = [new Error('first'), refusal('Conflict', deployments, hello)]
    const { clock, passes, log, end } = await run(async () => {
      const error = errors.shift()
      if (error !== undefined) throw error
      return settled
    })
    expect(passes).toHaveLength(1)
    await clock.advance(5)
    await clock.advance(10)
    expect(passes).toHaveLength(3)
    expect(log.lines.filter((line) => line.level === 'warn').map((line) => line.message)).toEqual(['pass failed'])
    await end()
  })

  it('aborts the signal of a pass that is late', async () => {
    const seen: AbortSignal[] = []
    const gate = Promise.withResolvers<void>()
    const { clock, end } = await run(
      async (_key, signal) => {
        seen.push(signal)
        await gate.promise
        return settled
      },
      { deadlineMs: 1_000 }
    )
    await clock.advance(999)
    expect(seen[0]?.aborted).toBe(false)
    await clock.advance(1)
    expect(seen[0]?.aborted).toBe(true)
    gate.resolve()
    await end()
  })

  it('waits for running passes when it stops', async () => {
    const gate = Promise.withResolvers<void>()
    let ended = false
    const { end } = await run(async () => {
      await gate.promise
      ended = true
      return settled
    })
    const stopped = end()
    gate.resolve()
    await stopped
    expect(ended).toBe(true)
  })

  it('passes for every object of its first trigger on resync, and reports each pass', async () => {
    const reports: unknown[] = []
    const listener = (report: unknown): number => reports.push(report)
    diagnostics.subscribe('knative.kube.workqueue', listener)
    const { loop, passes, end } = await run(async () => settled)
    loop.resync()
    await settle()
    diagnostics.unsubscribe('knative.kube.workqueue', listener)
    expect(passes).toEqual(['default/hello', 'default/hello'])
    expect((reports as PassReport[]).map(({ loop: name, key, outcome }) => [name, key, outcome])).toEqual([
      ['test', 'default/hello', 'settled'],
      ['test', 'default/hello', 'settled']
    ])
    await end()
  })
})
