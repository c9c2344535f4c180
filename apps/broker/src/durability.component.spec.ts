import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChannelStore } from '@knative-ts/messaging'
import { openLog } from '@knative-ts/messaging/log'
import { MemoryFiles } from '@knative-ts/messaging/testing'
import { eventually } from '@knative-ts/testing'
import { ControlledSink } from './testing/controlled-sink.ts'
import { storedEvent } from './testing/event.ts'
import { rawRequest } from './testing/raw-request.ts'
import { type RunningDataPlane, startDataPlane } from './testing/running-data-plane.ts'
import { broker, completeTable, destination, subscription, trigger } from './testing/table-of.ts'

const mib = 1024 * 1024
const b = broker('ht/b')

describe('a data plane over the event log', () => {
  let sink: ControlledSink
  let plane: RunningDataPlane
  let directory: string | undefined
  beforeEach(async () => {
    sink = await new ControlledSink().open()
    directory = undefined
  })
  afterEach(async () => {
    sink.release()
    await plane.stop()
    await sink.close()
    if (directory !== undefined) await rm(directory, { recursive: true, force: true })
  })

  const start = async (store: ChannelStore, names: readonly string[]): Promise<void> => {
    plane = await startDataPlane(store, { flightBytes: 4 * mib, heldBytes: 8 * mib })
    const subscriptions = names.map((name) =>
      subscription(name, {
        channel: b.channel.key,
        trigger: trigger(name, { broker: 'ht/b', subscriber: destination(sink.url(`/${name}`)) })
      })
    )
    plane.table.apply(completeTable({ channels: [b.channel], brokers: [b.broker], subscriptions }))
    await plane.dispatch.start()
    await plane.dispatch.settled()
  }
  const publish = async (id: string): Promise<{ status: number; retryAfter: string | undefined }> => {
    const headers = [
      ['ce-specversion', '1.0'],
      ['ce-id', id],
      ['ce-type', 't'],
      ['ce-source', '/s']
    ] as const
    const answer = await rawRequest(plane.ports.ingress, { method: 'POST', path: '/ht/b', host: 'b', headers, body: Buffer.from('x') })
    return { status: answer.status, retryAfter: answer.headers.find(([name]) => name === 'Retry-After')?.[1] }
  }

  it('answers 503 while the disk is full, before it takes the event, and takes events again when there is space', async () => {
    const files = new MemoryFiles()
    await start(await openLog({ directory: '/log', files, onWarning: () => undefined }), ['one'])
    expect(await publish('1')).toMatchObject({ status: 202 })
    files.full = true
    expect(await publish('2')).toEqual({ status: 503, retryAfter: '1' })
    expect(await publish('3')).toEqual({ status: 503, retryAfter: '1' })
    files.full = false
    await eventually(async () => (await publish('4')).status === 202, 'events to be taken again')
    await eventually(() => sink.ids('/one').includes('4'), 'the last event')
    expect(sink.ids('/one')).not.toContain('2')
    expect(sink.ids('/one')).not.toContain('3')
  }, 240_000)

  it('has a bounded part of 10,000 slow deliveries in memory, and the rest on disk', async () => {
    directory = await mkdtemp(join(tmpdir(), 'event-log-'))
    await start(await openLog({ directory, onWarning: () => undefined }), ['slow', 'slower', 'fast'])
    sink.answer = ({ path }) => (path === '/fast' ? 202 : 'hang')
    const count = 5_000
    let mostHeld = 0
    let mostFlights = 0
    for (let id = 0; id < count; id += 100) {
      const batch = Array.from({ length: 100 }, (_, index) => storedEvent(String(id + index), {}, 'x'.repeat(10_240)))
      await Promise.all(batch.map((event) => plane.dispatch.keep(b.channel.key, undefined, event)))
      mostHeld = Math.max(mostHeld, plane.dispatch.memory.held)
      mostFlights = Math.max(mostFlights, plane.dispatch.memory.flights)
    }
    await eventually(() => new Set(sink.ids('/fast')).size === count, 'all at the fast one', 60_000)
    const lines = [...plane.dispatch.lines()].filter((line) => line.subscription.uid !== 'fast')
    expect(lines.map((line) => line.underWay + line.backlog)).toEqual([count, count])
    // One batch and one event may come on top of what is allowed.
    expect(mostHeld).toBeLessThan(8 * mib + 64 * 11_000)
    expect(mostFlights).toBeLessThan(4 * mib + 3 * 32_000)
    sink.release()
    await eventually(() => ['/slow', '/slower'].every((path) => new Set(sink.ids(path)).size === count), 'the rest', 60_000)
  }, 300_000)
})
