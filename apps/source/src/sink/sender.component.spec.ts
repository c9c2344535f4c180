import { afterEach, expect, it } from '@jest/globals'
import type { CloudEvent } from '@knative-ts/eventing'
import { TestingSink } from '../testing-sink.fixture.ts'
import { overridden } from './overrides.ts'
import { Posting } from './posting.ts'
import { Sender, SendFailed } from './sender.ts'

const event: CloudEvent = {
  attributes: new Map([
    ['specversion', '1.0'],
    ['id', '1'],
    ['source', '/s'],
    ['type', 't']
  ]),
  data: Buffer.from('x')
}
const sender = new Sender({ timeoutMs: 20_000 })
afterEach(() => sender.close())

it('sends an event in binary mode, with the overrides of its source', async () => {
  await using sink = await TestingSink.open()
  await sender.send(overridden(event, { extensions: { Extra: 'yes', type: 'other' } }), { url: sink.url })
  expect(Object.fromEntries(sink.events[0]?.attributes ?? [])).toEqual({
    specversion: '1.0',
    id: '1',
    source: '/s',
    type: 'other',
    extra: 'yes'
  })
  expect(Buffer.from(sink.events[0]?.data ?? []).toString()).toBe('x')
})

it.each([
  ['again after what may pass', [503, 429, 404, 202], 4, undefined],
  ['no more after what will not', [400], 1, 400],
  ['six times at most', [500, 500, 500, 500, 500, 500, 202], 6, 500]
])('tries %s', async (_, statuses, attempts, failure) => {
  await using sink = await TestingSink.open(statuses)
  const sent = sender.send(event, { url: sink.url })
  if (failure === undefined) await sent
  else await expect(sent).rejects.toMatchObject({ name: 'SendFailed', status: failure })
  expect(sink.events).toHaveLength(attempts)
})

it.each([
  ['http://[', 'Invalid URL'],
  ['ftp://sink/', 'Protocol "ftp:" not supported. Expected "http:"']
])('says why nothing can be posted to %s, and does not throw it: an adapter sends for many sources', async (url, problem) => {
  const posting = new Posting(20_000)
  expect(await posting.post({ url }, [], new Uint8Array(0))).toEqual({ status: undefined, problem })
  posting.close()
})

it('says why a sink cannot be reached, and stops when it is told to', async () => {
  const url = await (async () => {
    await using sink = await TestingSink.open()
    return sink.url
  })()
  await expect(sender.send(event, { url })).rejects.toThrow(/did not take the event after 6 attempts: .*ECONNREFUSED/)
  const stop = AbortSignal.abort()
  await expect(sender.send(event, { url }, { signal: stop })).rejects.toBeInstanceOf(SendFailed)
})
