/** What the doors answer where they answer otherwise than was recorded of the original, on purpose. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { rawRequest } from '../testing/raw-request.ts'
import { RecordedSink } from '../testing/recorded-sink.ts'
import { type Door, type RunningDataPlane, startDataPlane } from '../testing/running-data-plane.ts'
import { broker, channel, completeTable, destination, subscription, trigger } from '../testing/table-of.ts'
import { onPurpose } from './on-purpose.ts'
import { bytesOf, type Fields, recording } from './recording.ts'

let sink: RecordedSink
let plane: RunningDataPlane

beforeAll(async () => {
  sink = await RecordedSink.start(recording.receiver.answers)
  plane = await startDataPlane()
  const b = broker('ht/b')
  const to = (path: string) => destination(`http://${sink.authority}/s/200/${path}`)
  const t = trigger('t', { uid: 'UID-1', subscriber: to('t') })
  plane.table.apply(
    completeTable({
      channels: [channel('ht/c'), channel('ht/alone'), b.channel],
      brokers: [b.broker],
      triggers: [t],
      subscriptions: [
        subscription('s', { subscriber: to('s') }),
        subscription('st', { channel: b.channel.key, trigger: t, deadLetter: to('dead') })
      ]
    })
  )
  await plane.dispatch.start()
  await plane.dispatch.settled()
})
afterAll(async () => {
  await plane?.stop()
  await sink?.close()
})

const eventHeaders: Fields = [
  ['Ce-Specversion', '1.0'],
  ['Ce-Id', '1'],
  ['Ce-Type', 'a.b'],
  ['Ce-Source', '/s']
]
const hosts: Readonly<Record<string, string>> = {
  'channel unknown-channel': 'nope-kn-channel.ht.svc.cluster.local',
  'channel host-short': 'c-kn-channel.ht',
  'channel host-with-port': 'c-kn-channel.ht.svc.cluster.local:80',
  'channel host-upper': 'C-KN-CHANNEL.HT.SVC.CLUSTER.LOCAL'
}

/** Of each case on purpose: the status, and how the subscriber gets an extension or attribute of it; undefined where it gets nothing. */
const ours: Readonly<Record<string, readonly [status: number, header?: string, value?: string]>> = {
  'channel unknown-channel': [404],
  'channel host-short': [404],
  'channel host-with-port': [202, 'ce-id', '1'],
  'channel host-upper': [202, 'ce-id', '1'],
  'channel structured-extension-float': [202, 'ce-ext', '1.5'],
  'channel specversion-0.3-extras': [202, 'ce-schemaurl', 'http://x'],
  'ingress specversion-0.3-extras': [202, 'ce-specversion', '0.3'],
  'filter no-id': [400]
}

describe('a door answers on purpose', () => {
  it.each(Object.keys(onPurpose))('%s', async (name) => {
    const [door, one] = name.split(' ') as [Door, string]
    const { request } =
      recording[door].find((recorded) => recorded.name === one) ?? recording.channel.find((recorded) => recorded.name === one)!
    const [status, header, value] = ours[name] ?? []
    sink.received.length = 0
    const answer = await rawRequest(plane.ports[door], {
      ...request,
      path: door === 'ingress' ? '/ht/b' : request.path,
      host: hosts[name] ?? 'c-kn-channel.ht.svc.cluster.local',
      headers: request.headers.filter(([field]) => field.toLowerCase() !== 'host'),
      body: bytesOf(request.body)
    })
    expect(answer.status).toBe(status)
    if (header === undefined) return expect(sink.received).toEqual([])
    await eventually(() => sink.received.length === 1, 'what the subscriber got')
    return expect(sink.received[0]?.headers.get(header)).toEqual([value])
  })

  it('202 for a channel that nobody subscribes to', async () => {
    const host = 'alone-kn-channel.ht.svc.cluster.local'
    const { status } = await rawRequest(plane.ports.channel, {
      method: 'POST',
      path: '/',
      host,
      headers: eventHeaders,
      body: Buffer.alloc(0)
    })
    expect(status).toBe(202)
  })
})
