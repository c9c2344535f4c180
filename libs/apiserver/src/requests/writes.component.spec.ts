import { describe, expect, it } from '@jest/globals'
import { serverOfSuite } from '../suite-server.fixture.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const map = (name: string, data: Record<string, string> = { a: 'b' }) => ({ metadata: { name }, data })
const MERGE = { type: 'application/merge-patch+json' }
const server = serverOfSuite()

describe('writes', () => {
  it('keeps the version of an object that a write does not change', async () => {
    const { json: first } = await server.ask('POST', MAPS, map('still'))
    const { json: again } = await server.ask('PUT', `${MAPS}/still`, {
      ...first,
      metadata: { ...first.metadata, managedFields: undefined }
    })
    expect(again.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
    const { json: patched } = await server.ask('PATCH', `${MAPS}/still`, { data: { a: 'b' } }, MERGE)
    expect(patched.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
  })

  it('refuses to replace a state that is not the newest', async () => {
    const { json: first } = await server.ask('POST', MAPS, map('stale'))
    await server.ask('PATCH', `${MAPS}/stale`, { data: { a: 'c' } }, MERGE)
    expect((await server.ask('PUT', `${MAPS}/stale`, first)).json).toMatchObject({ code: 409, reason: 'Conflict' })
  })

  it('loses no patch when many come at once', async () => {
    await server.ask('POST', MAPS, map('busy'))
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => server.ask('PATCH', `${MAPS}/busy`, { data: { [`k${index}`]: 'v' } }, MERGE))
    )
    expect(Object.keys((await server.ask('GET', `${MAPS}/busy`)).json.data)).toHaveLength(41)
  })

  it('says what a dry run would do and does nothing', async () => {
    expect((await server.ask('POST', `${MAPS}?dryRun=All`, map('dry'))).status).toBe(201)
    expect((await server.ask('GET', `${MAPS}/dry`)).status).toBe(404)
  })

  it.each([
    ['Strict', 400, undefined],
    ['Warn', 201, '299 - "unknown field \\"colour\\""'],
    ['Ignore', 201, undefined]
  ])('treats an unknown field as fieldValidation=%s says', async (mode, status, warning) => {
    const answer = await server.ask('POST', `${MAPS}?fieldValidation=${mode}`, { ...map(`field-${mode.toLowerCase()}`), colour: 'red' })
    expect(answer.status).toBe(status)
    expect(answer.headers['warning']).toBe(warning)
  })

  it('holds an object until its last finalizer is gone', async () => {
    await server.ask('POST', MAPS, { metadata: { name: 'held', finalizers: ['example.com/a'] } })
    const { json: lingering } = await server.ask('DELETE', `${MAPS}/held`)
    expect(lingering.metadata.deletionTimestamp).toBeDefined()
    const { json: refused } = await server.ask(
      'PATCH',
      `${MAPS}/held`,
      { metadata: { finalizers: ['example.com/a', 'example.com/b'] } },
      MERGE
    )
    expect(refused.code).toBe(422)
    await server.ask('PATCH', `${MAPS}/held`, { metadata: { finalizers: null } }, MERGE)
    expect((await server.ask('GET', `${MAPS}/held`)).status).toBe(404)
  })

  it('checks preconditions of a deletion', async () => {
    await server.ask('POST', MAPS, map('guarded'))
    const wrong = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'other' } }
    expect((await server.ask('DELETE', `${MAPS}/guarded`, wrong)).json).toMatchObject({ code: 409, reason: 'Conflict' })
  })

  it('tells the owner in a conflict of applies, and gives way to force', async () => {
    const apply = (manager: string, value: string, force = false) =>
      server.ask(
        'PATCH',
        `${MAPS}/shared?fieldManager=${manager}${force ? '&force=true' : ''}`,
        { apiVersion: 'v1', kind: 'ConfigMap', ...map('shared', { a: value }) },
        { type: 'application/apply-patch+yaml' }
      )
    expect((await apply('one', 'x')).status).toBe(201)
    expect((await apply('two', 'y')).json.message).toBe('Apply failed with 1 conflict: conflict with "one": .data.a')
    expect((await apply('two', 'y', true)).json.data).toEqual({ a: 'y' })
  })
})

describe('subresources', () => {
  const deployment = {
    metadata: { name: 'd' },
    spec: {
      selector: { matchLabels: { app: 'd' } },
      template: { metadata: { labels: { app: 'd' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
    }
  }
  const PATH = '/apis/apps/v1/namespaces/default/deployments'

  it('scales, counts generations of spec alone, and keeps status apart', async () => {
    expect((await server.ask('POST', PATH, { ...deployment, status: { replicas: 9 } })).json).toMatchObject({
      metadata: { generation: 1 },
      spec: { replicas: 1 },
      status: {}
    })
    expect((await server.ask('PATCH', `${PATH}/d/scale`, { spec: { replicas: 3 } }, MERGE)).json).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 3 },
      status: { selector: 'app=d' }
    })
    const { json: status } = await server.ask('PATCH', `${PATH}/d/status`, { spec: { replicas: 7 }, status: { replicas: 3 } }, MERGE)
    expect(status).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 3 }, status: { replicas: 3 } })
  })

  it('leaves a scheduled pod to its node until grace is over', async () => {
    await server.ask('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })
    const pods = '/api/v1/namespaces/default/pods'
    const { json: pod } = await server.ask('POST', pods, { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } })
    expect(pod.spec.volumes[0].projected.sources[0].serviceAccountToken).toEqual({ expirationSeconds: 3607, path: 'token' })
    expect((await server.ask('POST', `${pods}/p/binding`, { target: { kind: 'Node', name: 'here' } })).status).toBe(201)
    expect((await server.ask('DELETE', `${pods}/p`)).json.metadata.deletionGracePeriodSeconds).toBe(30)
    expect((await server.ask('GET', `${pods}/p`)).status).toBe(200)
    await server.ask('DELETE', `${pods}/p`, { gracePeriodSeconds: 0 })
    expect((await server.ask('GET', `${pods}/p`)).status).toBe(404)
  })

  it('gives each Service an address of its own and takes it back', async () => {
    const services = '/api/v1/namespaces/default/services'
    const { json: one } = await server.ask('POST', services, { metadata: { name: 'one' }, spec: { ports: [{ port: 80 }] } })
    const asked = { metadata: { name: 'two' }, spec: { ports: [{ port: 80 }], clusterIP: one.spec.clusterIP } }
    expect((await server.ask('POST', services, asked)).json.message).toContain('provided IP is already allocated')
    await server.ask('DELETE', `${services}/one`)
    expect((await server.ask('POST', services, asked)).json.spec.clusterIP).toBe(one.spec.clusterIP)
  })

  it('keeps one event in two shapes', async () => {
    await server.ask('POST', '/apis/events.k8s.io/v1/namespaces/default/events', {
      metadata: { name: 'e' },
      regarding: { kind: 'Pod', name: 'p', namespace: 'default' },
      note: 'hello',
      reason: 'Said',
      type: 'Normal',
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'spec',
      reportingInstance: 'spec-1',
      action: 'Say'
    })
    expect((await server.ask('GET', '/api/v1/namespaces/default/events/e')).json).toMatchObject({
      message: 'hello',
      involvedObject: { name: 'p' },
      reportingComponent: 'spec'
    })
    expect((await server.ask('GET', '/apis/events.k8s.io/v1/namespaces/default/events/e')).json).toMatchObject({
      note: 'hello',
      regarding: { name: 'p' }
    })
  })
})
