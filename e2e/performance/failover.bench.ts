/**
 * Two controllers and two autoscalers, and the pod of each leader killed in turn under load: how long until another one leads, and what requests it costs.
 * `npm run bench -- failover [RUNS]`: kills of each, 5 unless told. A client sends a request whose connection broke once more, on a fresh one.
 */
import { knativeServices } from '@knative-ts/api'
import { figure, percentile } from '../rig/figure.ts'
import { hostOf, readyService, serviceOf } from '../rig/knative-service.ts'
import { startLoad } from '../rig/load.ts'
import { machine } from '../rig/machine.ts'
import { holders, killPod, podsOf, replicate } from '../rig/replicated-roles.ts'
import { gatewayClient } from '../rig/service-request.ts'
import { startStandalone } from '../rig/standalone-process.ts'
import { configure } from '../rig/system-config.ts'
import { until } from '../rig/until.ts'

const bench = 'failover'
const runs = Number(process.argv[2] ?? 5)
const leases = {
  controller: 'controller.knative.dev.serving.pkg.reconciler.revision.reconciler.00-of-01',
  autoscaler: 'autoscaler-bucket-00-of-01'
} as const
type LedRole = keyof typeof leases
const roles: readonly LedRole[] = ['controller', 'autoscaler']

const standalone = await startStandalone()
const { client } = standalone
const http = gatewayClient(standalone.gatewayPort)

const leaderOf = async (role: LedRole): Promise<string> => (await holders(client, leases[role])).get(leases[role]) ?? ''

/** Both of the role are ready, and one of them leads. */
async function whole(role: LedRole): Promise<string> {
  return until(
    `two of ${role}, of which one leads`,
    async () => {
      const [leader, found] = [await leaderOf(role), await podsOf(client, role)]
      const ready = found.filter(({ status }) => status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'))
      return ready.length === 2 && ready.some(({ metadata }) => metadata.name === leader) && leader
    },
    60_000,
    200
  )
}

/** Ms from the kill to the moment at which another one leads. */
async function takeover(role: LedRole): Promise<number> {
  const victim = await whole(role)
  const began = performance.now()
  await killPod(client, victim)
  await until(`another ${role} leads`, async () => !['', victim].includes(await leaderOf(role)), 60_000, 20)
  return performance.now() - began
}

/** What leaders are for: a new Service gets ready, and one at zero wakes. */
async function works(name: string, sleeping: string): Promise<void> {
  await client.create(knativeServices, serviceOf({ name, annotations: { 'autoscaling.knative.dev/initial-scale': '0' } }))
  await readyService(client, name)
  const { status, body } = await http.get(sleeping)
  if (status !== 200) throw new Error(`${sleeping}: HTTP ${status} ${body}`)
  await client.delete(knativeServices, { namespace: 'default', name })
}

try {
  await configure(client, 'config-autoscaler', { 'allow-zero-initial-scale': 'true' })
  for (const role of roles) await replicate(client, role, 2, {})
  await client.create(knativeServices, serviceOf({ name: 'steady', annotations: { 'autoscaling.knative.dev/min-scale': '1' } }))
  const host = hostOf(await readyService(client, 'steady'))
  const load = startLoad({ port: standalone.gatewayPort, host, connections: 20, reconnect: true, pauseMs: 50 })
  const times: Record<LedRole, number[]> = { controller: [], autoscaler: [] }
  for (let run = 0; run < runs; run++) {
    for (const role of roles) {
      const sleeper = `sleeper-${run}-${role}`
      await client.create(knativeServices, serviceOf({ name: sleeper, annotations: { 'autoscaling.knative.dev/initial-scale': '0' } }))
      const sleeping = hostOf(await readyService(client, sleeper))
      times[role].push(await takeover(role))
      await works(`new-${run}-${role}`, sleeping)
      await client.delete(knativeServices, { namespace: 'default', name: sleeper })
    }
  }
  const { sent, failures, retried } = await load.stop()
  const all = roles.flatMap((role) => times[role])
  const worst = Object.fromEntries(roles.map((role) => [`worst_${role}_ms`, Math.round(Math.max(...times[role]))]))
  figure(bench, 'takeover_p95_ms', percentile(all, 0.95), 'ms', {
    goal: 20_000,
    p50: percentile(all, 0.5),
    ...worst,
    runs: all.length,
    ...machine()
  })
  figure(bench, 'failed', failures.length, 'requests', { goal: 0, sent, retried, reasons: failures.slice(0, 5), ...machine() })
  if (failures.length > 0) process.exitCode = 1
} catch (error) {
  console.error(error, standalone.output().split('\n').slice(-20).join('\n'))
  process.exitCode = 1
} finally {
  http.close()
  await standalone.stop()
}
process.exit()
