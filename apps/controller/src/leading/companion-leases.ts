import { microTime, type Clock, isNotFound, pause, type KubeClient, type Log } from '@knative-ts/kube'
import { leases, type Lease } from '@knative-ts/api/kubernetes'

/** Reconcilers of Serving that upstream elects one by one. Tools and tests count their leases. */
const reconcilers = ['configuration', 'domainmapping', 'gc', 'labeler', 'nscert', 'revision', 'route', 'serverlessservice', 'service']

/** `controller.knative.dev.serving.pkg.reconciler.<name>.reconciler.00-of-01` */
export const leaseNameOf = (reconciler: string): string => `controller.knative.dev.serving.pkg.reconciler.${reconciler}.reconciler.00-of-01`

/** The lease that decides; the others follow it. */
export const decidingLease = leaseNameOf('revision')
const companions = reconcilers.map(leaseNameOf).filter((name) => name !== decidingLease)

export interface CompanionOptions {
  readonly client: KubeClient
  readonly namespace: string
  readonly identity: string
  readonly leaseDurationMs: number
  readonly retryPeriodMs: number
  readonly clock: Clock
  readonly log: Log
}

/**
 * Holds the leases of the other reconcilers for the one that leads, and lets go of them when `signal` aborts. Nobody competes for them: they
 * say who leads, one election decides it.
 */
export async function holdCompanions(options: CompanionOptions, signal: AbortSignal): Promise<void> {
  const { identity, leaseDurationMs, retryPeriodMs, clock, log } = options
  const since = microTime(clock.now())
  const write = async (holderIdentity: string, seconds: number): Promise<void> => {
    const spec = { holderIdentity, leaseDurationSeconds: seconds, acquireTime: since, renewTime: microTime(clock.now()) }
    await Promise.all(companions.map((name) => writeLease(options, name, spec)))
  }
  while (!signal.aborted) {
    try {
      await write(identity, Math.ceil(leaseDurationMs / 1000))
    } catch (error) {
      log.warn({ identity, error }, 'cannot write the leases of all reconcilers, trying again')
    }
    await pause(clock, retryPeriodMs, signal)
  }
  try {
    await write('', 1)
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
