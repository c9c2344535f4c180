import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { rawRequest } from '../testing/raw-request.ts'
import { type RunningDataPlane, startDataPlane } from '../testing/running-data-plane.ts'
import { broker, completeTable } from '../testing/table-of.ts'

let plane: RunningDataPlane
beforeAll(async () => {
  plane = await startDataPlane()
  const b = broker('ht/b')
  const nowhere = { ...b.broker, key: 'ht/nowhere', uid: 'uid-nowhere', channel: '' }
  plane.table.apply(completeTable({ channels: [b.channel], brokers: [b.broker, nowhere] }))
  await plane.dispatch.start()
  await plane.dispatch.settled()
})
afterAll(() => plane?.stop())

const eventHeaders: readonly (readonly [string, string])[] = [
  ['Ce-Specversion', '1.0'],
  ['Ce-Id', '1'],
  ['Ce-Type', 'a.b'],
  ['Ce-Source', '/s']
]

it('E3.1 ingress/no-address: a broker that has no channel takes nothing, and says why', async () => {
  const request = { method: 'POST', path: '/ht/nowhere', host: 'broker-ingress', headers: eventHeaders, body: Buffer.alloc(0) }
  const { status, headers } = await rawRequest(plane.ports.ingress, request)
  expect([status, headers.find(([name]) => name.toLowerCase() === 'reason')?.[1]]).toEqual([500, 'the broker has no channel'])
})

it.each(['websocket', 'h2c', 'TLS/1.3'])('an offer to speak %s is ignored, and the event beside it taken', async (upgrade) => {
  const headers: readonly (readonly [string, string])[] = [['Connection', 'Upgrade'], ['Upgrade', upgrade], ...eventHeaders]
  const answer = await rawRequest(plane.ports.ingress, {
    method: 'POST',
    path: '/ht/b',
    host: 'broker-ingress',
    headers,
    body: Buffer.alloc(0)
  })
  expect(answer.status).toBe(202)
})
