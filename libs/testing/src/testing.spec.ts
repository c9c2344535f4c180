import { describe, expect, it } from '@jest/globals'
import { configMaps, deployments } from '@knative-ts/api/kubernetes'
import { settled, stuck } from '@knative-ts/kube'
import { revision, service } from './builders/knative.ts'
import { configMap, deployment, readyPod } from './builders/kubernetes.ts'
import { eventually } from './eventually.ts'
import { overlay } from './overlay.ts'
import { reconcileTable } from './reconcile-table.ts'
import { virtualClock } from './virtual-clock.ts'

describe('builders', () => {
  it('lay overrides over the example, at any depth', () => {
    expect(service({ metadata: { name: 'x', labels: { a: 'b' } } })).toMatchObject({
      metadata: { name: 'x', namespace: 'default', uid: 'uid-service-x' }
    })
    expect(revision({ spec: { containerConcurrency: 5 } }).spec).toMatchObject({ containerConcurrency: 5, timeoutSeconds: 300 })
    expect(readyPod({ metadata: { name: 'p' } }).metadata.uid).toBe('uid-pod-p')
  })

  it('replace lists, and remove what is undefined', () => {
    expect(overlay({ a: [1, 2], b: { c: 1, d: 2 }, e: 1 }, { a: [3], b: { c: undefined }, e: undefined } as never)).toEqual({
      a: [3],
      b: { d: 2 }
    })
  })
})

describe('the virtual clock', () => {
  it('runs timers in order, and what they set off in between', async () => {
    const clock = virtualClock(0)
    const seen: string[] = []
    clock.after(20, () => seen.push(`b at ${clock.now()}`))
    clock.after(10, () => {
      seen.push(`a at ${clock.now()}`)
      void Promise.resolve().then(() => clock.after(5, () => seen.push(`c at ${clock.now()}`)))
    })
    clock.after(15, () => seen.push('never'))()
    await clock.advance(30)
    expect(seen).toEqual(['a at 10', 'c at 15', 'b at 20'])
    expect(clock.now()).toBe(30)
  })
})

describe('waiting', () => {
  it('ends with the last error when nothing comes', async () => {
    const failing = eventually(() => expect(1).toBe(2), 'equality', 20)
    await expect(failing).rejects.toThrow('Expected: 2')
    await expect(eventually(() => false, 'the truth', 20)).rejects.toThrow('the truth did not hold within 20 ms')
    // A condition gets 20 s more than the deadline to answer.
    const never = eventually(() => new Promise<boolean>(() => undefined), 'the answer', 50 - 20_000)
    await expect(never).rejects.toThrow('the answer: whether it holds was asked, and not answered')
  })
})

describe('a reconcile table', () => {
  reconcileTable(
    ({ client, informer }) => {
      const found = informer(deployments)
      return async (key) => {
        const object = found.cache.get(key)
        if (object === undefined) return stuck('gone')
        await client.create(configMaps, configMap({ metadata: { name: `${key.name}-child`, uid: undefined }, data: { a: 'b' } }))
        await client.updateStatus(deployments, { ...object, status: { replicas: 1 } })
        return settled
      }
    },
    [
      {
        name: 'sees the writes and the state after them',
        world: [deployment()],
        key: 'default/hello',
        writes: [
          { verb: 'create', kind: 'ConfigMap', key: 'default/hello-child', body: { data: { a: 'b' } } },
          { verb: 'updateStatus', kind: 'Deployment', key: 'default/hello', body: { status: { replicas: 1 } } }
        ],
        after: [deployment({ metadata: { uid: undefined, generation: 1 }, status: { replicas: 1 } })]
      },
      { name: 'sees the outcome', world: [], key: 'default/hello', writes: [], outcome: stuck('gone') },
      {
        name: 'induces failures',
        world: [deployment()],
        key: 'default/hello',
        faults: [{ verb: 'updateStatus', resource: deployments, error: 'Conflict' }],
        writes: [
          { verb: 'create', kind: 'ConfigMap' },
          { verb: 'updateStatus', kind: 'Deployment' }
        ],
        throws: /the object has been modified/
      }
    ]
  )
})
