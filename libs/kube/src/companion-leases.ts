import { leases, type Lease } from './lease.ts'
import { isNotFound } from './api-error.ts'
import type { KubeClient } from './client.ts'
import { pause, type Clock } from './clock.ts'
import type { Log } from './log.ts'
import { microTime } from './micro-time.ts'

/** Which Leases a leader holds beside the one that it was elected by, and by which rules. */
export interface CompanionOptions {
  readonly client: KubeClient
  readonly namespace: string
  /** Names of the Leases. */
  readonly companions: readonly string[]
  readonly identity: string
  readonly leaseDurationMs: number
  readonly retryPeriodMs: number
  readonly clock: Clock
  readonly log: Log
}

/**
 * Holds leases for the one that leads, and lets go of them when `signal` aborts. Nobody competes for them: they say who leads, another election decides it. So each is renewed shortly before it would be over, one after the other, and not as often as the deciding one.
 */
export async function holdCompanions(options: CompanionOptions, signal: AbortSignal): Promise<void> {
  const { companions, identity, leaseDurationMs, retryPeriodMs, clock, log } = options
  const since = microTime(clock.now())
  const write = async (name: string, holderIdentity: string, seconds: number): Promise<void> => {
    const spec = { holderIdentity, leaseDurationSeconds: seconds, acquireTime: since, renewTime: microTime(clock.now()) }
    await writeLease(options, name, spec)
  }
  const hold = async (names: readonly string[]): Promise<readonly string[]> => {
    const written = await Promise.allSettled(names.map((name) => write(name, identity, Math.ceil(leaseDurationMs / 1000))))
    const failed = written.find((one) => one.status === 'rejected')
    if (failed !== undefined) log.warn({ identity, error: failed.reason }, 'cannot write the leases of all reconcilers, trying again')
    return names.filter((_, index) => written[index]?.status === 'rejected')
  }
  const pauseMs = (leaseDurationMs - retryPeriodMs) / companions.length
  let due = companions
  for (let turn = 0; !signal.aborted; turn++) {
    const failed = await hold(due)
    due = [...new Set([...failed, companions[turn % companions.length] as string])]
    await pause(clock, pauseMs, signal)
  }
  try {
    await Promise.all(companions.map((name) => write(name, '', 1)))
  } catch (error) {
    log.warn({ identity, error }, 'cannot let go of the leases of all reconcilers; they expire')
  }
}

async function writeLease({ client, namespace }: CompanionOptions, name: string, spec: NonNullable<Lease['spec']>): Promise<void> {
  try {
    await client.patch(leases, { namespace, name }, { type: 'merge', body: { spec } })
  } catch (error) {
    if (!isNotFound(error)) throw error
    await client.create(leases, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name }, spec })
  }
}
