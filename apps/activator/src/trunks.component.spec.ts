/** Many connections over one, on both sides of the activator. */
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { createServer, type Server } from '@knative-ts/proxy'
import { eventually } from '@knative-ts/testing'
import { Rig } from './testing/rig.ts'

const atOnce = 8
let rig: Rig
let pod: Server
/** Ports that the activator came from. */
const cameFrom = new Set<number>()
let waiting: (() => void)[] = []

beforeEach(async () => {
  rig = await Rig.start()
  pod = createServer({
    trunks: true,
    handler: (exchange) => {
      if (exchange.request.headers.get('K-Network-Probe') === 'queue') {
        exchange.respond(200, {}, 'queue')
        return undefined
      }
      return new Promise((resolve) => {
        cameFrom.add(exchange.request.remotePort)
        waiting.push(() => {
          exchange.respond(200, {}, exchange.request.target)
          resolve()
        })
        if (waiting.length === atOnce) for (const answer of waiting.splice(0)) answer()
      })
    }
  })
})
afterEach(async () => {
  await pod.close()
  await rig.close()
})

it('requests to one pod share a connection, and the gateway is told that its own may', async () => {
  const silent = rig.silentPod('hello-1')
  await pod.listen({ host: silent.ip, port: 8012 })
  rig.cluster.put(silent.object())
  const offers = new Set<string | undefined>()
  await eventually(async () => {
    cameFrom.clear()
    const paths = Array.from({ length: atOnce }, (_, index) => `/${index}`)
    const answers = await Promise.all(paths.map((path) => rig.ask({ path })))
    expect(answers.map(({ body }) => body)).toEqual(paths)
    for (const { headers } of answers) offers.add(headers.upgrade)
    // All but one that found itself alone.
    return cameFrom.size <= 2
  })
  expect(offers).toContain(`knative-ts-trunk/127.0.0.1-${rig.port}`)
  expect(pod.counts.refused).toBe(0)
})
