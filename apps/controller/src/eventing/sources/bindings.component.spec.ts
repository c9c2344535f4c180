/** ContainerSources and SinkBindings, through the controller on a fake cluster. */
import { describe, expect, it } from '@jest/globals'
import { conditionOf, containerSources, keyOf, sinkBindings, type KubeObject, type Resource } from '@knative-ts/api'
import { deployments, jobs, type Deployment } from '@knative-ts/api/kubernetes'
import { ApiError } from '@knative-ts/kube'
import { eventually } from '@knative-ts/testing'
import { find, isTrue, makeAvailable, scene, sceneWith, sink, sinkRef, texts } from './source-scene.fixture.ts'

describe('a ContainerSource', () => {
  const source = {
    apiVersion: 'sources.knative.dev/v1',
    kind: 'ContainerSource',
    metadata: { name: 'hello', namespace: 'default' },
    spec: {
      sink: sinkRef,
      ceOverrides: { extensions: { a: 'b' } },
      template: { spec: { containers: [{ name: 'c', image: 'x', env: [{ name: 'OWN', value: '1' }] }] } }
    }
  } as KubeObject
  const container = () => scene.cluster.find(deployments, 'default/hello-deployment')?.spec?.template.spec?.containers[0]
  const bound = { name: 'K_SINK', value: 'http://sink.default.svc.cluster.local' }

  it('is a Deployment and a binding, whose variables outlast a change of the template', async () => {
    await sceneWith(sink)
    await scene.cluster.client.create(containerSources as Resource, source)
    await eventually(() => container()?.env?.some(({ name }) => name === 'K_SINK'), 'a bound Deployment')
    const overrides = { name: 'K_CE_OVERRIDES', value: '{"extensions":{"a":"b"}}' }
    expect(container()?.env).toEqual([{ name: 'OWN', value: '1' }, bound, overrides])
    makeAvailable('hello-deployment')
    await eventually(() => isTrue(find(containerSources, 'hello')), 'ready')
    expect(find(containerSources, 'hello')?.status?.['sinkUri']).toBe(bound.value)
    expect(texts(find(containerSources, 'hello'))).toEqual(['Ready=True : ', 'ReceiveAdapterReady=True : ', 'SinkBindingReady=True : '])

    const changed = scene.cluster.find(containerSources, 'default/hello')!
    const template = { spec: { containers: [{ name: 'c', image: 'y' }] } }
    await scene.cluster.client.update(containerSources, { ...changed, spec: { ...changed.spec, template } })
    await eventually(() => container()?.image === 'y', 'the new template')
    expect(container()?.env).toEqual([bound, overrides])
    await eventually(
      () => conditionOf(find(containerSources, 'hello')?.status?.conditions ?? [], 'ReceiveAdapterReady')?.reason === 'DeploymentUpdating',
      'updating'
    )
    // Deployment and binding are in step: nothing is written any more.
    const writes = scene.cluster.writes.filter(({ resource, effective }) => resource.plural === 'deployments' && effective).length
    makeAvailable('hello-deployment')
    await eventually(() => isTrue(find(containerSources, 'hello')), 'ready again')
    expect(scene.cluster.writes.filter(({ resource, effective }) => resource.plural === 'deployments' && effective)).toHaveLength(writes)
  })
})

describe('a ContainerSource whose pods are refused', () => {
  it('says so, and not that its binding finds no Deployment', async () => {
    await sceneWith(sink)
    const message = 'Deployment.apps "hello-deployment" is invalid: spec.template: Required value'
    const refused = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 422, reason: 'Invalid', message } as const
    scene.cluster.fail({ verb: 'create', resource: deployments, times: 1000, error: new ApiError(refused) })
    await scene.cluster.client.create(
      containerSources as Resource,
      {
        apiVersion: 'sources.knative.dev/v1',
        kind: 'ContainerSource',
        metadata: { name: 'hello', namespace: 'default' },
        spec: { sink: sinkRef, template: { spec: { containers: [{ name: 'c', image: 'x' }] } } }
      } as KubeObject
    )
    await eventually(
      () => conditionOf(find(containerSources, 'hello')?.status?.conditions ?? [], 'Ready')?.reason === 'DeploymentRefused',
      'the reason'
    )
    expect(texts(find(containerSources, 'hello'))).toContain(`ReceiveAdapterReady=False DeploymentRefused: ${message}`)
  })
})

describe('a SinkBinding', () => {
  const binding = (subject: object): KubeObject =>
    ({
      apiVersion: 'sources.knative.dev/v1',
      kind: 'SinkBinding',
      metadata: { name: 'hello', namespace: 'default' },
      spec: { sink: sinkRef, subject: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', ...subject } }
    }) as KubeObject
  const deployment = (name: string, labels: Record<string, string> = {}): KubeObject =>
    ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'default', labels },
      spec: { selector: {}, template: { spec: { containers: [{ name: 'c' }] } } }
    }) as KubeObject
  const isBound = (name: string): boolean =>
    scene.cluster.find(deployments, `default/${name}`)?.spec?.template.spec?.containers[0]?.env?.[0]?.name === 'K_SINK'

  it('waits for a subject by name', async () => {
    await sceneWith(sink)
    await scene.cluster.client.create(sinkBindings as Resource, binding({ name: 'late' }))
    const available = () => conditionOf(find(sinkBindings, 'hello')?.status?.conditions ?? [], 'SinkBindingAvailable')
    await eventually(() => available()?.reason === 'SubjectMissing', 'a word about the subject')
    expect(available()).toMatchObject({ status: 'False', message: 'deployments.apps "late" not found' })
    await scene.cluster.client.create(deployments as Resource, deployment('late'))
    await eventually(() => isBound('late') && isTrue(find(sinkBindings, 'hello')), 'bound')
  })

  it('binds every subject by labels, and again what lost it', async () => {
    await sceneWith(sink, deployment('one', { app: 'x' }), deployment('two', { app: 'y' }))
    await scene.cluster.client.create(sinkBindings as Resource, binding({ selector: { matchLabels: { app: 'x' } } }))
    await eventually(() => isBound('one'), 'the first')
    await scene.cluster.client.create(deployments as Resource, deployment('three', { app: 'x' }))
    await eventually(() => isBound('three'), 'one that came later')
    const one = scene.cluster.find(deployments, 'default/one')!
    await scene.cluster.client.update(deployments, { ...deployment('one', { app: 'x' }), metadata: one.metadata } as Deployment)
    await eventually(() => isBound('one'), 'the first again')
    expect(isBound('two')).toBe(false)
  })

  it('leaves Jobs that are there alone', async () => {
    const job = { ...deployment('job'), apiVersion: 'batch/v1', kind: 'Job' } as KubeObject
    await sceneWith(sink, job)
    const raw = scene.cluster.client.raw.bind(scene.cluster.client)
    scene.cluster.client.raw = async (request) =>
      request.path === '/apis/batch/v1'
        ? { status: 200, headers: {}, body: JSON.stringify({ resources: [{ name: 'jobs', kind: 'Job', namespaced: true }] }) }
        : raw(request)
    await scene.cluster.client.create(sinkBindings as Resource, binding({ apiVersion: 'batch/v1', kind: 'Job', name: 'job' }))
    await eventually(() => isTrue(find(sinkBindings, 'hello')), 'ready')
    expect(JSON.stringify(scene.cluster.find(jobs, keyOf(job)))).not.toContain('K_SINK')
  })
})
