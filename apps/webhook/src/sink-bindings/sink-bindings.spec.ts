import { describe, expect, it } from '@jest/globals'
import type { KubeObject, SinkBinding } from '@knative-ts/api'
import { createInformerFactory } from '@knative-ts/kube'
import { fakeCluster, keptLog } from '@knative-ts/testing'
import type { AdmissionRequest } from '../review/admission-review.ts'
import { bindSubjects } from './bind-subjects.ts'
import { BindingTable } from './binding-table.ts'

const binding = (name: string, subject: object, status: object = { sinkUri: `http://${name}` }, more: object = {}): SinkBinding =>
  ({
    apiVersion: 'sources.knative.dev/v1',
    kind: 'SinkBinding',
    metadata: { name, namespace: 'default', ...more },
    spec: { sink: { uri: 'http://x' }, subject: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', ...subject } },
    status
  }) as SinkBinding

async function table(
  ...bindings: KubeObject[]
): Promise<{ readonly table: BindingTable; readonly cluster: ReturnType<typeof fakeCluster>; readonly stop: () => void }> {
  const cluster = fakeCluster({ objects: bindings })
  const factory = createInformerFactory(cluster.client, { log: keptLog() })
  const found = new BindingTable(factory)
  const stopping = new AbortController()
  await factory.start(stopping.signal)
  await found.synced()
  return { table: found, cluster, stop: () => stopping.abort() }
}

const request = (more: Partial<AdmissionRequest> = {}, metadata: object = { name: 'hello', labels: { app: 'x' } }): AdmissionRequest => ({
  uid: '1',
  kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
  operation: 'CREATE',
  namespace: 'default',
  object: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { template: { spec: { containers: [{ name: 'c' }] } } }
  } as KubeObject,
  oldObject: null,
  ...more
})

const sinkIn = async (bindings: SinkBinding[], asked: AdmissionRequest): Promise<string | undefined> => {
  const { table: found, stop } = await table(...bindings)
  const { patch = [] } = await bindSubjects(found)(asked)
  stop()
  const env = patch.find(({ path }) => path === '/spec/template/spec/containers/0/env')?.value as { value?: string }[] | undefined
  return env?.[0]?.value
}

describe('a subject', () => {
  it.each<[string, SinkBinding[], AdmissionRequest, string | undefined]>([
    ['by its name', [binding('a', { name: 'hello' })], request(), 'http://a'],
    ['by its labels', [binding('a', { selector: { matchLabels: { app: 'x' } } })], request(), 'http://a'],
    ['by its labels when the server makes up its name', [binding('a', { selector: {} })], request({}, { generateName: 'x-' }), 'http://a'],
    ['on update too', [binding('a', { name: 'hello' })], request({ operation: 'UPDATE' }), 'http://a'],
    ['of two bindings, by the last of them', [binding('b', { name: 'hello' }), binding('a', { name: 'hello' })], request(), 'http://b'],
    ['not of another name', [binding('a', { name: 'other' })], request(), undefined],
    ['not of other labels', [binding('a', { selector: { matchLabels: { app: 'y' } } })], request(), undefined],
    ['not of another kind', [binding('a', { name: 'hello', kind: 'StatefulSet' })], request(), undefined],
    ['not in another namespace', [binding('a', { name: 'hello' })], request({ namespace: 'other' }), undefined],
    ['not before the sink is known', [binding('a', { name: 'hello' }, {})], request(), undefined],
    [
      'not of a binding that goes',
      [binding('a', { name: 'hello' }, undefined, { deletionTimestamp: '2030-01-01T00:00:00Z', finalizers: ['x'] })],
      request(),
      undefined
    ],
    ['not when only its status is written', [binding('a', { name: 'hello' })], request({ subResource: 'status' }), undefined],
    [
      'not as a Job that is there',
      [binding('a', { name: 'hello', apiVersion: 'batch/v1', kind: 'Job' })],
      request({ operation: 'UPDATE', kind: { group: 'batch', version: 'v1', kind: 'Job' } }),
      undefined
    ]
  ])('is told the sink %s', async (_, bindings, asked, sink) => {
    expect(await sinkIn(bindings, asked)).toBe(sink)
  })
})

it('the webhook is asked about the kinds that bindings speak of, and no others', async () => {
  const { table: found, cluster, stop } = await table(binding('a', { name: 'hello' }), binding('b', { name: 'other' }))
  const rule = (group: string, plural: string) => ({
    operations: ['CREATE', 'UPDATE'],
    apiGroups: [group],
    apiVersions: ['v1'],
    resources: [plural],
    scope: '*'
  })
  expect(found.rules()).toEqual([rule('apps', 'deployments')])
  const changed = Promise.withResolvers<void>()
  let calls = 0
  found.onChange(() => ++calls > 2 && changed.resolve())
  cluster.put(binding('c', { name: 'x', apiVersion: 'batch/v1', kind: 'Job' }))
  await changed.promise
  expect(found.rules()).toEqual([rule('apps', 'deployments'), rule('batch', 'jobs')])
  stop()
})
