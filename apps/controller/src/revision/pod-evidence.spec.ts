import { describe, expect, it } from '@jest/globals'
import type { Event } from '@knative-ts/api/kubernetes'
import { fakeCluster, pod, virtualClock } from '@knative-ts/testing'
import type { KubeClient, RawRequest } from '@knative-ts/kube'
import { askPod, type PodQuestion } from './ask-pod.ts'
import { PodEvidence } from './pod-evidence.ts'

const unready = pod({ metadata: { name: 'hello-1', creationTimestamp: '2030-01-01T00:00:00Z' } })
const warning = (name: string, reason: string, message: string, second: number, over: object = {}): Event =>
  ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: 'default' },
    involvedObject: { kind: 'Pod', name: 'hello-1', uid: unready.metadata.uid },
    type: 'Warning',
    reason,
    message,
    lastTimestamp: `2030-01-01T00:00:0${second}Z`,
    ...over
  }) as never
const said = (message: string): string => `${JSON.stringify({ severity: 'warn', logger: 'queue-proxy', message })}\n`

/** An API server with these events and logs by container; a log may be an error or a status. */
function world(events: readonly Event[], logs: Readonly<Record<string, string | number | Error>> = {}) {
  const asked: string[] = []
  const { client } = fakeCluster({ objects: events })
  const raw = ({ path }: RawRequest) => {
    const container = new URL(path, 'http://x').searchParams.get('container') ?? ''
    asked.push(container)
    const log = logs[container] ?? 404
    if (log instanceof Error) return Promise.reject(log)
    return Promise.resolve(typeof log === 'number' ? { status: log, headers: {}, body: '' } : { status: 200, headers: {}, body: log })
  }
  const list: KubeClient['list'] = (resource, options) => client.list(resource, options)
  return { client: { list, raw } as KubeClient, asked }
}

const all: PodQuestion = { warnings: true, probe: true, outputOf: 'user-container' }

describe('a pod that is asked', () => {
  it('tells its own warnings, the latest first', async () => {
    const older = warning('a', 'Unhealthy', 'first', 1)
    const newer = warning('b', 'BackOff', 'then', 2)
    const namesake = warning('c', 'Unhealthy', 'of a pod of the same name before', 3, {
      involvedObject: { kind: 'Pod', name: 'hello-1', uid: 'another' }
    })
    const { warnings } = await askPod(world([older, newer, namesake]).client, unready, all)
    expect(warnings).toEqual([
      { reason: 'BackOff', message: 'then' },
      { reason: 'Unhealthy', message: 'first' }
    ])
  })

  it.each<[string, string | number | Error, string]>([
    ['what its queue-proxy said last of the probe', `${said('Readiness probe failed: a.')}${said('Readiness probe failed: b.')}`, 'b.'],
    ['it also among lines of others', `${said('Readiness probe failed: a.')}GET /x 200\n${said('queue-proxy started')}`, 'a.'],
    ['nothing of a line that is cut off', '{"message":"Readiness probe failed: a', ''],
    ['nothing that a request made the log say', '{"path":"Readiness probe failed: x"}', ''],
    ['nothing when its queue-proxy has not begun to write', 400, '']
  ])('tells %s', async (_, log, probe) => {
    const asked = await askPod(world([], { 'queue-proxy': log }).client, unready, all)
    expect(asked.probe).toBe(probe)
  })

  it.each<[string | number | Error, string]>([
    ['one\ntwo\n', 'one\ntwo'],
    [404, ''],
    [500, '(its log could not be read: HTTP 500)'],
    [new Error('socket hang up'), '(its log could not be read: socket hang up)']
  ])('hands on what is to be read of its output: %j', async (log, output) => {
    expect(await askPod(world([], { 'user-container': log }).client, unready, all)).toMatchObject({ output })
  })

  it('is asked only for what is wanted', async () => {
    const { client, asked } = world([], {})
    await askPod(client, unready, { warnings: false, probe: true, outputOf: '' })
    expect(asked).toEqual(['queue-proxy'])
  })
})

describe('the witness', () => {
  const probe = { ...all, warnings: false, outputOf: '' }
  const start = (log: string | Error) => {
    const clock = virtualClock()
    const logs: Record<string, string | Error> = { 'queue-proxy': log }
    const { client, asked } = world([], logs)
    const news: string[] = []
    const heard = Promise.withResolvers<void>()
    const witness = new PodEvidence(
      client,
      (key) => {
        news.push(key)
        heard.resolve()
      },
      clock
    )
    return { witness, clock, asked, news, logs, heard: heard.promise }
  }

  it('leaves a pod in peace that has just been made', () => {
    const { witness, asked } = start('')
    expect(witness.of('default/hello', unready, probe)).toEqual({ evidence: undefined, afterMs: 2_000 })
    expect(asked).toEqual([])
  })

  it('asks in the background, tells of the answer, and has it for the next pass', async () => {
    const { witness, clock, news, heard, asked } = start(said('Readiness probe failed: no.'))
    await clock.advance(2_000)
    expect(witness.of('default/hello', unready, probe).evidence).toBeUndefined()
    await heard
    expect(news).toEqual(['default/hello'])
    expect(witness.of('default/hello', unready, probe).evidence?.probe).toBe('no.')
    expect(asked).toHaveLength(1)
  })

  it('asks again after a while, and tells of nothing new when there is nothing', async () => {
    const { witness, clock, news, heard, asked } = start(said('Readiness probe failed: no.'))
    await clock.advance(2_000)
    witness.of('default/hello', unready, probe)
    await heard
    await clock.advance(3_000)
    witness.of('default/hello', unready, probe)
    await clock.advance(3_000)
    expect(asked).toHaveLength(2)
    expect(news).toHaveLength(1)
  })

  it('asks an old pod less often', async () => {
    const { witness, clock } = start(said('Readiness probe failed: no.'))
    await clock.advance(80_000)
    expect(witness.of('default/hello', unready, probe).afterMs).toBe(10_000)
  })

  it('knows nothing of another pod of the same revision', async () => {
    const { witness, clock, heard } = start(said('Readiness probe failed: no.'))
    await clock.advance(2_000)
    witness.of('default/hello', unready, probe)
    await heard
    const other = { ...unready, metadata: { ...unready.metadata, uid: 'other' } }
    expect(witness.of('default/hello', other, probe).evidence).toBeUndefined()
  })
})
