/** containerConcurrency 1 is never 2: one queue-proxy, one user container that counts what is open at it, clients of which a good part give up. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { freePorts } from '@knative-ts/testing'
import { sidecarVariables } from '../../apps/queue-proxy/src/testing/sidecar-variables.ts'
import { seeded, startRudeLoad } from '../rig/rude-load.ts'
import { root } from '../rig/root.ts'
import { until } from '../rig/until.ts'

/** 100,000 by hand: ONE_AT_A_TIME_REQUESTS=100000. */
const requests = Number(process.env['ONE_AT_A_TIME_REQUESTS'] ?? 20_000)
const seed = Number(process.env['ONE_AT_A_TIME_SEED'] ?? Date.now() % 1e6)

const children: ChildProcess[] = []
let port: number

function start(main: string, variables: Record<string, string>): void {
  children.push(spawn(process.execPath, [join(root, main)], { env: variables, stdio: ['ignore', 'ignore', 'inherit'] }))
}

function accepts(at: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(at, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

beforeAll(async () => {
  const [user, serving, admin, stats, metrics] = (await freePorts(5)) as [number, number, number, number, number]
  port = serving
  start('e2e/images/one-at-a-time/main.js', { PORT: String(user), HOST: '127.0.0.1' })
  start('dist/apps/queue-proxy/main.mjs', {
    ...sidecarVariables(user),
    CONTAINER_CONCURRENCY: '1',
    QUEUE_SERVING_PORT: String(serving),
    QUEUE_ADMIN_PORT: String(admin),
    QUEUE_AUTOMETRIC_PORT: String(stats),
    QUEUE_USERMETRIC_PORT: String(metrics)
  })
  await until('both listen', async () => (await accepts(user)) && (await accepts(serving)))
})

afterAll(async () => {
  for (const child of children) {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
})

it(`holds over ${requests} requests (seed ${seed})`, async () => {
  const load = startRudeLoad({ port, host: 'one.default.localhost', clients: 6, requests, random: seeded(seed) })
  await load.done
  const { report } = load
  expect(report.overlap).toBe('')
  expect(report.most).toBe(1)
  // Who leaves in the middle of a body is noticed when somebody reads it: so many may have left that the queue of ten is full for a moment.
  const [answered, refused, ...others] = [200, 503, 0, 500, 502, 504].map((status) => report.statuses.get(status) ?? 0)
  expect(others).toEqual([0, 0, 0, 0])
  expect(refused).toBeLessThan(requests / 100)
  expect(answered).toBe(requests - report.abandoned - (refused ?? 0))
  expect(report.abandoned).toBeGreaterThan(requests / 5)
  expect(report.sent).toBe(requests)
}, 1_800_000)
