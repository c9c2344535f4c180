/** A fake cluster with some controllers at work in it, for specs: the pods' states are the spec's to set. */
import type { KubeObject } from '@knative-ts/api'
import { pods, type Pod } from '@knative-ts/api/kubernetes'
import { createInformerFactory, type ReconcileLoop } from '@knative-ts/kube'
import { eventually, fakeCluster, keptLog, namespace, virtualClock, type FakeCluster, type VirtualClock } from '@knative-ts/testing'
import type { ControllerContext } from './controller-context.ts'

export interface TestLoops extends FakeCluster {
  readonly clock: VirtualClock
  readonly log: ReturnType<typeof keptLog>
  /** Pods that exist, by name; ones on their way out included. */
  pods(): Pod[]
  /** The node agent's part: sets a pod's phase and what else is given. */
  report(pod: Pod, status: NonNullable<Pod['status']>): void
  /** Waits for a condition while the clock goes on by milliseconds: enough for retries, not for what is meant to wait. */
  until<T>(condition: () => T, what?: string): Promise<Exclude<T, undefined | null | false>>
  stop(): Promise<void>
}

export async function startLoops(
  make: (context: ControllerContext) => readonly ReconcileLoop[],
  objects: readonly KubeObject[] = []
): Promise<TestLoops> {
  const clock = virtualClock()
  const cluster = fakeCluster({ objects: [namespace(), ...objects], now: () => clock.now() })
  const log = keptLog()
  const stopping = new AbortController()
  const factory = createInformerFactory(cluster.client, { log })
  const loops = make({ client: cluster.client, factory, log, clock })
  await factory.start(stopping.signal)
  const running = loops.map((loop) => loop.run(stopping.signal))
  return {
    ...cluster,
    clock,
    log,
    pods: () => cluster.all(pods),
    report(pod, status) {
      const now = cluster.find(pods, { namespace: pod.metadata.namespace ?? '', name: pod.metadata.name ?? '' })
      if (now === undefined) throw new Error(`pod ${pod.metadata.name} is gone`)
      cluster.put({ ...now, status: { ...now.status, ...status } })
    },
    until: (condition, what) =>
      eventually(async () => {
        await clock.advance(1)
        return condition()
      }, what),
    async stop() {
      stopping.abort()
      await Promise.all(running)
    }
  }
}

/** An object without what only the server sets, to be created. */
export function fresh<T extends KubeObject>(object: T): T {
  const { uid: _uid, generation: _generation, ...metadata } = object.metadata
  return { ...object, metadata }
}
