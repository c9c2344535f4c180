/** One activator with real sockets on all sides: a fake cluster, fake queue-proxies, a fake autoscaler. Long, because all of it is one path of a request. */
import { afterEach, describe, expect, it } from '@jest/globals'
import { revisions } from '@knative-ts/api'
import { eventually, revision, steadyLoad } from '@knative-ts/testing'
import { requestTimes, type RequestTimes } from './request-times.ts'
import { revisionHeaders, Rig } from './testing/rig.ts'

const rigs: Rig[] = []
const start = async (...given: Parameters<typeof Rig.start>): Promise<Rig> => {
  const rig = await Rig.start(...given)
  rigs.push(rig)
  return rig
}
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close()
})
const statuses = (answers: readonly { readonly status: number }[]): number[] => [...new Set(answers.map(({ status }) => status))]

describe('a revision without pods', () => {
  it('is held for and answers as soon as its first pod answers a probe, before the kubelet calls it ready', async () => {
    const rig = await start()
    const answer = rig.ask({ path: '/first' })
    await eventually(() => rig.throttler.waiting === 1)
    const pod = rig.silentPod('hello-1')
    rig.cluster.put(pod.object(false))
    await pod.open()
    expect(await answer).toMatchObject({ status: 200, body: 'hello-1' })
    expect(pod.probes[0]).toMatchObject({ 'user-agent': 'Knative-Activator-Probe', 'k-network-probe': 'queue' })
  })

  it('releases all that were held', async () => {
    const rig = await start()
    const answers = Array.from({ length: 50 }, () => rig.ask())
    await eventually(() => rig.throttler.waiting === 50)
    await rig.pod('hello-1')
    expect(statuses(await Promise.all(answers))).toEqual([200])
  })

  it('ends a wait with 504 when the revision’s time is over', async () => {
    const rig = await start({ timeoutSeconds: 1 })
    const begun = performance.now()
    expect(await rig.ask()).toMatchObject({ status: 504, body: 'activator request timeout' })
    expect(performance.now() - begun).toBeGreaterThanOrEqual(1_000)
    expect(rig.throttler.waiting).toBe(0)
  })

  it('forgets who left', async () => {
    const rig = await start()
    const leaves = new AbortController()
    const answer = rig.ask({ signal: leaves.signal })
    await eventually(() => rig.throttler.waiting === 1)
    leaves.abort()
    await expect(answer).rejects.toThrow('aborted')
    await eventually(() => rig.throttler.waiting === 0)
    expect(rig.activator.reporter.current()).toMatchObject([{ concurrency: 0 }])
  })

  it('tells who waits that the revision is gone', async () => {
    const rig = await start()
    const answer = rig.ask()
    await eventually(() => rig.throttler.waiting === 1)
    rig.cluster.remove(revision())
    expect(await answer).toMatchObject({
      status: 404,
      body: 'Error getting active endpoint: revision.serving.knative.dev "hello-00001" not found\n'
    })
  })
})

describe('the kubelet’s word', () => {
  it.each([
    ['a startup probe', { startupProbe: { tcpSocket: { port: 0 } } }],
    ['a command as readiness probe', { readinessProbe: { exec: { command: ['true'] } } }]
  ])('is waited for where there is %s', async (_what, probes) => {
    const rig = await start({ containers: [{ name: 'user-container', image: 'dev.local/hello', ...probes }] } as never)
    const pod = await rig.silentPod('hello-1').open()
    rig.cluster.put(pod.object(false))
    await eventually(() => pod.probes.length === 1)
    const answer = rig.ask()
    await eventually(() => rig.throttler.waiting === 1)
    expect(rig.throttler.pods).toEqual([])
    rig.cluster.put(pod.object(true))
    expect((await answer).body).toBe('hello-1')
  })

  it('is asked for again at the pod when it takes ready back', async () => {
    const rig = await start()
    const pod = await rig.pod('hello-1')
    await rig.serving(pod)
    pod.ready = false
    rig.cluster.put(pod.object(false))
    await rig.serving()
    await eventually(() => pod.probes.length === 2)
    pod.ready = true
    await rig.serving(pod)
    expect(pod.probes.length).toBeGreaterThan(2)
  })

  it('does not matter for a pod that is being deleted', async () => {
    const rig = await start()
    const [leaving, staying] = [await rig.pod('hello-1'), await rig.pod('hello-2')]
    await rig.serving(leaving, staying)
    const object = leaving.object()
    rig.cluster.put({ ...object, metadata: { ...object.metadata, deletionTimestamp: '2030-01-01T00:00:00Z' } })
    await rig.serving(staying)
    rig.cluster.remove(staying.object())
    await rig.serving()
    expect(rig.throttler.capacity).toBe(0)
  })
})

describe('containerConcurrency', () => {
  it.each([
    [1, 1],
    [1, 3],
    [3, 2],
    [5, 3]
  ])('of %i is never exceeded on any of %i pods under 100 concurrent requests', async (concurrency, count) => {
    const rig = await start({ containerConcurrency: concurrency })
    const pods = await Promise.all(Array.from({ length: count }, (_, index) => rig.pod(`hello-${index}`)))
    const { promise: full, resolve: release } = Promise.withResolvers<void>()
    for (const pod of pods) pod.answer = (_request, response) => void full.then(() => response.end('ok'))
    await rig.serving(...pods)
    const answers = Promise.all(Array.from({ length: 100 }, () => rig.ask()))
    await eventually(() => rig.throttler.waiting === 100 - concurrency * count)
    await eventually(() => pods.every(({ running }) => running === concurrency))
    release()
    expect(statuses(await answers)).toEqual([200])
    expect(pods.map(({ mostRunning }) => mostRunning)).toEqual(Array<number>(count).fill(concurrency))
    expect(pods.reduce((sum, { served }) => sum + served, 0)).toBe(100)
  })

  it('holds again when the place was that of a pod which died', async () => {
    const rig = await start({ containerConcurrency: 1 })
    const first = await rig.pod('hello-1')
    first.answer = () => undefined
    await rig.serving(first)
    const [stuck, waits] = [rig.ask(), rig.ask()]
    await eventually(() => first.running === 1 && rig.throttler.waiting === 1)
    first.kill()
    await eventually(() => rig.throttler.waiting === 2)
    const second = await rig.pod('hello-2')
    expect((await Promise.all([stuck, waits])).map(({ body }) => body)).toEqual(['hello-2', 'hello-2'])
    expect(second.mostRunning).toBe(1)
  })
})

describe('a pod that is killed', () => {
  it('costs 50 connections under load nothing', async () => {
    const rig = await start()
    const pods = [await rig.pod('hello-1'), await rig.pod('hello-2'), await rig.pod('hello-3')]
    await rig.serving(...pods)
    const load = steadyLoad(50, () => rig.ask())
    await eventually(() => load.answers.length > 500)
    pods[1]?.kill()
    const then = load.answers.length
    await eventually(() => load.answers.length > then + 1_000)
    const answers = await load.stop()
    expect(statuses(answers)).toEqual([200])
    expect(answers.slice(-200).some(({ body }) => body === 'hello-2')).toBe(false)
  })

  it('costs a request with a body nothing while it was not sent', async () => {
    const rig = await start({ containerConcurrency: 1 })
    const gone = await rig.pod('hello-1')
    await rig.serving(gone)
    gone.kill()
    const answer = rig.ask({ method: 'POST', body: 'order' })
    await eventually(() => rig.throttler.waiting === 1)
    const bodies: string[] = []
    const next = rig.silentPod('hello-2')
    next.answer = async (request, response) => {
      for await (const chunk of request) bodies.push(String(chunk))
      response.end('taken')
    }
    rig.cluster.put((await next.open()).object())
    expect(await answer).toMatchObject({ status: 200, body: 'taken' })
    expect(bodies).toEqual(['order'])
  })

  it('is an error for a request that may have been carried out', async () => {
    const rig = await start()
    const pod = await rig.pod('hello-1')
    pod.answer = () => pod.kill()
    await rig.serving(pod)
    expect(await rig.ask({ method: 'POST', body: 'order' })).toMatchObject({ status: 502 })
  })

  it('does not hold a request for a revision that went while the pod had it', async () => {
    const rig = await start({ timeoutSeconds: 60 })
    const pod = await rig.pod('hello-1')
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
    pod.answer = () => arrive()
    await rig.serving(pod)
    const answer = rig.ask()
    await arrived
    rig.cluster.remove(revision())
    const key = { namespace: 'default', name: 'hello-00001' }
    await eventually(() => rig.activator.revisions.get(key) === undefined, 'the revision to be gone')
    pod.kill()
    expect(await answer).toMatchObject({ status: 404, body: expect.stringContaining('"hello-00001" not found') })
  })

  it('ends the attempts of a request that kills every pod', async () => {
    const rig = await start()
    const pod = await rig.pod('hello-1')
    pod.answer = (request) => void request.socket.resetAndDestroy()
    await rig.serving(pod)
    expect((await rig.ask()).status).toBe(502)
    // Four times, each on the kept connection of the probe and on a new one.
    expect(pod.seen.length).toBeLessThanOrEqual(8)
  })
})

describe('the request at the pod', () => {
  it('carries the Host of the client, the mark of the hop, and nothing that names the revision', async () => {
    const rig = await start()
    const pod = await rig.pod('hello-1')
    const headers = { ...revisionHeaders, Host: 'hello.default.localhost', 'K-Network-Hash': 'abc', 'X-Forwarded-For': '203.0.113.7' }
    expect((await rig.ask({ headers, path: '/a?b=c' })).status).toBe(200)
    expect(pod.seen[0]?.url).toBe('/a?b=c')
    expect(pod.seen[0]?.headers).toEqual({
      host: `${pod.ip}:8012`,
      'k-original-host': 'hello.default.localhost',
      'k-proxy-request': 'activator',
      'x-forwarded-for': '203.0.113.7, 127.0.0.1'
    })
  })

  it('is found by the Host of the revision’s Service when no header names it', async () => {
    const rig = await start()
    await rig.pod('hello-1')
    expect((await rig.ask({ headers: { Host: 'hello-00001.default.svc.cluster.local:80' } })).status).toBe(200)
  })

  it('is found though the cache does not have the revision yet', async () => {
    const rig = await start()
    rig.activator.revisions.remove({ namespace: 'default', name: 'hello-00001' })
    await rig.pod('hello-1')
    expect((await rig.ask()).status).toBe(200)
  })

  it.each([
    ['a revision that does not exist', { ...revisionHeaders, 'Knative-Serving-Revision': 'gone' }, 404, '"gone" not found'],
    ['a host that is no revision’s', { Host: 'example.com' }, 404, '"" not found']
  ])('of %s is refused', async (_what, headers, status, text) => {
    const rig = await start()
    const answer = await rig.ask({ headers })
    expect(answer.status).toBe(status)
    expect(answer.body).toMatch(/^Error getting active endpoint: .*\n$/)
    expect(answer.body).toContain(text)
  })

  it('is refused with 500 when the API server cannot say whether its revision exists', async () => {
    const rig = await start()
    rig.cluster.fail({ verb: 'get', resource: revisions, error: new Error('etcd is away') } as never)
    expect(await rig.ask({ headers: { ...revisionHeaders, 'Knative-Serving-Revision': 'other' } })).toMatchObject({
      status: 500,
      body: expect.stringMatching(/^Error getting active endpoint: /)
    })
  })
})

describe('probes', () => {
  it.each([
    ['a kubelet', { 'User-Agent': 'kube-probe/1.34' }, 200, ''],
    ['a kubelet that lost its name', { 'K-Kubelet-Probe': 'activator' }, 200, ''],
    ['the autoscaler', { 'K-Network-Probe': 'activator' }, 200, 'activator'],
    ['an ingress without hash', { 'K-Network-Probe': 'probe' }, 400, 'a probe request must contain a non-empty "K-Network-Hash" header\n'],
    ['somebody with a word that is not ours', { 'K-Network-Probe': 'queue' }, 400, 'unexpected probe header value: "queue"\n']
  ])('of %s are answered', async (_who, headers, status, body) => {
    const rig = await start()
    const answer = await rig.ask({ path: '/healthz', headers })
    expect(answer).toMatchObject({ status, body })
    expect(rig.activator.reporter.current()).toEqual([])
  })

  it('of an ingress are answered with its hash', async () => {
    const rig = await start()
    const answer = await rig.ask({ headers: { 'K-Network-Probe': 'probe', 'K-Network-Hash': 'abc' } })
    expect([answer.status, answer.headers['k-network-hash']]).toEqual([200, 'abc'])
  })

  it('of the kubelet fail without an autoscaler and once the activator drains', async () => {
    const rig = await start()
    const health = () => rig.ask({ headers: { 'User-Agent': 'kube-probe/1.34' } })
    await rig.autoscaler.close()
    await eventually(() => rig.activator.link.connected === 0)
    expect(await health()).toMatchObject({ status: 500, body: expect.stringMatching(/^no stream to an autoscaler: 127/) })
    await rig.autoscaler.open()
    await eventually(async () => (await health()).status === 200)
    rig.activator.beginDrain()
    expect(await health()).toMatchObject({ status: 500, body: 'shutting down\n' })
  })

  it('of the kubelet fail when no autoscaler is there at all', async () => {
    const rig = await start({}, { autoscaler: false })
    expect(await rig.ask({ headers: { 'User-Agent': 'kube-probe/1.34' } })).toMatchObject({ status: 500, body: 'no autoscaler is ready\n' })
  })
})

it('publishes when a held request waited, and when its pod was ready', async () => {
  const published: RequestTimes[] = []
  const keep = (times: unknown): void => void published.push(times as RequestTimes)
  requestTimes.subscribe(keep)
  try {
    const rig = await start()
    const before = Date.now()
    const answer = rig.ask()
    await eventually(() => rig.throttler.waiting === 1)
    const pod = await rig.pod('hello-1')
    await answer
    const times = await eventually(() => published[0])
    expect(times).toMatchObject({ revision: 'default/hello-00001', pod: `${pod.ip}:8012`, attempts: 1, status: 200 })
    const order = [
      times.arrivedMs,
      times.heldFromMs,
      times.podSeenMs,
      times.podOpenMs,
      times.podReadyMs,
      times.heldToMs,
      times.forwardedMs,
      times.respondedMs,
      times.endedMs
    ]
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    // The two clocks are read with different resolution, and one of them may be slewed.
    expect(times.arrivedMs).toBeGreaterThan(before - 50)
    expect(times.endedMs).toBeLessThan(Date.now() + 50)
  } finally {
    requestTimes.unsubscribe(keep)
  }
})
