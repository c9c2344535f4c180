import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { startTestServer, type TestServer } from '../test-server.ts'
import type { UsageSource } from '@knative-ts/kube'

const timestamp = new Date('2030-01-01T00:00:15.250Z')
const container = (name: string, cpuNanoCores: number, memoryBytes: number) => ({ name, cpuNanoCores, memoryBytes })
const source: UsageSource = {
  node: () => ({ name: 'here', timestamp, windowMs: 15_000, cpuNanoCores: 250_000_000, memoryBytes: 2 ** 30 }),
  pods: () => [
    { namespace: 'b', name: 'gone', timestamp, windowMs: 15_000, containers: [] },
    {
      namespace: 'b',
      name: 'web',
      timestamp,
      windowMs: 15_093,
      containers: [container('main', 1_234_567, 12_345_344), container('side', 5_000, 1000)]
    },
    { namespace: 'a', name: 'idle', timestamp, windowMs: 90_000, containers: [container('main', 0, 0)] }
  ]
}
const base = '/apis/metrics.k8s.io/v1beta1'
const pod = (name: string, labels: object) => ({ metadata: { name, labels }, spec: { containers: [{ name: 'main', image: 'x' }] } })

describe('metrics.k8s.io', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await startTestServer()
    for (const namespace of ['a', 'b']) {
      await server.ask('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
      await server.ask('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'default' } })
    }
    await server.ask('POST', '/api/v1/nodes', { metadata: { name: 'here', labels: { disk: 'fast' } } })
    expect((await server.ask('POST', '/api/v1/namespaces/b/pods', pod('web', { app: 'web' }))).status).toBe(201)
    await server.ask('POST', '/api/v1/namespaces/a/pods', pod('idle', { app: 'idle' }))
    await server.ask('POST', '/api/v1/namespaces/a/pods', pod('unmeasured', {}))
    server.api.setUsage(source)
  })
  afterEach(async () => {
    await server.close()
    expect(server.defects).toEqual([])
  })

  it('is not served while nobody measures', async () => {
    server.api.setUsage(undefined)
    expect((await server.ask('GET', `${base}/nodes`)).status).toBe(404)
    expect((await server.ask('GET', '/apis/metrics.k8s.io')).status).toBe(404)
  })

  it('answers a pod with its labels, in the units of metrics-server', async () => {
    const { json } = await server.ask('GET', `${base}/namespaces/b/pods/web`)
    expect(json).toEqual({
      kind: 'PodMetrics',
      apiVersion: 'metrics.k8s.io/v1beta1',
      metadata: { name: 'web', namespace: 'b', creationTimestamp: expect.any(String), labels: { app: 'web' } },
      timestamp: '2030-01-01T00:00:15Z',
      window: '15.093s',
      containers: [
        { name: 'main', usage: { cpu: '1234567n', memory: '12056Ki' } },
        { name: 'side', usage: { cpu: '5u', memory: '1000' } }
      ]
    })
  })

  it('lists in order, over namespaces and by label, leaving out what exists no more', async () => {
    const names = async (path: string) =>
      (await server.ask('GET', base + path)).json.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)
    expect(await names('/pods')).toEqual(['idle', 'web'])
    expect(await names('/namespaces/b/pods')).toEqual(['web'])
    expect(await names('/pods?labelSelector=app%3Didle')).toEqual(['idle'])
    expect(await names('/pods?fieldSelector=metadata.name%3Dweb')).toEqual(['web'])
    const { json } = await server.ask('GET', `${base}/nodes`)
    expect([json.kind, json.metadata, json.items[0].usage]).toEqual(['NodeMetricsList', {}, { cpu: '250m', memory: '1Gi' }])
  })

  it('prints a table of sums', async () => {
    const accept = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }
    const { json } = await server.ask('GET', `${base}/namespaces/b/pods`, undefined, { headers: accept })
    expect(json.columnDefinitions.map(({ name }: { name: string }) => name)).toEqual(['Name', 'cpu', 'memory', 'Window'])
    expect(json.rows[0].cells).toEqual(['web', '1239567n', '12346344', '15.093s'])
  })

  it.each([
    ['/namespaces/a/pods/nobody', 'pods "nobody" not found'],
    ['/namespaces/a/pods/unmeasured', 'podmetrics.metrics.k8s.io "a/unmeasured" not found'],
    ['/nodes/elsewhere', 'nodes "elsewhere" not found']
  ])('%s: %s', async (path, message) => {
    expect((await server.ask('GET', base + path)).json).toMatchObject({ code: 404, message })
  })

  it('lets nothing be written or watched', async () => {
    expect((await server.ask('DELETE', `${base}/nodes/here`)).status).toBe(405)
    expect((await server.ask('POST', `${base}/nodes`, { metadata: { name: 'x' } })).status).toBe(405)
    expect((await server.ask('GET', `${base}/nodes?watch=true`)).status).toBe(405)
  })

  it('is in discovery, last, and an APIService that is Available', async () => {
    const { json: groups } = await server.ask('GET', '/apis')
    expect(groups.groups.at(-1).name).toBe('metrics.k8s.io')
    const { json: list } = await server.ask('GET', base)
    expect(list.resources).toEqual([
      { name: 'nodes', singularName: '', namespaced: false, kind: 'NodeMetrics', verbs: ['get', 'list'] },
      { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] }
    ])
    const path = '/apis/apiregistration.k8s.io/v1/apiservices'
    let service = await server.ask('GET', `${path}/v1beta1.metrics.k8s.io`)
    for (const deadline = Date.now() + 60_000; service.status !== 200 && Date.now() < deadline;)
      service = await server.ask('GET', `${path}/v1beta1.metrics.k8s.io`)
    expect(service.json.status.conditions[0]).toMatchObject({ type: 'Available', status: 'True', reason: 'Passed' })
    const { json: apps } = await server.ask('GET', `${path}/v1.apps`)
    expect([apps.spec, apps.metadata.labels]).toEqual([
      { group: 'apps', version: 'v1', groupPriorityMinimum: 17_800, versionPriority: 15 },
      { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' }
    ])
  })
})
