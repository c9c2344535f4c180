/** Two of each role: one of them is deleted, or killed, under 200 requests a second through the gateway's Service and the activators. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { pods } from '@knative-ts/api/kubernetes'
import { roleNames, systemNamespace, type RoleName } from '@knative-ts/api/system'
import { thisMachine } from '../rig/gateway-address.ts'
import { imageOf } from '../rig/installation.ts'
import { usePlatform } from '../rig/platform.ts'
import { until } from '../rig/until.ts'
import { killProcess, processOf } from './roles/container-process.ts'
import { lostOf } from './roles/lost-requests.ts'
import { type Asked, type PacedRequests, startPacedRequests } from './roles/paced-requests.ts'
import { replicasOfRole, scaleRole, settledRole } from './roles/role-replicas.ts'
import { restartedRole, restartsOf } from './roles/restarted-role.ts'
import type { Address } from './roles/send-to.ts'
import { steadyService } from './roles/steady-service.ts'

/** Of each of the two loads: connections that are used again, and one for each request. */
const perSecond = 100
/** A connection that the kernel had accepted for a killed process is reset when its last thread has ended. */
const endMs = 1_000
/** A container's first restart is at once; the kubelet waits 10 s, then 20, before those that follow. The one that was started anew least often is killed. */
const wholeWithinMs = 20_000

const platform = usePlatform('roles')
let gateway: Address
let host: string
const replicas = new Map<RoleName, number>()

beforeAll(async () => {
  const { client, namespace } = platform
  gateway = { host: platform.gateway.address ?? thisMachine, port: platform.gateway.port }
  for (const role of roleNames) {
    replicas.set(role, await replicasOfRole(client, role))
    await scaleRole(client, role, 2)
  }
  host = await steadyService({ client, namespace, image: imageOf('inspector'), gateway })
}, 900_000)

afterAll(async () => {
  for (const [role, count] of replicas) await scaleRole(platform.client, role, count)
}, 900_000)

interface Loads {
  readonly more: (seconds: number) => Promise<unknown>
  stop(): Promise<readonly Asked[]>
}

function startLoads(): Loads {
  const loads: PacedRequests[] = (['fresh', 'kept'] as const).map((connections) =>
    startPacedRequests({ gateway, host, perSecond, connections })
  )
  const more = (seconds: number): Promise<unknown> =>
    Promise.all(
      loads.map((load) => {
        const count = load.sent() + seconds * perSecond
        return until('the load goes on', async () => load.sent() >= count, 60_000, 100)
      })
    )
  return { more, stop: async () => (await Promise.all(loads.map((load) => load.stop()))).flat() }
}

describe.each(roleNames)('%s, one of two', (role) => {
  it('costs no request when its pod is deleted', async () => {
    const { client } = platform
    const [pod] = await settledRole(client, role, 2)
    const loads = startLoads()
    await loads.more(2)
    const at = performance.now()
    await client.delete(pods, { namespace: systemNamespace, name: pod?.metadata.name ?? '' })
    // Until the other is there and the deleted one has gone: its drain is a part of it.
    await settledRole(client, role, 2)
    await loads.more(2)
    expect(lostOf(await loads.stop(), at)).toEqual([])
  }, 900_000)

  it('costs what it had in its hands when it is killed, and is whole again', async () => {
    const { client } = platform
    const [pod] = (await settledRole(client, role, 2)).toSorted((a, b) => restartsOf(a) - restartsOf(b))
    if (pod === undefined) throw new Error(`${role} has no pod`)
    const loads = startLoads()
    await loads.more(2)
    const at = performance.now()
    await killProcess(processOf(pod, role))
    await restartedRole(client, role, pod)
    const wholeMs = performance.now() - at
    await loads.more(2)
    const asked = await loads.stop()
    // A connect that is refused was never taken: kube-proxy sends some to the dead gateway until it knows. A client tries such a one again.
    const lost = asked.filter(({ failure }) => failure !== undefined && failure !== 'ECONNREFUSED')
    // Only the gateway has requests in its hands that nobody else knows of: those behind it are sent again by the one before.
    const inHands = role === 'gateway' ? lost.filter((each) => each.at <= at + endMs && each.failure === 'ECONNRESET') : []
    expect(
      lostOf(
        lost.filter((each) => !inHands.includes(each)),
        at
      )
    ).toEqual([])
    const refused = asked.filter(({ failure }) => failure === 'ECONNREFUSED')
    if (role !== 'gateway') expect(lostOf(refused, at)).toEqual([])
    else
      expect(
        lostOf(
          refused.filter((each) => each.at > at + wholeWithinMs),
          at
        )
      ).toEqual([])
    expect(wholeMs).toBeLessThan(wholeWithinMs)
  }, 600_000)
})
