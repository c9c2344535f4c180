import { leases, pods, type Pod } from '@knative-ts/api/kubernetes'
import { systemNamespace } from '@knative-ts/api/system'
import type { KubeClient } from '@knative-ts/kube'
import { until } from '../../rig/until.ts'
import { killProcess, processOf } from './container-process.ts'

/** The roles of which one replica leads, and the lease that decides it. */
export const decidingLeases = {
  controller: 'controller.knative.dev.serving.pkg.reconciler.revision.reconciler.00-of-01',
  autoscaler: 'autoscaler-bucket-00-of-01'
} as const

export type LedRole = keyof typeof decidingLeases

/** Name of the pod that leads; undefined while none does. */
async function leadingName(client: KubeClient, role: LedRole): Promise<string | undefined> {
  const { spec } = await client.get(leases, { namespace: systemNamespace, name: decidingLeases[role] })
  const holder = spec?.holderIdentity ?? ''
  return holder === '' ? undefined : holder.slice(0, holder.lastIndexOf('_'))
}

/** The pod that leads, once there is one. */
export function leaderOf(client: KubeClient, role: LedRole): Promise<Pod> {
  return until(
    `${role} has a leader`,
    async () => {
      const name = await leadingName(client, role)
      return name !== undefined && client.get(pods, { namespace: systemNamespace, name })
    },
    120_000,
    100
  )
}

/** Kills the leader and takes its pod away, so that it cannot come back and go on with its lease; resolves with the ms until another one leads. */
export async function replaceLeader(client: KubeClient, role: LedRole): Promise<number> {
  const { metadata, ...leader } = await leaderOf(client, role)
  const began = performance.now()
  await killProcess(processOf({ metadata, ...leader }, role))
  await client.delete(pods, { namespace: systemNamespace, name: metadata.name ?? '' }, { gracePeriodSeconds: 0 })
  await until(
    `another ${role} leads`,
    async () => {
      const name = await leadingName(client, role)
      return name !== undefined && name !== metadata.name
    },
    120_000,
    100
  )
  return performance.now() - began
}
