import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { storedEvent } from '../testing/event.ts'
import { MemoryStore } from '../testing/memory-store.ts'
import { noObserver, type RunningDataPlane, startDataPlane } from '../testing/running-data-plane.ts'
import { channel, completeTable, destination, subscription } from '../testing/table-of.ts'

/** Keeps its connections, and cuts them on whoever asks for /drop. */
const requests: string[] = []
const held: (() => void)[] = []
const receiver = createServer((request, response) => {
  requests.push(request.url ?? '')
  if (request.url === '/drop') request.socket.destroy()
  else if (request.url === '/held') held.push(() => response.writeHead(202).end())
  else response.writeHead(202).end()
})
let plane: RunningDataPlane
let ended: number
beforeEach(async () => {
  ended = 0
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const url = (path: string) => destination(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`)
  const retry = { retries: 2, policy: undefined, delayMs: undefined, timeoutMs: undefined, retryAfterMaxMs: undefined }
  plane = await startDataPlane(new MemoryStore(), { observer: { ...noObserver, ended: () => void ended++ } })
  plane.table.apply(
    completeTable({
      channels: [channel('ht/held'), channel('ht/drop')],
      subscriptions: [
        ...['a', 'b', 'c', 'd'].map((uid) => subscription(uid, { channel: 'ht/held', subscriber: url('/held') })),
        subscription('drop', { channel: 'ht/drop', retry, subscriber: url('/drop'), deadLetter: url('/dead') })
      ]
    })
  )
  await plane.dispatch.start()
  await plane.dispatch.settled()
})
afterEach(async () => {
  await plane.stop()
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
})

it('who drops connections gets an event as often as its retries say, also where connections to it are kept', async () => {
  await plane.dispatch.keep('ht/held', undefined, storedEvent('1'))
  await eventually(() => held.length === 4, 'four requests at once')
  for (const answer of held) answer()
  await eventually(() => ended === 4, 'their ends')
  await plane.dispatch.keep('ht/drop', undefined, storedEvent('2'))
  await eventually(() => ended === 5, 'the end of the dropped one')
  expect(requests.slice(4)).toEqual(['/drop', '/drop', '/drop', '/dead'])
})
