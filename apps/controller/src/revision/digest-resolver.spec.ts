import { describe, expect, it } from '@jest/globals'
import { eventually, virtualClock } from '@knative-ts/testing'
import { DigestResolver, type LookUp } from './digest-resolver.ts'
import { LookUpPace } from './look-up-pace.ts'

const digest = `sha256:${'a'.repeat(64)}`
const question = {
  key: 'd/r',
  uid: '1',
  images: ['ghcr.io/x/app'],
  skippedRegistries: new Set<string>(['dev.local']),
  timeoutMs: 1_000,
  namespace: 'd',
  serviceAccountName: '',
  imagePullSecrets: []
}

/** The registry's side of it, with credentials that stay the same. */
const lookUpOf = (begin: LookUp['begin'], credentials: () => string = () => 'none'): LookUp => ({
  begin,
  credentials: () => Promise.resolve(credentials())
})

describe('digests of a revision’s images', () => {
  it('are found in the background, told once, and tried again after a failure', async () => {
    const clock = virtualClock()
    let broken = true
    const told: string[] = []
    const lookUp = lookUpOf(
      () => (image: string) => (broken ? Promise.reject(new Error('no route')) : Promise.resolve(`${image}@${digest}`))
    )
    const resolver = new DigestResolver((key) => told.push(key), lookUp, clock)
    const three = { ...question, images: ['dev.local/a', 'ghcr.io/x/app', `ghcr.io/y@${digest}`] }
    expect(resolver.resolve(three)).toEqual({ kind: 'pending' })
    await eventually(() => told.length === 1)
    expect(resolver.resolve(three)).toEqual({ kind: 'failed', image: 'ghcr.io/x/app', message: 'no route' })
    broken = false
    expect(resolver.resolve(three)).toEqual({ kind: 'pending' })
    await clock.advance(1_000)
    expect(told).toHaveLength(2)
    const answer = resolver.resolve(three)
    expect(answer.kind === 'resolved' ? [...answer.digests] : answer).toEqual([
      ['dev.local/a', ''],
      [`ghcr.io/y@${digest}`, `ghcr.io/y@${digest}`],
      ['ghcr.io/x/app', `ghcr.io/x/app@${digest}`]
    ])
  })

  it('are asked for once for an image that several containers have', async () => {
    const asked: string[] = []
    let told = 0
    const lookUp = lookUpOf(() => (image: string) => (asked.push(image), Promise.resolve(`${image}@${digest}`)))
    const resolver = new DigestResolver(() => told++, lookUp, virtualClock())
    resolver.resolve({ ...question, images: ['ghcr.io/a', 'ghcr.io/b', 'ghcr.io/a'] })
    await eventually(() => told === 1)
    expect(asked).toEqual(['ghcr.io/a', 'ghcr.io/b'])
  })

  it.each(['docker.io', 'index.docker.io'])('are not asked for where %s is skipped, whichever name it has', (registry) => {
    const resolver = new DigestResolver(
      () => undefined,
      lookUpOf(() => () => Promise.reject(new Error('asked'))),
      virtualClock()
    )
    const answer = resolver.resolve({ ...question, images: ['nginx', 'index.docker.io/library/x'], skippedRegistries: new Set([registry]) })
    expect(answer).toMatchObject({ kind: 'resolved' })
  })

  it('are asked for after 1, 2, 4 s where a registry keeps refusing, not at full speed; for a new revision of the name at once', async () => {
    const clock = virtualClock()
    const asked: number[] = []
    let told = 0
    const lookUp = lookUpOf(() => () => (asked.push(clock.now()), Promise.reject(new Error('no route'))))
    const resolver = new DigestResolver(() => told++, lookUp, clock)
    // As the loop does: a pass at each answer, and one more after a pass that failed.
    const passes = (uid: string): void => {
      for (let pass = 0; pass < 2; pass++) resolver.resolve({ ...question, uid })
    }
    const began = clock.now()
    passes('1')
    for (const ms of [0, 1_000, 2_000, 4_000]) {
      await clock.advance(ms)
      passes('1')
    }
    expect(asked.map((at) => at - began)).toEqual([0, 1_000, 3_000, 7_000])
    passes('2')
    await clock.advance(0)
    expect(asked).toHaveLength(5)
    expect(told).toBe(5)
  })
})

it('are asked for soon after the pull Secret that was missing is there, however long the wait has become', async () => {
  const clock = virtualClock()
  let secret = 'absent'
  const asked: number[] = []
  const lookUp = lookUpOf(
    () => () => (asked.push(clock.now()), Promise.reject(new Error('unauthorized'))),
    () => secret
  )
  const resolver = new DigestResolver(() => undefined, lookUp, clock)
  const pass = (): unknown => resolver.resolve(question)
  pass()
  for (let ms = 1_000; asked.length < 8; ms *= 2) {
    await clock.advance(0)
    pass()
    await clock.advance(ms)
  }
  await clock.advance(0)
  pass()
  const last = clock.now()
  await clock.advance(20_000)
  expect(asked).toHaveLength(8)
  secret = 'present'
  await clock.advance(10_000)
  expect(asked.slice(8).map((at) => at - last)).toEqual([24_000])
})

it('are not asked for again when the revision has gone', async () => {
  const clock = virtualClock()
  let asked = 0
  const lookUp = lookUpOf(() => () => (asked++, Promise.reject(new Error('no route'))))
  const resolver = new DigestResolver(() => undefined, lookUp, clock)
  resolver.resolve(question)
  await clock.advance(0)
  expect(resolver.resolve(question)).toMatchObject({ kind: 'failed' })
  resolver.forget(question.key)
  await clock.advance(60_000)
  expect(asked).toBe(1)
})

describe('the pace of questions', () => {
  it('is ten a second after a burst', async () => {
    const clock = virtualClock()
    const pace = new LookUpPace(clock, { workers: 100, burst: 3, perSecond: 10 })
    const began = clock.now()
    const at: number[] = []
    const all = Array.from({ length: 6 }, () => pace.inTurn(() => Promise.resolve(void at.push(clock.now() - began))))
    for (let step = 0; step < 4; step++) await clock.advance(100)
    await Promise.all(all)
    expect(at).toEqual([0, 0, 0, 100, 200, 300])
  })

  it('has no more at once than there are workers', async () => {
    const pace = new LookUpPace(virtualClock(), { workers: 2, burst: 10, perSecond: 10 })
    const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>())
    let started = 0
    const all = gates.map(({ promise }) => pace.inTurn(() => (started++, promise)))
    await eventually(() => started === 2)
    gates[0]?.resolve()
    await eventually(() => started === 3)
    for (const { resolve } of gates) resolve()
    await Promise.all(all)
    expect(started).toBe(4)
  })
})
