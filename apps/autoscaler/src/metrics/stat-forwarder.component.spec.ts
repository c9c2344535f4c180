/** Reports reach whoever decides about their revision, over real gRPC streams between autoscalers. */
import { afterEach, describe, expect, it } from '@jest/globals'
import { eventually, keptLog, virtualClock } from '@knative-ts/testing'
import { serveGrpc, stats, type GrpcServer } from '@knative-ts/wire'
import { StatForwarder } from './stat-forwarder.ts'
import { statIntakeOf } from './stat-intake.grpc.ts'

const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

const clock = virtualClock()
const message = (name: string, concurrency = 1): stats.WireStatMessage => ({
  namespace: 'default',
  name,
  stat: { ...stats.Stat.create(), podName: 'activator-1', averageConcurrentRequests: concurrency }
})
const batch = (messages: stats.WireStatMessage[], more: Partial<stats.WireStatMessages> = {}): stats.WireStatMessages => ({
  messages,
  told: [],
  final: false,
  ...more
})

/** An autoscaler that takes reports. */
async function peer(port = 0) {
  const taken: { readonly name: string; readonly concurrency: number; readonly at: number | undefined }[] = []
  const passed: stats.WireStatMessages[] = []
  const tokens: (string | undefined)[] = []
  const service = statIntakeOf({
    take: ({ name }, { averageConcurrentRequests: concurrency }, at) => taken.push({ name, concurrency, at }),
    pass: (given) => passed.push(given),
    admit: async (token) => {
      tokens.push(token)
      return token === 'word' ? undefined : 'no'
    },
    log: keptLog(),
    clock
  })
  const server: GrpcServer = await serveGrpc([service], { host: '127.0.0.1', port })
  closers.push(() => server.close(0))
  return { taken, passed, tokens, server, address: `127.0.0.1:${server.port}` }
}

function forwarder(ownerOf: (name: string) => string | undefined): StatForwarder {
  const made = new StatForwarder({ ownerOf: ({ name }) => ownerOf(name), token: async () => 'word', clock, log: keptLog() })
  closers.push(() => made.stop())
  return made
}

describe('an autoscaler', () => {
  it('passes on what belongs to others, with the time at which it came, and tells them that they need not', async () => {
    const [one, two] = [await peer(), await peer()]
    const forward = forwarder((name) => ({ a: one.address, b: two.address })[name] ?? 'self')
    const at = clock.now()
    forward.pass(batch([message('a', 3), message('b', 4), message('own')]))
    await eventually(() => one.taken.length === 1 && two.taken.length === 1)
    expect(one.taken).toEqual([{ name: 'a', concurrency: 3, at }])
    expect(two.taken).toEqual([{ name: 'b', concurrency: 4, at }])
    expect(one.passed.map(({ final }) => final)).toEqual([true])
    forward.pass(batch([message('a', 5)]))
    await eventually(() => one.taken.length === 2)
    // One stream for all of it.
    expect([one.tokens, forward.counts]).toEqual([['word'], { passedOn: 3, dropped: 0 }])
  })

  it('passes nothing on that the owner has been told, or that somebody else was asked to pass on', async () => {
    const one = await peer()
    const forward = forwarder(() => one.address)
    forward.pass(batch([message('a')], { told: [one.address] }))
    forward.pass(batch([message('a')], { final: true }))
    forward.pass(batch([message('last')]))
    await eventually(() => one.taken.length > 0)
    expect(one.taken.map(({ name }) => name)).toEqual(['last'])
  })

  it('keeps what nobody leads for a while, and gives it to who leads then', async () => {
    const one = await peer()
    let owner: string | undefined
    const forward = forwarder(() => owner)
    const at = clock.now()
    forward.pass(batch([message('a', 2)]))
    await clock.advance(2_000)
    owner = one.address
    await clock.advance(500)
    await eventually(() => one.taken.length === 1)
    expect(one.taken[0]?.at).toBe(at)
  })

  it('tries 15 s and not longer', async () => {
    const forward = forwarder(() => undefined)
    forward.pass(batch([message('a'), message('b')]))
    await clock.advance(14_000)
    expect(forward.counts.dropped).toBe(0)
    await clock.advance(2_000)
    expect(forward.counts.dropped).toBe(2)
    expect(clock.pending()).toBe(0)
  })

  it('takes what a broken stream has lost to the next leader', async () => {
    const [one, two] = [await peer(), await peer()]
    let owner = one.address
    const forward = forwarder(() => owner)
    forward.pass(batch([message('a', 1)]))
    await eventually(() => one.taken.length === 1)
    await one.server.close(0)
    owner = two.address
    await eventually(async () => {
      forward.pass(batch([message('a', 2)]))
      await clock.advance(500)
      return two.taken.length > 0
    })
    expect(two.taken[0]?.concurrency).toBe(2)
  })

  it('lets in whom it does not know as little as anybody does', async () => {
    const one = await peer()
    const forward = new StatForwarder({ ownerOf: () => one.address, token: async () => 'other', clock, log: keptLog() })
    closers.push(() => forward.stop())
    forward.pass(batch([message('a')]))
    await eventually(async () => {
      await clock.advance(500)
      return one.tokens.length > 1
    })
    expect(one.taken).toEqual([])
  })
})
