/** The main job where nobody is root and no network namespace can be made: pods on loopback addresses. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { chown } from 'node:fs/promises'
import { join } from 'node:path'
import { servingUser, templateOf, type ServingUser } from '../rig/serving-user.ts'
import { gatewayClient, type GatewayClient } from '../rig/service-request.ts'
import { root, startStandalone, temporaryDirectory, type StandaloneProcess } from '../rig/standalone-process.ts'
import { until } from '../rig/until.ts'

const images = ['--images', join(root, 'samples'), '--images', join(root, 'e2e/images')]
const isRoot = process.getuid?.() === 0

describe.each([
  ['as this user, --network loopback', false],
  ['as user nobody, with a directory of its own', true]
])('%s', (_, asNobody) => {
  let standalone: StandaloneProcess
  let http: GatewayClient
  let user: ServingUser
  let discard: () => Promise<void>

  beforeAll(async () => {
    const data = await temporaryDirectory()
    discard = data.discard
    // Who is not root already is somebody without rights.
    const setpriv = asNobody && isRoot
    if (setpriv) await chown(data.path, 65_534, 65_534)
    const args = asNobody ? images : ['--network', 'loopback', ...images]
    standalone = await startStandalone({ data: data.path, args, ...(setpriv ? { asNobody: true, env: { HOME: data.path } } : {}) })
    http = gatewayClient(standalone.gatewayPort)
    user = servingUser(standalone.client)
  }, 270_000)

  afterAll(async () => {
    http?.close()
    await standalone?.stop()
    await discard?.()
  }, 180_000)

  it('deploys on addresses of 127/8', async () => {
    const { host, revision } = await user.deploy({ name: 'hello' })
    expect(await http.get(host)).toMatchObject({ status: 200, body: 'Hello World!\n' })
    const [pod] = await user.podsOf(revision)
    expect(pod?.status?.podIP).toMatch(/^127\./)
  }, 180_000)

  it('S029 S031 scales to zero and answers from zero', async () => {
    const annotations = { 'autoscaling.knative.dev/window': '6s' }
    const { host, revision } = await user.deploy({ name: 'zero', annotations })
    await user.scaledTo(revision, 0)
    expect(await http.get(host)).toMatchObject({ status: 200, body: 'Hello World!\n' })
  }, 450_000)

  it('S068 scales out under 50 concurrent requests, of which none fails', async () => {
    const annotations = { 'autoscaling.knative.dev/window': '6s', 'autoscaling.knative.dev/target': '10' }
    const { host, revision } = await user.deploy({ name: 'wide', annotations })
    const requests = Array.from({ length: 50 }, async () => {
      const statuses: number[] = []
      for (let sent = 0; sent < 4; sent++) statuses.push((await http.get(host, '/?sleep=1000')).status)
      return statuses
    })
    await until('more than one pod is there', async () => (await user.podsOf(revision)).length > 1)
    expect(new Set((await Promise.all(requests)).flat())).toEqual(new Set([200]))
  }, 270_000)

  it('S032 splits the traffic among two revisions', async () => {
    const one = await user.deploy({ name: 'split', image: 'dev.local/inspector' })
    const two = await user.change('split', templateOf({ name: 'split', image: 'dev.local/inspector', env: { VERSION: '2' } }))
    const traffic = [
      { revisionName: one.revision, percent: 50 },
      { revisionName: two.revision, percent: 50 }
    ]
    await user.change('split', { spec: { traffic } })
    let second = 0
    for (let sent = 0; sent < 200; sent++) if ((await http.get(two.host)).headers['x-revision'] === two.revision) second++
    // Five standard deviations of a binomial distribution with n = 200.
    expect(Math.abs(second - 100)).toBeLessThan(36)
  }, 270_000)
})
