/**
 * Two of each role, and a pod of each killed in turn under load: the leader of controller and autoscaler, either one of webhook, activator and gateway. How
 * long until another one does its work, and what that costs of requests and admissions.
 * `npm run bench -- failover [RUNS]`: kills of each, 5 unless told. A client sends what broke once more, on a fresh connection.
 */
import { knativeServices } from '@knative-ts/api'
import { figure, percentile } from '../rig/figure.ts'
import { hostOf, readyService, serviceOf } from '../rig/knative-service.ts'
import { startLoad } from '../rig/load.ts'
import { machine } from '../rig/machine.ts'
import { holders, killPod, podsOf, replicate } from '../rig/replicated-roles.ts'
import { gatewayClient } from '../rig/service-request.ts'
import { configure } from '../rig/system-config.ts'
import { until } from '../rig/until.ts'
import { admits, startAdmissions } from './rig/admissions.ts'
import { onStandalone, type BenchStandalone } from './rig/on-standalone.ts'

const bench = 'failover'
const runs = Number(process.argv[2] ?? 5)
const leases = {
  controller: 'controller.knative.dev.serving.pkg.reconciler.revision.reconciler.00-of-01',
  autoscaler: 'autoscaler-bucket-00-of-01'
} as const
const roles = ['controller', 'autoscaler', 'webhook', 'activator', 'gateway'] as const
type Role = (typeof roles)[number]
const isLed = (role: Role): role is keyof typeof leases => role in leases

const atZero = { 'autoscaling.knative.dev/initial-scale': '0' }
const atOne = { 'autoscaling.knative.dev/min-scale': '1' }

/** Hosts of two Services that run: requests to one go straight to its pod, those to the other through an activator. */
interface Targets {
  readonly straight: string
  readonly activated: string
}

const leaderOf = async ({ client }: BenchStandalone, role: keyof typeof leases): Promise<string> =>
  (await holders(client, leases[role])).get(leases[role]) ?? ''

/** Resolves when two of the role are ready: with the one that leads, or any where none does. */
async function victimOf(on: BenchStandalone, role: Role): Promise<string> {
  return until(
    `two of ${role} are ready, and one leads`,
    async () => {
      const found = await podsOf(on.client, role)
      const ready = found.filter(({ status }) => status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'))
      const names = ready.map(({ metadata }) => metadata.name ?? '')
      const wanted = isLed(role) ? await leaderOf(on, role) : names[0]
      return names.length === 2 && names.find((name) => name === wanted)
    },
    60_000,
    200
  )
}

/** Whether somebody else does the work: another one leads, a creation is admitted, a request on a fresh connection is answered. */
async function isAtWork(on: BenchStandalone, role: Role, victim: string, { straight, activated }: Targets): Promise<boolean> {
  if (isLed(role)) return !['', victim].includes(await leaderOf(on, role))
  if (role === 'webhook') return admits(on.client)
  const fresh = gatewayClient(on.standalone.gatewayPort, 1)
  try {
    return (await fresh.get(role === 'activator' ? activated : straight)).status === 200
  } finally {
    fresh.close()
  }
}

/** Ms from the kill to the moment at which another one is at work. */
async function takeover(on: BenchStandalone, role: Role, targets: Targets): Promise<number> {
  const victim = await victimOf(on, role)
  const began = performance.now()
  await killPod(on.client, victim)
  await until(`another ${role} is at work`, () => isAtWork(on, role, victim, targets), 60_000, 20)
  return performance.now() - began
}

/** What the roles are for: a new Service gets ready, and one at zero wakes. */
async function works({ client, http }: BenchStandalone, name: string, sleeping: string): Promise<void> {
  await client.create(knativeServices, serviceOf({ name, annotations: atZero }))
  await readyService(client, name)
  const { status, body } = await http.get(sleeping)
  if (status !== 200) throw new Error(`${sleeping}: HTTP ${status} ${body}`)
  await client.delete(knativeServices, { namespace: 'default', name })
}

async function measure(on: BenchStandalone): Promise<void> {
  const { client, standalone } = on
  const serving = async (name: string, annotations: Readonly<Record<string, string>>): Promise<string> => {
    await client.create(knativeServices, serviceOf({ name, annotations }))
    return hostOf(await readyService(client, name))
  }
  await configure(client, 'config-autoscaler', { 'allow-zero-initial-scale': 'true' })
  for (const role of roles) await replicate(client, role, 2, {})
  const straight = await serving('straight', { ...atOne, 'autoscaling.knative.dev/target-burst-capacity': '0' })
  const activated = await serving('activated', { ...atOne, 'autoscaling.knative.dev/target-burst-capacity': '-1' })
  const loads = [straight, activated].map((host) =>
    startLoad({ port: standalone.gatewayPort, host, connections: 10, reconnect: true, pauseMs: 50 })
  )
  const admissions = startAdmissions(client)
  const times = new Map<Role, number[]>(roles.map((role) => [role, []]))
  for (let run = 0; run < runs; run++) {
    for (const role of roles) {
      const sleeper = `sleeper-${run}-${role}`
      const sleeping = await serving(sleeper, atZero)
      times.get(role)?.push(await takeover(on, role, { straight, activated }))
      await works(on, `new-${run}-${role}`, sleeping)
      await client.delete(knativeServices, { namespace: 'default', name: sleeper })
    }
  }
  const reports = [...(await Promise.all(loads.map((load) => load.stop()))), await admissions.stop()]
  const all = [...times.values()].flat()
  const worst = Object.fromEntries([...times].map(([role, ms]) => [`worst_${role}_ms`, Math.round(Math.max(...ms))]))
  const more = { p50: percentile(all, 0.5), ...worst, runs: all.length, ...machine() }
  figure(bench, 'takeover_p95_ms', percentile(all, 0.95), 'ms', { goal: 20_000, ...more })
  const failures = reports.flatMap((report) => report.failures)
  const [sent, retried] = (['sent', 'retried'] as const).map((what) => reports.reduce((sum, report) => sum + report[what], 0))
  const admitted = reports.at(-1)?.sent
  figure(bench, 'failed', failures.length, 'requests', { goal: 0, sent, retried, admissions: admitted, reasons: failures.slice(0, 5) })
  if (failures.length > 0) process.exitCode = 1
}

await onStandalone(measure)
process.exit()
