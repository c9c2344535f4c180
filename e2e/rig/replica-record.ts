import { deployments, type Deployment } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'

/** Replicas of one Deployment from a moment (performance.now) on. */
export interface Replicas {
  readonly at: number
  readonly wanted: number
  readonly ready: number
}

export interface ReplicaRecord {
  /** Every change seen of a revision's replicas, oldest first; empty before its Deployment is there. */
  of(revision: string): readonly Replicas[]
  now(revision: string): Replicas | undefined
  /** Rejects when looking failed, which ended the record. */
  stop(): Promise<void>
}

/** Writes down how many replicas every revision of a namespace has, looking every 100 ms. */
export function recordReplicas(client: KubeClient, namespace = 'default'): ReplicaRecord {
  const seen = new Map<string, Replicas[]>()
  const ended = new AbortController()
  const look = async (): Promise<void> => {
    const { items } = await client.list<Deployment>(deployments, { namespace })
    for (const { metadata, spec, status } of items) {
      const revision = metadata.name?.replace(/-deployment$/, '') ?? ''
      const changes = seen.get(revision) ?? []
      seen.set(revision, changes)
      const now = { at: performance.now(), wanted: spec?.replicas ?? 1, ready: status?.readyReplicas ?? 0 }
      const last = changes.at(-1)
      if (last?.wanted !== now.wanted || last.ready !== now.ready) changes.push(now)
    }
  }
  const run = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await look()
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  const running = run()
  // Told by `stop`: until then it is nobody's failure.
  running.catch(() => undefined)
  return {
    of: (revision) => seen.get(revision) ?? [],
    now: (revision) => seen.get(revision)?.at(-1),
    stop: () => {
      ended.abort()
      return running
    }
  }
}
