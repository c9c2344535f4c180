/**
 * `kill -9` of the only replica of each role under 100 requests a second, each on a connection of its own, with the activator in the path: what it
 * costs. `npm run bench -- cluster-kill [RUNS] [--seconds=N] --rig DIR`, N: seconds of load before the kill, and after everything is whole again. It must
 * run on the cluster's only node, whose processes it ends.
 */
import { pods, type Pod } from '@knative-ts/api/kubernetes'
import { systemNamespace, type RoleName } from '@knative-ts/api/system'
import type { KubeClient } from '@knative-ts/kube'
import { killProcess, processOf } from '../cluster/roles/container-process.ts'
import { startPacedRequests, type Asked } from '../cluster/roles/paced-requests.ts'
import { replicasOfRole, scaleRole, settledRole } from '../cluster/roles/role-replicas.ts'
import { restartedRole } from '../cluster/roles/restarted-role.ts'
import type { Address } from '../cluster/roles/send-to.ts'
import { steadyService } from '../cluster/roles/steady-service.ts'
import { figure } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { until } from '../rig/until.ts'
import { onCluster, type Cluster } from './rig/cluster.ts'

const perSecond = 100
const roles: readonly RoleName[] = ['activator', 'controller', 'autoscaler', 'webhook', 'gateway']

await onCluster({ runs: 1, seconds: 3 }, async (cluster) => {
  const { client, namespace, image } = cluster
  const gateway = { host: cluster.gateway.ip, port: cluster.gateway.port }
  const host = await steadyService({ client, namespace, image, gateway })
  const before = new Map<RoleName, number>()
  try {
    for (const role of roles) {
      before.set(role, await replicasOfRole(client, role))
      await scaleRole(client, role, 1)
    }
    for (let run = 0; run < cluster.runs; run++) for (const role of roles) await kill(cluster, { gateway, host }, role)
  } finally {
    for (const [role, count] of before) await scaleRole(client, role, count)
  }
})

async function kill({ client, seconds }: Cluster, to: { readonly gateway: Address; readonly host: string }, role: RoleName): Promise<void> {
  const pod = await freshPod(client, role)
  const load = startPacedRequests({ ...to, perSecond, connections: 'fresh' })
  const more = (count: number): Promise<true> => until('the load goes on', async () => load.sent() >= count, 60_000, 100)
  await more(seconds * perSecond)
  const at = performance.now()
  await killProcess(processOf(pod, role))
  await restartedRole(client, role, pod)
  const wholeMs = performance.now() - at
  await more(load.sent() + seconds * perSecond)
  const asked = await load.stop()
  report(role, asked, at, wholeMs)
}

/** A pod that has never been killed: the kubelet starts a container anew at once the first time, and after 10 s the second. */
async function freshPod(client: KubeClient, role: RoleName): Promise<Pod> {
  const [old] = await settledRole(client, role, 1)
  await client.delete(pods, { namespace: systemNamespace, name: old?.metadata.name ?? '' })
  const [pod] = await settledRole(client, role, 1)
  if (pod === undefined) throw new Error(`${role} has no pod`)
  return pod
}

function report(role: RoleName, asked: readonly Asked[], killedAt: number, wholeMs: number): void {
  const failed = asked.filter(({ failure }) => failure !== undefined)
  const reasons: Record<string, number> = {}
  for (const { failure = '' } of failed) reasons[failure] = (reasons[failure] ?? 0) + 1
  // Until the first request after the kill that was answered: nobody could have taken those that came in between.
  const served = asked.filter(({ at, failure }) => at > killedAt && failure === undefined).map(({ at, ms }) => at + ms)
  const backAt = Math.min(...served)
  const lostAtMost = asked.filter(({ at, ms }) => at + ms >= killedAt && at <= backAt).length
  figure('cluster-kill', `failed_${role}`, failed.length, 'requests', {
    goal: role === 'gateway' ? lostAtMost : 0,
    sent: asked.length,
    reasons,
    slowest_ms: Math.round(Math.max(...asked.map(({ ms }) => ms))),
    whole_again_ms: Math.round(wholeMs),
    ...machine()
  })
  if (failed.length > (role === 'gateway' ? lostAtMost : 0)) process.exitCode = 1
}
