/** What autoscalers are told, over real gRPC streams. */
import { afterEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { FakeAutoscaler } from '../testing/fake-autoscaler.ts'
import { Rig } from '../testing/rig.ts'

const closers: (() => Promise<void>)[] = []
const start = async (): Promise<Rig> => {
  const rig = await Rig.start()
  closers.push(() => rig.close())
  return rig
}
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

describe('statistics', () => {
  it('come with the token of the ServiceAccount', async () => {
    const rig = await start()
    await eventually(() => rig.autoscaler.tokens.length > 0)
    expect(new Set(rig.autoscaler.tokens)).toEqual(new Set(['word']))
  })

  it('begin with the first request, at once, and end with one zero', async () => {
    const rig = await start()
    const { reports } = rig.autoscaler
    // Not with the report of its period: there is none until it has come.
    rig.activator.reporter.stop()
    const answer = rig.ask()
    const poke = await eventually(() => reports[0], 'the first request to be reported')
    expect(poke).toMatchObject({ revision: 'default/hello-00001', pod: 'activator-1', concurrency: 1, requests: 1 })
    rig.activator.reporter.start()
    // One request waits all the time: 1 in every period after the first, from which what was told already is taken off.
    await eventually(() => reports.length >= 3)
    expect(reports[1]).toMatchObject({ concurrency: 0, requests: 0 })
    expect(reports[2]?.concurrency).toBeCloseTo(1, 1)
    await rig.pod('hello-1')
    await answer
    await eventually(() => rig.activator.reporter.current().length === 0)
    await eventually(() => reports.at(-1)?.concurrency === 0 && (reports.at(-2)?.concurrency ?? 0) > 0)
    const told = reports.length
    await rig.ask()
    await eventually(() => reports.length > told)
    expect(reports[told]).toMatchObject({ concurrency: 1, requests: 1 })
  })

  it('go to every autoscaler that is ready', async () => {
    const rig = await start()
    const second = await new FakeAutoscaler().open()
    closers.push(() => second.close())
    rig.cluster.put(second.slice('autoscaler-two'))
    await eventually(() => rig.activator.link.connected === 2)
    await rig.pod('hello-1')
    await rig.ask()
    await eventually(() => rig.autoscaler.reports.length > 0 && second.reports.length > 0)
    expect(second.reports[0]).toMatchObject({ concurrency: 1, requests: 1 })
    // One of them passes on what belongs to a third one, which this activator does not reach.
    const told = [rig.autoscaler.address, second.address]
    expect(rig.autoscaler.batches.at(-1)).toEqual({ told, final: false })
    expect(second.batches.at(-1)).toEqual({ told, final: true })
    rig.cluster.remove(second.slice('autoscaler-two'))
    await eventually(() => second.streams === 0 && rig.activator.link.connected === 1)
  })

  it('tell an autoscaler that came back what is open now, so that it wakes the revision again', async () => {
    const rig = await start()
    const answer = Promise.all([rig.ask(), rig.ask()])
    await eventually(() => rig.throttler.waiting === 2)
    await rig.autoscaler.close()
    await eventually(() => rig.activator.link.connected === 0)
    const before = rig.autoscaler.reports.length
    await rig.autoscaler.open()
    await eventually(() => rig.autoscaler.reports.length > before)
    expect(rig.autoscaler.reports[before]).toMatchObject({ concurrency: 2, requests: 0 })
    await rig.pod('hello-1')
    await answer
  })
})
