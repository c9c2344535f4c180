/**
 * `kill -9` of the only replica of each role under 100 requests a second, each on a connection of its own, with the activator in the path: what it
 * costs. `E2E_KUBECONFIG=F npm run bench -- cluster-kill [ROLE...]`; it must run on the cluster's only node, whose processes it ends.
 */
import { pods, type Pod } from '@knative-ts/api/kubernetes'
import { systemNamespace, type RoleName } from '@knative-ts/api/system'
import { activatedService } from '../cluster/roles/activated-service.ts'
import { killProcess, processOf } from '../cluster/roles/container-process.ts'
import { findInstallation } from '../cluster/roles/installation.ts'
import { startPacedRequests, type Asked } from '../cluster/roles/paced-requests.ts'
import { replicasOfRole, scaleRole, settledRole } from '../cluster/roles/role-replicas.ts'
import { restartedRole } from '../cluster/roles/restarted-role.ts'
import { figure } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { until } from '../rig/until.ts'

const perSecond = 100
/** Seconds of load before the kill, and after everything is whole again. */
const calmSeconds = 3
const roles: readonly RoleName[] = ['activator', 'controller', 'autoscaler', 'webhook', 'gateway']

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('-'))
const { client, gateway } = await findInstallation()
const service = await activatedService(client, gateway)
const before = new Map<RoleName, number>()
try {
  for (const role of roles) {
    before.set(role, await replicasOfRole(client, role))
    await scaleRole(client, role, 1)
  }
  for (const role of roles.filter((each) => wanted.length === 0 || wanted.includes(each))) await kill(role)
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  for (const [role, count] of before) await scaleRole(client, role, count)
  await service.remove()
  client.close()
}
process.exit()

async function kill(role: RoleName): Promise<void> {
  const pod = await freshPod(role)
  const load = startPacedRequests({ gateway, host: service.host, perSecond, connections: 'fresh' })
  const more = (count: number): Promise<true> => until('the load goes on', async () => load.sent() >= count, 60_000, 100)
  await more(calmSeconds * perSecond)
  const at = performance.now()
  await killProcess(processOf(pod, role))
  await restartedRole(client, role, pod)
  const wholeMs = performance.now() - at
  await more(load.sent() + calmSeconds * perSecond)
  const asked = await load.stop()
  report(role, asked, at, wholeMs)
}

/** A pod that has never been killed: the kubelet starts a container anew at once the first time, and after 10 s the second. */
async function freshPod(role: RoleName): Promise<Pod> {
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
