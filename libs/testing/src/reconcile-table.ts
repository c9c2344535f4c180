import { expect, it } from '@jest/globals'
import { keyText, parseKey, type KubeObject } from '@knative-ts/api'
import { createInformerFactory, type InformerFactory, type Outcome, type Reconcile } from '@knative-ts/kube'
import type { Fault, Verb } from './cluster/faults.ts'
import { fakeCluster, type FakeCluster, type Write } from './cluster/fake-cluster.ts'
import { resourceOf } from './cluster/resources.ts'
import { keptLog } from './kept-log.ts'

/** One expected write. `body` is matched like jest's toMatchObject: what it does not mention does not count. */
export interface ExpectedWrite {
  readonly verb: Exclude<Verb, 'get' | 'list' | 'watch'>
  readonly kind: string
  /** `namespace/name`; for objects whose name is generated leave it out. */
  readonly key?: string
  readonly body?: object
}

/** World in, writes and status out, induced failure: one pass of a reconciler. */
export interface ReconcileRow {
  /** A sentence. */
  readonly name: string
  readonly world: readonly KubeObject[]
  /** `namespace/name` of the object to reconcile. */
  readonly key: string
  readonly faults?: readonly Fault[]
  /** Exactly these, in this order; ones for Events are left out unless one is expected. */
  readonly writes: readonly ExpectedWrite[]
  /** What the pass ends with. Default: settled, unless `throws` says otherwise. */
  readonly outcome?: Outcome
  /** The pass rejects with a message that matches. */
  readonly throws?: RegExp
  /** Partial objects, found by apiVersion, kind and name, as they must be after the pass. */
  readonly after?: readonly KubeObject[]
  /** Further checks. */
  readonly check?: (cluster: FakeCluster) => void
}

/** Builds the reconciler of a row over its world; informers that it asks for are started and synced before the pass. */
export type ReconcilerBuilder = (factory: InformerFactory, cluster: FakeCluster) => Reconcile

/** Registers a test a row. */
export function reconcileTable(build: ReconcilerBuilder, rows: readonly ReconcileRow[]): void {
  it.each(rows.map((row) => [row.name, row] as const))('%s', async (_name, row) => {
    expect.hasAssertions()
    await checkRow(build, row)
  })
}

async function checkRow(build: ReconcilerBuilder, row: ReconcileRow): Promise<void> {
  const cluster = fakeCluster({ objects: row.world })
  const stop = new AbortController()
  const factory = createInformerFactory(cluster.client, { log: keptLog() })
  const reconcile = build(factory, cluster)
  try {
    await factory.start(stop.signal)
    for (const fault of row.faults ?? []) cluster.fail(fault)
    const anything: unknown = expect.anything()
    const refusal: unknown = expect.stringMatching(row.throws ?? /./)
    const result = await reconcile(parseKey(row.key), stop.signal).catch((error: unknown) =>
      error instanceof Error ? error.message : error
    )
    expect(result).toEqual(row.throws === undefined ? (row.outcome ?? { kind: 'settled' }) : refusal)
    const wantsEvents = row.writes.some((write) => write.kind === 'Event')
    const writes = cluster.writes.filter((write) => wantsEvents || write.resource.kind !== 'Event')
    expect(writes.map(summary)).toEqual(row.writes.map((write, at) => expectedSummary(write, writes[at])))
    expect(writes.map((write) => write.body)).toMatchObject(row.writes.map((write) => write.body ?? anything))
    for (const object of row.after ?? []) {
      const { namespace = '', name = '' } = object.metadata
      expect(cluster.find(resourceOf(object), { namespace, name })).toMatchObject(object)
    }
    row.check?.(cluster)
  } finally {
    stop.abort()
  }
}

function summary(write: Write): string {
  return `${write.verb} ${write.resource.kind} ${keyText(write.key)}`
}

function expectedSummary(write: ExpectedWrite, seen: Write | undefined): string {
  return `${write.verb} ${write.kind} ${write.key ?? (seen === undefined ? '(any)' : keyText(seen.key))}`
}
