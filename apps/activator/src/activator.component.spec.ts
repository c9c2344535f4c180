/** One activator with real sockets on all sides: a fake cluster, fake queue-proxies, a fake autoscaler. */
import { afterEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { Rig } from './testing/rig.ts'

const rigs: Rig[] = []
const start = async (...given: Parameters<typeof Rig.start>): Promise<Rig> => {
  const rig = await Rig.start(...given)
  rigs.push(rig)
  return rig
}
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close()
})

describe('a revision without pods', () => {
  it('is held for and answers as soon as its first pod answers a probe, before the kubelet calls it ready', async () => {
    const rig = await start()
    const answer = rig.ask({ path: '/first' })
    await eventually(() => rig.throttler.waiting === 1)
    const pod = rig.silentPod('hello-1')
    rig.cluster.put(pod.object(false))
    await pod.open()
    expect(await answer).toMatchObject({ status: 200, body: 'hello-1' })
    expect(pod.probes[0]).toMatchObject({ 'user-agent': 'Knative-Activator-Probe', 'k-network-probe': 'queue' })
  })

  it('releases all that were held', async () => {
    const rig = await start()
    const answers = Array.from({ length: 50 }, () => rig.ask())
    await eventually(() => rig.throttler.waiting === 50)
    await rig.pod('hello-1')
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array<number>(50).fill(200))
  })
})
