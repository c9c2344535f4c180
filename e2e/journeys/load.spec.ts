/** What a Service does with more requests than one pod may have. */
import { expect, it } from '@jest/globals'
import { imageOf } from '../rig/installation.ts'
import { usePlatform } from '../rig/platform.ts'

const image = imageOf('inspector')
const quick = { 'autoscaling.knative.dev/window': '6s' }
const platform = usePlatform('load')

it('S030 S031 S099 containerConcurrency 1 is never exceeded, and no request of a burst is lost', async () => {
  const { user, http } = platform
  const { host } = await user.deploy({
    name: 'single',
    image,
    containerConcurrency: 1,
    annotations: { ...quick, 'autoscaling.knative.dev/max-scale': '4' }
  })
  const answers = await Promise.all(Array.from({ length: 40 }, () => http.get(host, '/?sleep=100')))
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 200))
  for (let sent = 0; sent < 8; sent++) expect(await http.get(host, '/most')).toMatchObject({ status: 200, body: '1' })
  await user.remove('single')
}, 360_000)

it('S068 S172 scales by requests a second, within min-scale and max-scale', async () => {
  const { user } = platform
  const { host, revision } = await user.deploy({
    name: 'rate',
    image,
    annotations: {
      ...quick,
      'autoscaling.knative.dev/metric': 'rps',
      'autoscaling.knative.dev/target': '10',
      'autoscaling.knative.dev/min-scale': '1',
      'autoscaling.knative.dev/max-scale': '3'
    }
  })
  await user.scaledTo(revision, 1)
  const load = platform.load({ host, connections: 4, path: '/?sleep=40', reconnect: false })
  await user.scaledTo(revision, 3)
  expect((await user.replicasOf(revision)).wanted).toBe(3)
  expect((await load.stop()).failures).toEqual([])
  await user.scaledTo(revision, 1)
  await user.remove('rate')
}, 540_000)
