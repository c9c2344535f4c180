import { createElection, type Election, type ElectionOptions } from './election.ts'

/** One election per bucket, all by the same rules. */
export interface BucketElectionsOptions extends Omit<ElectionOptions, 'name' | 'onStartedLeading' | 'onStoppedLeading'> {
  /** Names of the Leases, one a bucket. */
  readonly buckets: readonly string[]
  /** Does the work of one bucket until `signal` aborts; its lease is released when the returned promise has settled. */
  readonly onStartedLeading: (bucket: string, signal: AbortSignal) => void | Promise<void>
}

/** An election a bucket: a replica may lead any number of them. */
export interface BucketElections {
  /** Takes part in all until `signal` aborts; then ends the terms and releases. */
  run(signal: AbortSignal): Promise<void>
  leads(bucket: string): boolean
  /** Buckets that this replica leads. */
  led(): readonly string[]
  /** Identity of the holder as last seen; undefined when nobody holds the bucket's Lease. */
  leaderOf(bucket: string): string | undefined
  /** Identities of all holders as last seen, each once. */
  leaders(): readonly string[]
}

/** Elections for all of `buckets` under the same rules. */
export function createBucketElections({ buckets, onStartedLeading, ...rules }: BucketElectionsOptions): BucketElections {
  const elections = new Map<string, Election>(
    buckets.map((name) => [name, createElection({ ...rules, name, onStartedLeading: (signal) => onStartedLeading(name, signal) })])
  )
  return {
    run: async (signal) => {
      await Promise.all([...elections.values()].map((election) => election.run(signal)))
    },
    leads: (bucket) => elections.get(bucket)?.isLeading() ?? false,
    led: () => buckets.filter((name) => elections.get(name)?.isLeading()),
    leaderOf: (bucket) => elections.get(bucket)?.leader(),
    leaders: () => [...new Set([...elections.values()].flatMap((election) => election.leader() ?? []))]
  }
}
