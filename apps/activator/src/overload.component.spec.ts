/** One activator under more than it can hold: who floods is refused, who behaves is served, and no more is held than the budget allows. */
import { afterEach, describe, expect, it } from '@jest/globals'
import { bytesPerHeld } from '@knative-ts/proxy'
import { eventually, revision } from '@knative-ts/testing'
import { type Answer, type Ask, revisionHeaders, Rig } from './testing/rig.ts'
import { FakePod } from './testing/fake-pod.ts'

const neighbour = 'calm-00001'
const neighbourHeaders = { ...revisionHeaders, 'Knative-Serving-Revision': neighbour }
const refusal = { status: 503, body: 'pending request queue full\n' }

let rig: Rig
const more: FakePod[] = []
afterEach(async () => {
  for (const pod of more.splice(0)) pod.kill()
  await rig.close()
})

/** Two revisions with containerConcurrency 1; room for about so many held requests. */
async function start(requests: number, revisionShare = 1): Promise<void> {
  const totalBytes = requests * (bytesPerHeld + 1024)
  rig = await Rig.start(
    { containerConcurrency: 1 },
    {
      holding: { totalBytes, revisionBytes: totalBytes * revisionShare },
      more: [revision({ metadata: { name: neighbour, uid: 'uid-calm' }, spec: { containerConcurrency: 1 } as never })]
    }
  )
}

async function neighbourPod(): Promise<FakePod> {
  const pod = await new FakePod('calm-1', neighbour).open()
  more.push(pod)
  rig.cluster.put(pod.object())
  return pod
}

const waitingOf = (name: string): number => rig.activator.revisions.get({ namespace: 'default', name })?.throttler.waiting ?? 0
const accountOf = (name: string) => rig.activator.revisions.get({ namespace: 'default', name })?.account

/** Sends many and keeps what is answered, in its order. */
function flood(count: number, ask: Ask = {}): { readonly answers: Answer[]; readonly done: Promise<unknown>; most: number } {
  const answers: Answer[] = []
  const report = { answers, done: Promise.resolve() as Promise<unknown>, most: 0 }
  report.done = Promise.all(
    Array.from({ length: count }, async () => {
      const answer = await rig.ask(ask)
      report.most = Math.max(report.most, rig.activator.room.held.used)
      answers.push(answer)
    })
  )
  return report
}

describe('a flood', () => {
  it('of one revision is held within its half and refused beyond; its neighbour is never refused', async () => {
    await start(20, 0.5)
    const slow = await rig.pod('hello-1')
    let release = (): void => undefined
    slow.answer = (_request, response) =>
      new Promise((resolve) => {
        release = () => resolve(void response.end('slow'))
      })
    await rig.serving(slow)
    await neighbourPod()
    const flooding = flood(200)
    // 200 come; 1 runs, 10 are held.
    await eventually(() => flooding.answers.length >= 188)
    const calm = await Promise.all(Array.from({ length: 8 }, () => rig.ask({ headers: neighbourHeaders })))
    expect(calm.map(({ status }) => status)).toEqual(Array<number>(8).fill(200))
    for (const answer of flooding.answers) {
      expect(answer).toMatchObject(refusal)
      expect(answer.headers['retry-after']).toBe('1')
    }
    const served = 200 - flooding.answers.length
    const pump = setInterval(() => release(), 1)
    await flooding.done
    clearInterval(pump)
    expect(flooding.answers.filter(({ body }) => body === 'slow')).toHaveLength(served)
    expect(served).toBeGreaterThanOrEqual(11)
    expect(slow.mostRunning).toBe(1)
    expect(flooding.most).toBeLessThanOrEqual(rig.activator.room.held.limits.revisionBytes + (accountOf(neighbour)?.bytes ?? 0))
    expect(rig.activator.room.held.used).toBe(0)
  })

  it('gives room back to a neighbour that comes when all is used up: the newest of the flood are refused', async () => {
    await start(20)
    const flooding = flood(100)
    await eventually(() => flooding.answers.length >= 79)
    const before = flooding.answers.length
    const calm = Array.from({ length: 8 }, () => rig.ask({ headers: neighbourHeaders }))
    await eventually(() => waitingOf(neighbour) === 8)
    await eventually(() => flooding.answers.length >= before + 7)
    expect(waitingOf('hello-00001')).toBe(100 - flooding.answers.length)
    expect(rig.activator.room.held.used).toBeLessThanOrEqual(rig.activator.room.held.limits.totalBytes)
    await Promise.all([neighbourPod(), rig.pod('hello-1')])
    expect((await Promise.all(calm)).map(({ status }) => status)).toEqual(Array<number>(8).fill(200))
    await flooding.done
    for (const answer of flooding.answers) if (answer.status !== 200) expect(answer).toMatchObject(refusal)
    expect(flooding.answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(12)
    expect(rig.activator.room.held.used).toBe(0)
  })

  it('of requests with bodies uses the room sooner: what may be read of a body counts before it has come', async () => {
    await start(20)
    const flooding = flood(100, { method: 'POST', body: 'x'.repeat(50_000) })
    // Each costs four times as much as one without body.
    await eventually(() => flooding.answers.length >= 94)
    expect(waitingOf('hello-00001')).toBeLessThanOrEqual(6)
    await rig.pod('hello-1')
    await flooding.done
    expect(flooding.answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(5)
  })
})

it('leaves room for others whatever a revision without a limit has open: one that floods gets half', async () => {
  rig = await Rig.start({}, { requests: 40, more: [revision({ metadata: { name: neighbour, uid: 'uid-calm' } })] })
  const slow = await rig.pod('hello-1')
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  slow.answer = (_request, response) => released.then(() => void response.end('slow'))
  await rig.serving(slow)
  await neighbourPod()
  const flooding = flood(60)
  await eventually(() => flooding.answers.length === 40)
  for (const answer of flooding.answers) expect(answer).toMatchObject(refusal)
  const calm = await Promise.all(Array.from({ length: 10 }, () => rig.ask({ headers: neighbourHeaders })))
  expect(calm.map(({ status }) => status)).toEqual(Array<number>(10).fill(200))
  release()
  await flooding.done
  expect(flooding.answers.filter(({ body }) => body === 'slow')).toHaveLength(20)
  await eventually(() => rig.activator.room.open.open === 0)
})

it('gives the room of clients that leave to others', async () => {
  await start(20)
  const leaves = new AbortController()
  const left = Array.from({ length: 30 }, () => rig.ask({ signal: leaves.signal }).catch((error: Error) => error.name))
  await eventually(() => waitingOf('hello-00001') >= 20)
  leaves.abort()
  await Promise.all(left)
  await eventually(() => rig.activator.room.held.used === 0)
  const answer = rig.ask()
  await eventually(() => waitingOf('hello-00001') === 1)
  await rig.pod('hello-1')
  expect((await answer).status).toBe(200)
})
