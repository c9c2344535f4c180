/** Which revision a request reaches: shares, tags, the way back, and who may call at all. */
import { beforeAll, describe, expect, it } from '@jest/globals'
import { knativeServices, revisions } from '@knative-ts/api'
import { serviceOf } from '../rig/knative-service.ts'
import { imageOf } from '../rig/installation.ts'
import { usePlatform } from '../rig/platform.ts'
import { templateOf } from '../rig/serving-user.ts'
import { until } from '../rig/until.ts'

const image = imageOf('inspector')
const awake = { 'autoscaling.knative.dev/min-scale': '1' }
const platform = usePlatform('traffic')

const revisionsOf = async (service: string): Promise<unknown[]> => {
  const { namespace } = platform
  const { items } = await platform.client.list(revisions, { namespace, labelSelector: `serving.knative.dev/service=${service}` })
  return items.map(({ metadata }) => [metadata.name, metadata.labels?.['serving.knative.dev/configurationGeneration']]).sort()
}

it('S014 S063 S064 a new template makes one revision, its name and generation counting up; nothing else makes one', async () => {
  const { user } = platform
  const sketch = { name: 'counted', image }
  await user.deploy({ ...sketch, env: { VERSION: '1' } })
  await user.change('counted', templateOf({ ...sketch, env: { VERSION: '1' } }))
  await user.change('counted', { metadata: { labels: { team: 'red' } } })
  expect(await revisionsOf('counted')).toEqual([['counted-00001', '1']])
  await user.change('counted', templateOf({ ...sketch, env: { VERSION: '2' } }))
  await user.change('counted', { spec: { traffic: [{ revisionName: 'counted-00001', percent: 100 }] } })
  expect(await revisionsOf('counted')).toEqual([
    ['counted-00001', '1'],
    ['counted-00002', '2']
  ])
  await user.remove('counted')
}, 270_000)

it('S032 S033 S031 S137 splits traffic, changes the ratio under load without an error, reaches a revision by its tag, and rolls back', async () => {
  const { user, http } = platform
  const sketch = { name: 'split', image, annotations: awake }
  const one = await user.deploy({ ...sketch, env: { VERSION: '1' } })
  const two = await user.change('split', templateOf({ ...sketch, env: { VERSION: '2' } }))
  const share = (percent: number) => ({
    spec: {
      traffic: [
        { revisionName: one.revision, percent: 100 - percent, tag: 'old' },
        { revisionName: two.revision, percent, tag: 'new' }
      ]
    }
  })
  const counted = async (): Promise<number> => {
    let second = 0
    for (let sent = 0; sent < 500; sent++) if ((await http.get(one.host)).headers['x-revision'] === two.revision) second++
    return second
  }
  await user.change('split', share(10))
  // Five standard deviations of a binomial distribution with n = 500.
  expect(Math.abs((await counted()) - 50)).toBeLessThan(34)

  const load = platform.load({ host: one.host, connections: 20, reconnect: false })
  for (const percent of [30, 70, 50]) {
    const before = load.sent()
    await user.change('split', share(percent))
    await until('the load goes on', async () => load.sent() > before + 200)
  }
  expect((await load.stop()).failures).toEqual([])
  expect(Math.abs((await counted()) - 250)).toBeLessThan(56)

  const [oldHost, newHost] = [`old-${one.host}`, `new-${one.host}`]
  expect(await http.get(oldHost)).toMatchObject({ status: 200, body: '1\n' })
  expect(await http.get(newHost)).toMatchObject({ status: 200, body: '2\n' })

  await user.change('split', { spec: { traffic: [{ revisionName: one.revision, percent: 100 }] } })
  for (let sent = 0; sent < 50; sent++) expect((await http.get(one.host)).body).toBe('1\n')
  expect((await http.get(newHost)).status).toBe(404)
  expect(await revisionsOf('split')).toHaveLength(2)
  await user.remove('split')
}, 540_000)

describe('a Service of which nobody outside shall know', () => {
  const local = (name: string): string => `http://${name}.${platform.namespace}.svc.cluster.local`
  let asking: string

  /** What somebody inside is answered: status and text. */
  const inside = async (url: string): Promise<string> => (await platform.http.get(asking, `/fetch?url=${encodeURIComponent(url)}`)).body

  beforeAll(async () => {
    asking = (await platform.user.deploy({ name: 'asking', image, annotations: awake })).host
  }, 180_000)

  it('S026 cluster-local from the beginning is reached inside, and not from outside', async () => {
    const { client, namespace, user, http } = platform
    const sketch = serviceOf({ name: 'inner', namespace, image, env: { VERSION: 'inner' } })
    const labels = { 'networking.knative.dev/visibility': 'cluster-local' }
    await client.create(knativeServices, { ...sketch, metadata: { ...sketch.metadata, labels } })
    const { status } = await user.ready('inner')
    expect(status?.url).toBe(local('inner'))
    const outside = asking.replace('asking', 'inner')
    for (const host of [outside, new URL(local('inner')).host]) expect((await http.get(host)).status).toBe(404)
    expect(await inside(`${local('inner')}/`)).toBe('200 inner\n')
    await user.remove('inner')
  }, 180_000)

  it('made private is gone for those outside and goes on inside; and comes back', async () => {
    const { user, http } = platform
    const { host } = await user.deploy({ name: 'shy', image, env: { VERSION: 'shy' }, annotations: awake })
    expect(await http.get(host)).toMatchObject({ status: 200, body: 'shy\n' })
    const visibility = (value: string | null) => ({ metadata: { labels: { 'networking.knative.dev/visibility': value } } })
    await user.change('shy', visibility('cluster-local'))
    await until('its URL is one of the cluster', async () => (await user.ready('shy')).status?.url === local('shy'))
    expect((await http.get(host)).status).toBe(404)
    expect(await inside(`${local('shy')}/`)).toBe('200 shy\n')

    await user.change('shy', visibility(null))
    await until('its URL is public', async () => new URL((await user.ready('shy')).status?.url ?? '').host === host)
    expect(await http.get(host)).toMatchObject({ status: 200, body: 'shy\n' })
    expect(await inside(`${local('shy')}/`)).toBe('200 shy\n')
    await user.remove('shy')
  }, 180_000)
})
