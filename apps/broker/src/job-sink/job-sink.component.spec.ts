import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { jobs, secrets } from '@knative-ts/api/kubernetes'
import { createServer, type Server } from '@knative-ts/proxy'
import { type FakeCluster, fakeCluster } from '@knative-ts/testing'
import { rawRequest } from '../testing/raw-request.ts'
import { jobSinkHandler } from './job-sink.handler.ts'

const namespace = 'default'
/** As recorded: sink `hello`, source `/s`, id `1`. */
const name = 'hello-b8a765b7041c79e3f785739f20361857'
const location = '/namespaces/default/name/hello/sources/%2Fs/ids/1'
const jobJson = JSON.stringify({
  metadata: { labels: { mine: 'yes' } },
  spec: {
    completions: 1,
    template: {
      spec: {
        restartPolicy: 'Never',
        containers: [
          { name: 'c', image: 'i', env: [{ name: 'K_EXECUTION_MODE', value: 'batch' }] },
          { name: 'd', image: 'i' }
        ]
      }
    }
  }
})

describe('the door of JobSinks', () => {
  let cluster: FakeCluster
  let server: Server
  let port: number
  beforeEach(async () => {
    cluster = fakeCluster()
    const sink = { key: 'default/hello', uid: 'uid-1', jobJson }
    const handler = jobSinkHandler({ client: cluster.client, sinkOf: (key) => (key === sink.key ? sink : undefined), mostBytes: 1_000 })
    server = createServer({ handler })
    port = (await server.listen({ port: 0, host: '127.0.0.1' })).port
  })
  afterEach(() => server.close())

  const event = { 'Ce-Specversion': '1.0', 'Ce-Id': '1', 'Ce-Type': 'a.b', 'Ce-Source': '/s', 'Content-Type': 'application/json' }
  const ask = async (method: string, path: string, headers: Record<string, string> = {}, body = '') => {
    const answer = await rawRequest(port, { method, path, host: 'job-sink', headers: Object.entries(headers), body: Buffer.from(body) })
    const header = (field: string) => answer.headers.find(([one]) => one === field)?.[1]
    return { status: answer.status, location: header('Location'), reason: header('Reason'), body: answer.body.toString() }
  }
  const post = (headers: Record<string, string> = event) => ask('POST', '/default/hello', headers, '{"a":1}')

  it('makes the Job that was recorded, with the event beside it, and says where to ask for it', async () => {
    expect(await post()).toEqual({ status: 202, location, reason: undefined, body: '' })
    const job = await cluster.client.get(jobs, { namespace, name })
    const labels = { 'sinks.knative.dev/job-sink-id': name, 'sinks.knative.dev/job-sink-name': 'hello' }
    expect(job.metadata?.labels).toEqual({ mine: 'yes', ...labels })
    expect(job.metadata?.ownerReferences).toEqual([
      {
        apiVersion: 'sinks.knative.dev/v1alpha1',
        kind: 'JobSink',
        name: 'hello',
        uid: 'uid-1',
        controller: true,
        blockOwnerDeletion: false
      }
    ])
    const { volumes, containers } = job.spec?.template.spec ?? {}
    expect(volumes).toEqual([{ name: 'jobsink-event', secret: { secretName: name } }])
    for (const container of containers ?? []) {
      expect(container.volumeMounts).toEqual([{ name: 'jobsink-event', mountPath: '/etc/jobsink-event', readOnly: true }])
      expect(Object.fromEntries((container.env ?? []).map((one) => [one.name, one.value]))).toEqual({
        K_EVENT_PATH: '/etc/jobsink-event',
        K_EXECUTION_MODE: 'batch'
      })
    }
    const secret = await cluster.client.get(secrets, { namespace, name })
    expect(secret).toMatchObject({ immutable: true, type: 'Opaque', metadata: { labels } })
    expect(secret.metadata?.ownerReferences).toMatchObject([{ kind: 'Job', name, uid: job.metadata?.uid, blockOwnerDeletion: false }])
    expect(Buffer.from(secret.data?.event ?? '', 'base64').toString()).toBe(
      '{"specversion":"1.0","id":"1","source":"/s","type":"a.b","datacontenttype":"application/json","data":{"a":1}}'
    )
  })

  it('runs an event once that comes twice, and makes up for a Secret that is missing', async () => {
    await post()
    await cluster.client.delete(secrets, { namespace, name })
    expect(await post()).toMatchObject({ status: 202, location })
    expect((await cluster.client.list(jobs, { namespace })).items).toHaveLength(1)
    expect((await cluster.client.list(secrets, { namespace })).items).toHaveLength(1)
  })

  it('takes the trace of a request along', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    await post({ ...event, Traceparent: traceparent })
    const secret = await cluster.client.get(secrets, { namespace, name })
    expect(JSON.parse(Buffer.from(secret.data?.event ?? '', 'base64').toString())).toMatchObject({ traceparent })
  })

  it.each([
    ['POST', '/x', 400, 'the path is not /namespace/jobsink'],
    ['POST', '/default/nope', 400, 'there is no such JobSink'],
    ['PUT', '/default/hello', 400, 'events come by POST'],
    ['OPTIONS', '/default/hello', 400, 'events come by POST'],
    ['GET', '/default/hello', 400, 'the path is not that of a job'],
    ['GET', '/namespaces/default/name/nope/sources/s/ids/1', 400, 'there is no such JobSink'],
    ['GET', location, 500, `jobs.batch "${name}" not found`]
  ])('%s %s is %i: %s', async (method, path, status, reason) => {
    expect(await ask(method, path, method === 'GET' ? {} : event, method === 'POST' ? '{}' : '')).toMatchObject({ status, reason })
  })

  it('refuses what is no event, and what is too large', async () => {
    expect(await ask('POST', '/default/hello', { 'Content-Type': 'application/json' }, '{}')).toMatchObject({ status: 400 })
    expect(await ask('POST', '/default/hello', event, 'x'.repeat(1_001))).toMatchObject({ status: 413 })
  })

  it.each([
    ['Complete', 200, 'Complete'],
    ['Failed', 400, 'Failed'],
    ['Suspended', 202, undefined]
  ])('says of a Job that is %s: %i', async (type, status, reason) => {
    await post()
    const job = await cluster.client.get(jobs, { namespace, name })
    cluster.put({ ...job, status: { conditions: [{ type, status: 'True' }] } } as never)
    expect(await ask('GET', location)).toMatchObject({ status, reason, ...(status === 202 ? { location } : {}) })
  })

  it('says why the API server did not take the Job', async () => {
    cluster.fail({ verb: 'create', resource: jobs, error: 'Forbidden' })
    expect(await post()).toMatchObject({ status: 500, reason: expect.stringContaining('Forbidden') })
  })
})
