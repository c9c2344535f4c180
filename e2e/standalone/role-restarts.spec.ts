/** While a load of 50 connections runs, every role is stopped in order and killed: what it costs, and how soon everything is whole again. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { knativeServices } from '@knative-ts/api'
import { deployments } from '@knative-ts/api/kubernetes'
import { systemNamespace } from '@knative-ts/api/system'
import { hostOf, readyService, serviceOf } from '../rig/knative-service.ts'
import { startLoad, type LoadReport } from '../rig/load.ts'
import { descendants } from '../rig/processes.ts'
import { gatewayClient } from '../rig/service-request.ts'
import { startStandalone, type StandaloneProcess } from '../rig/standalone-process.ts'
import { until } from '../rig/until.ts'

let standalone: StandaloneProcess
let host: string

beforeAll(async () => {
  standalone = await startStandalone()
  const annotations = { 'autoscaling.knative.dev/min-scale': '2', 'autoscaling.knative.dev/max-scale': '3' }
  await standalone.client.create(knativeServices, serviceOf({ name: 'steady', annotations }))
  host = hostOf(await readyService(standalone.client, 'steady'))
}, 270_000)

afterAll(() => standalone?.stop(), 180_000)

/** The role's process: the one that runs its bundle. */
function processOf(role: string): number {
  const found = descendants(standalone.process.pid ?? 0).findLast(({ command }) => command.endsWith(`/${role}/main.mjs`))
  if (found === undefined) throw new Error(`no process of ${role}`)
  return found.pid
}

async function ready(role: string): Promise<boolean> {
  if (role === 'queue-proxy') return true
  const { status } = await standalone.client.get(deployments, { namespace: systemNamespace, name: role })
  return (status?.readyReplicas ?? 0) > 0
}

/** Everything answers: the role is ready in a new process, and a request goes through. */
async function wholeAgain(role: string, old: number): Promise<number> {
  const began = performance.now()
  const http = gatewayClient(standalone.gatewayPort)
  await until(
    `${role} is whole again`,
    async () => processOf(role) !== old && (await ready(role)) && (await http.get(host, '/', 2_000)).status === 200,
    60_000
  )
  http.close()
  return performance.now() - began
}

async function underLoad(reconnect: boolean, harm: () => Promise<void>): Promise<LoadReport> {
  // Where it counts how soon all is whole again, 500 requests a second at most: a load without a pause takes the processors that the role needs.
  const pauseMs = reconnect ? 100 : 0
  const load = startLoad({ port: standalone.gatewayPort, host, connections: 50, reconnect, pauseMs })
  await until('the load runs', async () => load.sent() > 500)
  await harm()
  const before = load.sent()
  await until('the load goes on', async () => load.sent() > before + 500)
  return load.stop()
}

const roles = ['controller', 'webhook', 'autoscaler', 'activator', 'gateway']

it.each(roles)(
  'S031 SIGTERM of the %s costs no request',
  async (role) => {
    const old = processOf(role)
    const report = await underLoad(false, async () => {
      process.kill(old, 'SIGTERM')
      await wholeAgain(role, old)
    })
    expect(report.failures).toEqual([])
  },
  360_000
)

it.each([...roles, 'queue-proxy'])(
  'S031 kill -9 of the %s costs no client that reconnects once a request, and is mended within 20 s',
  async (role) => {
    const old = processOf(role)
    let mendedMs = Infinity
    const report = await underLoad(true, async () => {
      process.kill(old, 'SIGKILL')
      mendedMs = await wholeAgain(role, old)
    })
    expect(report.failures).toEqual([])
    expect(report.retried).toBeLessThanOrEqual(50)
    expect(mendedMs).toBeLessThan(20_000)
  },
  360_000
)

it('S031 SIGTERM of a queue-proxy costs no request', async () => {
  const old = processOf('queue-proxy')
  const report = await underLoad(false, async () => {
    process.kill(old, 'SIGTERM')
    await new Promise((resolve) => setTimeout(resolve, 3_000))
  })
  expect(report.failures).toEqual([])
}, 360_000)
