/** Of controllers and autoscalers one leads: when it is taken away without a word, another one goes on within 20 s, and knows what it knew. */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { imageOf } from '../rig/installation.ts'
import { usePlatform } from '../rig/platform.ts'
import { until } from '../rig/until.ts'
import { killProcess, processOf } from './roles/container-process.ts'
import { leaderOf, type LedRole, replaceLeader } from './roles/leader.ts'
import { lowestReplicas } from './roles/lowest-replicas.ts'
import { restartedRole } from './roles/restarted-role.ts'
import { replicasOfRole, scaleRole } from './roles/role-replicas.ts'

const platform = usePlatform('leading')
const wholeWithinMs = 20_000
const led: readonly LedRole[] = ['controller', 'autoscaler']
/** Much shorter than what is waited for: who knows nothing of the load would have scaled down by then. */
const window = '10s'
const busyPods = 3
/** Twice the window of the load that it had not seen, and the delay of a decision. */
const ignoranceMs = 23_000

const replicas = new Map<LedRole, number>()
beforeAll(async () => {
  for (const role of led) {
    replicas.set(role, await replicasOfRole(platform.client, role))
    await scaleRole(platform.client, role, 2)
  }
}, 400_000)
afterAll(async () => {
  for (const [role, count] of replicas) await scaleRole(platform.client, role, count)
}, 400_000)

let calls: Promise<void>[] = []
let calling = false
afterEach(async () => {
  calling = false
  await Promise.all(calls)
})

/** As many requests at a time as the Service shall have pods; each takes a second. Gives what failed. */
function callSteadily(host: string): readonly string[] {
  const failed: string[] = []
  calling = true
  const caller = async (): Promise<void> => {
    while (calling) {
      const outcome = await platform.http.get(host, '/?sleep=1000').then(
        ({ status }) => (status === 200 ? undefined : `HTTP ${status}`),
        (error: Error) => error.message
      )
      if (outcome !== undefined) failed.push(outcome)
    }
  }
  calls = Array.from({ length: busyPods }, caller)
  return failed
}

const annotations = {
  'autoscaling.knative.dev/target': '1',
  'autoscaling.knative.dev/target-utilization-percentage': '100',
  'autoscaling.knative.dev/window': window,
  'autoscaling.knative.dev/max-scale': String(busyPods)
}

it('a controller goes on when the one that leads is gone', async () => {
  const { client, user, http } = platform
  expect(await replaceLeader(client, 'controller')).toBeLessThan(wholeWithinMs)
  const { host } = await user.deploy({ name: 'after', image: imageOf('inspector') })
  expect((await http.get(host)).status).toBe(200)
  await user.remove('after')
  await scaleRole(client, 'controller', 2)
}, 400_000)

it.each([
  ['another one, when it is gone', 2],
  ['itself, when it is the only one and is killed', 1]
])(
  'the autoscaler that leads is followed by %s; no pod is taken from a load that it does not know yet',
  async (_who, count) => {
    const { client, user, http } = platform
    await scaleRole(client, 'autoscaler', count)
    const name = `busy-${count}`
    const { host, revision } = await user.deploy({ name, image: imageOf('inspector'), annotations })
    const failed = callSteadily(host)
    await user.scaledTo(revision, busyPods)
    const seen = lowestReplicas(user, revision)
    if (count > 1) expect(await replaceLeader(client, 'autoscaler')).toBeLessThan(wholeWithinMs)
    else {
      const leader = await leaderOf(client, 'autoscaler')
      await killProcess(processOf(leader, 'autoscaler'))
      await restartedRole(client, 'autoscaler', leader)
    }
    const end = performance.now() + ignoranceMs
    await until('the load goes on', async () => performance.now() > end, 60_000, 500)
    expect(await seen.stop()).toBe(busyPods)
    expect(failed).toEqual([])
    // And it scales: down to nothing, and up again.
    calling = false
    await user.scaledTo(revision, 0, 180_000)
    expect((await http.get(host)).status).toBe(200)
    await user.remove(name)
  },
  600_000
)
