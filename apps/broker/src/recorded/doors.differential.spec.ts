import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { rawRequest } from '../testing/raw-request.ts'
import { type Received, RecordedSink } from '../testing/recorded-sink.ts'
import { type Door, type RunningDataPlane, startDataPlane } from '../testing/running-data-plane.ts'
import { broker, channel, completeTable, destination, subscription, trigger } from '../testing/table-of.ts'
import { onPurpose } from './on-purpose.ts'
import { contractOf, recordedContract } from './contract-of.ts'
import { bytesOf, type DoorCase, recording, valueOf } from './recording.ts'

let sink: RecordedSink
let plane: RunningDataPlane

beforeAll(async () => {
  sink = await RecordedSink.start(recording.receiver.answers)
  plane = await startDataPlane()
  const b = broker('ht/b')
  const to = destination(`http://${sink.authority}/s/200/t`)
  const t = trigger('t', { uid: 'UID-1', subscriber: to })
  plane.table.apply(
    completeTable({
      channels: [channel('ht/c'), b.channel],
      brokers: [b.broker],
      triggers: [t],
      subscriptions: [
        subscription('s', { subscriber: destination(`http://${sink.authority}/s/200/s`) }),
        subscription('st', { channel: b.channel.key, trigger: t, deadLetter: destination(`http://${sink.authority}/s/200/elsewhere`) })
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

/** Of dead letters the recordings of the doors say nothing. */
const seen = (): readonly Received[] => sink.received.filter(({ path }) => path !== '/s/200/elsewhere')

/** Hosts were not recorded: these are those of the doors' Services, or what a case's name says. */
function hostOf(door: Door, name: string): string {
  const own = 'c-kn-channel.ht.svc.cluster.local'
  if (door !== 'channel') return `broker-${door}.knative-eventing.svc.cluster.local`
  if (name === 'unknown-channel') return 'nope-kn-channel.ht.svc.cluster.local'
  if (name === 'host-short') return 'c-kn-channel.ht'
  if (name === 'get-path' || name.startsWith('path-')) return 'imc-dispatcher.knative-eventing.svc.cluster.local'
  return own
}

describe.each(['ingress', 'channel', 'filter'] as const)('the door %s answers as was recorded', (door) => {
  it.each(recording[door].filter(({ name }) => !(`${door} ${name}` in onPurpose)).map((recorded) => [recorded.name, recorded] as const))(
    '%s',
    async (name, recorded) => {
      sink.received.length = 0
      const answer = await ask(door, name, recorded)
      expect(answer.status).toBe(recorded.response.status)
      const allowed = recorded.response.headers.filter(([field]) => /^(allow|webhook-)/i.test(field))
      expect(answer.headers.filter(([field]) => /^(allow|webhook-)/i.test(field)).map(lower)).toEqual(allowed.map(lower))
      if (answer.status !== 431) expect(answer.body.toString('latin1')).toBe(recorded.response.body)
      await eventually(() => seen().length >= recorded.received.length, 'what the subscriber got')
      expect(seen().map(contractOf)).toEqual(recorded.received.map(recordedContract))
    }
  )
})

function ask(door: Door, name: string, { request }: DoorCase) {
  return rawRequest(plane.ports[door], {
    method: request.method,
    path: request.path,
    host: hostOf(door, name),
    headers: request.headers.filter(([field]) => field.toLowerCase() !== 'host').map(([field, value]) => [field, valueOf(value)]),
    body: bytesOf(request.body)
  })
}

const lower = ([name, value]: readonly [string, string]): [string, string] => [name.toLowerCase(), value]
