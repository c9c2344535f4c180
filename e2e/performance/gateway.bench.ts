/**
 * The gateway with 10,000 routes against the gateway with one: requests per second of its CPU time, in paired turns; and how soon a changed route is
 * acknowledged, and serves. `npm run bench -- gateway [PAIRS] [--seconds=N] [--only=FIGURE] [--main=FILE]`
 */
import { get } from 'node:http'
import { setImmediate as turnOfLoop } from 'node:timers/promises'
import { FakeController } from '../../apps/gateway/src/testing/fake-controller.ts'
import { backendOf, routesOf } from '../../apps/gateway/src/testing/routes.ts'
import { freePort } from '@knative-ts/kubelet/free-port'
import { figure, percentile } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { buildAnchors } from './rig/anchors.ts'
import { turn } from './rig/load.ts'
import { benchOptions } from './rig/options.ts'
import { efficiency, median, rounds } from './rig/pairs.ts'
import { cores, leaveProxyCore, served } from './rig/pinned.ts'
import { startRole, type Role } from './rig/role.ts'

const many = 10_000
const changes = 300
const patienceMs = 5_000
const hostPattern = 'h%d.bench.example.com'
const hostOf = (index: number | string): string => hostPattern.replace('%d', String(index))

interface Gateway extends Role {
  readonly name: string
  readonly routes: number
  readonly port: number
  readonly address: string
  readonly controller: FakeController
}

const options = benchOptions({ pairs: 5, seconds: 2 })
const wants = (name: string): boolean => options.only.length === 0 || options.only.includes(name)
leaveProxyCore()
const program = await buildAnchors()
const backend = await served(cores.others, program('backend'), [])
const upstream = backend.addresses.http ?? ''

/** A gateway that leads so many hosts, each a KIngress of its own, to one backend. */
async function startGateway(routes: number): Promise<Gateway> {
  const controller = await new FakeController().open()
  const ingresses = Array.from({ length: routes }, (_, index) => routesOf(hostOf(index), { key: `default/route-${index}` }))
  controller.table = { ingresses, backends: [backendOf([upstream])] }
  const port = await freePort()
  const env = {
    POD_NAME: 'gateway-1',
    POD_IP: '127.0.0.1',
    PUBLIC_PORT: String(port),
    INTERNAL_PORT: '0',
    HTTPS_PORT: '0',
    INTERNAL_HTTPS_PORT: '0',
    ROUTING_ADDRESS: controller.address
  }
  const role = await startRole('gateway', { env, core: cores.proxy, main: options.main })
  return { ...role, name: `${routes}`, routes, port, address: `127.0.0.1:${port}`, controller }
}

function status(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, headers: { host }, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on('error', reject)
  })
}

/** From the sending of one new route to its acknowledgement, in ms; the route must serve then. */
async function change({ controller, port }: Gateway, index: number): Promise<number> {
  const host = hostOf(`new-${index}`)
  if ((await status(port, host)) !== 404) throw new Error(`${host} is served before its route was sent`)
  const began = performance.now()
  const sequence = controller.send({ ingresses: [routesOf(host, { key: `default/new-${index}` })] })
  while ((controller.reports.at(-1)?.appliedSequence ?? 0) < sequence) {
    if (performance.now() - began > patienceMs) throw new Error(`${host} is not acknowledged within ${patienceMs} ms`)
    await turnOfLoop()
  }
  const ms = performance.now() - began
  const now = await status(port, host)
  if (now !== 200) throw new Error(`${host} is acknowledged, and answers ${now}`)
  return ms
}

const one = await startGateway(1)
const all = await startGateway(many)
try {
  if (wants('rps_10000_routes_x')) {
    const load = { connections: 50, wantLength: 0, host: hostPattern }
    for (const { address, routes } of [one, all]) await turn(program('load'), { ...load, address, hosts: routes, seconds: 2 })
    const turns = await rounds(options.pairs, [all, one], (gateway) => {
      const { address, pid } = gateway
      return turn(program('load'), { ...load, address, pid, hosts: gateway === one ? 1 : many, seconds: options.seconds })
    })
    const ratios = turns.map(([mine, single]) => efficiency(mine!) / efficiency(single!))
    const ours = Math.round(median(turns.map(([mine]) => efficiency(mine!))))
    const from = Number(Math.min(...ratios).toPrecision(3))
    const to = Number(Math.max(...ratios).toPrecision(3))
    figure('gateway', 'rps_10000_routes_x', median(ratios), 'x', { goal: 0.9, ours, pairs: options.pairs, from, to, ...machine() })
  }
  if (wants('route_change_p95_ms')) {
    const times: number[] = []
    for (let index = 0; index < changes; index++) times.push(await change(all, index))
    const worst = Number(Math.max(...times).toPrecision(3))
    figure('gateway', 'route_change_p95_ms', percentile(times, 0.95), 'ms', { goal: 10, routes: many, changes, worst, ...machine() })
  }
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  for (const { controller, stop } of [one, all]) {
    await stop()
    await controller.close()
  }
  await backend.stop()
}
process.exit()
