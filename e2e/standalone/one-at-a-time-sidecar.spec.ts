/** containerConcurrency 1 is never 2: one queue-proxy, one user container that counts what is open at it, clients of which a good part give up. */
import { afterEach, expect, it } from '@jest/globals'
import { seededRandom } from '@knative-ts/testing'
import { type OneSidecar, startOneSidecar } from '../rig/one-sidecar.ts'
import { cancelFrame, exchangeFrames, getFrame, greeting } from '../rig/raw-http2.ts'
import { startRudeLoad } from '../rig/rude-load.ts'
import { startRudeStreams } from '../rig/rude-streams.ts'

/** 100,000 by hand: ONE_AT_A_TIME_REQUESTS=100000. */
const requests = Number(process.env['ONE_AT_A_TIME_REQUESTS'] ?? 12_000)
const seed = Number(process.env['ONE_AT_A_TIME_SEED'] ?? 1)
const withinMs = 1_800_000

let sidecar: OneSidecar
afterEach(() => sidecar?.stop())

it(
  `holds over ${requests} requests (seed ${seed})`,
  async () => {
    sidecar = await startOneSidecar('one-at-a-time', { CONTAINER_CONCURRENCY: '1' })
    const host = 'one.default.localhost'
    const load = startRudeLoad({ port: sidecar.port, host, clients: 6, requests, random: seededRandom(seed) })
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
  },
  withinMs
)

it(
  `holds over ${requests / 4} streams of HTTP/2 (seed ${seed})`,
  async () => {
    sidecar = await startOneSidecar('one-at-a-time-h2c', { CONTAINER_CONCURRENCY: '1' })
    await exchangeFrames(sidecar.port, Buffer.concat([greeting, getFrame(1)]), 1)
    const report = await startRudeStreams({ port: sidecar.port, clients: 6, requests: requests / 4, random: seededRandom(seed) })
    expect(report.overlap).toBe('')
    expect(report.most).toBe(1)
    expect(report.failures.slice(0, 5)).toEqual([])
    expect(report.answered).toBe(requests / 4 - report.abandoned)
    expect(report.abandoned).toBeGreaterThan(requests / 20)
  },
  withinMs
)

it('holds when a stream is given up while the connection to the user container is opened', async () => {
  sidecar = await startOneSidecar('one-at-a-time-h2c', { CONTAINER_CONCURRENCY: '1' })
  await exchangeFrames(sidecar.port, Buffer.concat([greeting, getFrame(1), cancelFrame(1), getFrame(3)]), 3)
  const after = await startRudeStreams({ port: sidecar.port, clients: 2, requests: 20, random: seededRandom(1) })
  expect(after.answered).toBeGreaterThan(0)
  expect(after.overlap).toBe('')
})
