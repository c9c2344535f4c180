/** However standalone ends, nothing of it stays on the machine: at once, or from the next start on when it could not clean up itself. */
import { afterEach, expect, it } from '@jest/globals'
import { knativeServices } from '@knative-ts/api'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { belongingsOf, leftOf, type Belongings } from '../rig/belongings.ts'
import { runStandalone } from '../rig/command-line.ts'
import { hostOf, readyService, serviceOf } from '../rig/knative-service.ts'
import { descendants } from '../rig/processes.ts'
import { gatewayClient } from '../rig/service-request.ts'
import { startStandalone, temporaryDirectory, type StandaloneProcess } from '../rig/standalone-process.ts'
import { until } from '../rig/until.ts'

const cleaning: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const clean of cleaning.splice(0).toReversed()) await clean()
}, 180_000)

async function emptyDirectory(): Promise<string> {
  const { path, discard } = await temporaryDirectory()
  cleaning.push(discard)
  return path
}

/** Everything of a run that serves a Service. */
async function serving(standalone: StandaloneProcess): Promise<Belongings> {
  const annotations = { 'autoscaling.knative.dev/min-scale': '2' }
  await standalone.client.create(knativeServices, serviceOf({ name: 'left', annotations }))
  await readyService(standalone.client, 'left')
  const pid = standalone.process.pid ?? 0
  const found = belongingsOf(pid, dirname(standalone.kubeconfig))
  // Five roles, and two pods of two containers.
  expect(found.processes.length).toBeGreaterThanOrEqual(10)
  if (process.getuid?.() === 0) expect(found).toMatchObject({ devices: expect.arrayContaining([expect.stringMatching(/^kts\d/)]) })
  return found
}

const gone = (belongings: Belongings, directory: boolean): Promise<true> =>
  until(
    'nothing is left',
    async () => {
      const left = leftOf(belongings, directory)
      if (Object.keys(left).length > 0) throw new Error(JSON.stringify(left))
      return true
    },
    // The kernel takes a network namespace apart some time after its last process.
    5_000
  )

it.each(['SIGINT', 'SIGTERM'] as const)(
  '%s leaves no process, namespace, device or mount, and no directory of an ephemeral run',
  async (signal) => {
    const standalone = await startStandalone()
    const belongings = await serving(standalone)
    standalone.client.close()
    const ended = new Promise((resolve) => standalone.process.once('exit', resolve))
    standalone.process.kill(signal)
    expect(await ended).toBe(0)
    await gone(belongings, true)
  },
  270_000
)

it.each([
  ['at once', () => true],
  ['when the API server answers', (said: string) => said.includes('"event":"api-server"')],
  ['when pods are being started', (_: string, pid: number) => descendants(pid).length > 8],
  ['when a role is ready', (said: string) => said.includes('"event":"role-ready"')]
])(
  'SIGINT while starting, %s, ends it within seconds and leaves nothing',
  async (_, now) => {
    const temporary = await emptyDirectory()
    const running = runStandalone(['--json', '--ephemeral', '--gateway-port', '0', '--api-port', '0'], { env: { TMPDIR: temporary } })
    await until('it is that far', async () => running.out().includes('"event":"starting"') && now(running.out(), running.pid))
    const belongings = belongingsOf(running.pid, temporary)
    const began = performance.now()
    running.signal('SIGINT')
    expect({ code: await running.ended, error: running.error() }).toEqual({ code: 0, error: '' })
    expect(performance.now() - began).toBeLessThan(25_000)
    expect(running.out()).toContain('"event":"stopped"')
    await gone({ ...belongings, directories: [] }, false)
  },
  180_000
)

it('kill -9: the next start over the same directory ends the pods, removes what is left, and serves', async () => {
  const data = await emptyDirectory()
  const first = await startStandalone({ data })
  const belongings = await serving(first)
  await first.kill()
  const second = await startStandalone({ data })
  cleaning.push(() => second.stop())
  await gone(belongings, false)
  const http = gatewayClient(second.gatewayPort)
  const host = hostOf(await readyService(second.client, 'left'))
  expect(await http.get(host)).toMatchObject({ status: 200 })
  http.close()
}, 360_000)

it('kill -9: the next start takes the same ports, though the gateway that was left behind listens on one of them', async () => {
  const data = await emptyDirectory()
  const first = await startStandalone({ data })
  const ports = ['--gateway-port', String(first.gatewayPort), '--api-port', '0']
  await first.kill()
  const second = await startStandalone({ data, args: ports })
  cleaning.push(() => second.stop())
  expect(second.gatewayPort).toBe(first.gatewayPort)
}, 360_000)

it('kill -9 of an ephemeral one: any next start ends its pods and removes its directory', async () => {
  const first = await startStandalone()
  const belongings = await serving(first)
  await first.kill()
  expect(existsSync(dirname(first.kubeconfig))).toBe(true)
  const second = await startStandalone({ data: await emptyDirectory() })
  cleaning.push(() => second.stop())
  await gone(belongings, true)
}, 360_000)
