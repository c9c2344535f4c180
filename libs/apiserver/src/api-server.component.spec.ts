import type * as k8s from '@knative-ts/api/kubernetes'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventsUntil, startTestServer, type TestServer } from './test-server.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const map = (name: string, data: Record<string, string> = { a: 'b' }, labels?: Record<string, string>) => ({
  metadata: { name, ...(labels === undefined ? {} : { labels }) },
  data
})
const MERGE = { type: 'application/merge-patch+json' }

describe('API server', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(async () => {
    await server.close()
    expect(server.defects).toEqual([])
  })

  describe('identity', () => {
    it('tells its version and health to anybody', async () => {
      expect((await server.ask('GET', '/version', undefined, { anonymous: true })).json).toMatchObject({ major: '1', minor: '34' })
      for (const path of ['/livez', '/readyz', '/healthz'])
        expect((await server.ask('GET', path, undefined, { anonymous: true })).text).toBe('ok')
    })

    it.each([
      ['nobody', { anonymous: true }, 403, 'Forbidden'],
      ['a token that nobody issued', { anonymous: true, headers: { authorization: 'Bearer nonsense' } }, 401, 'Unauthorized'],
      ['an impersonated user without a role', { headers: { 'impersonate-user': 'eve' } }, 403, 'Forbidden']
    ])('refuses %s', async (_who, asked, status, reason) => {
      expect((await server.ask('GET', MAPS, undefined, asked)).json).toMatchObject({ code: status, reason })
    })

    it('lets a service account do what its role says, and nothing else', async () => {
      await server.ask('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'reader' } })
      await server.ask('POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles', {
        metadata: { name: 'read' },
        rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }]
      })
      await server.ask('POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings', {
        metadata: { name: 'read' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'read' },
        subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'default' }]
      })
      const { token } = await server.api.issueToken({ namespace: 'default', name: 'reader' })
      const asked = { anonymous: true, headers: { authorization: `Bearer ${token}` } }
      expect((await server.ask('GET', MAPS, undefined, asked)).status).toBe(200)
      expect((await server.ask('POST', MAPS, map('mine'), asked)).json.message).toBe(
        'configmaps is forbidden: User "system:serviceaccount:default:reader" cannot create resource "configmaps" in API group "" in the namespace "default"'
      )
    })
  })

  it('lets nobody grant what they do not hold', async () => {
    const rbac = '/apis/rbac.authorization.k8s.io/v1'
    await server.ask('POST', `${rbac}/clusterroles`, {
      metadata: { name: 'role-maker' },
      rules: [{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: ['create'] }]
    })
    await server.ask('POST', `${rbac}/clusterrolebindings`, {
      metadata: { name: 'maker' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'role-maker' },
      subjects: [{ kind: 'User', name: 'maker' }]
    })
    const maker = { headers: { 'impersonate-user': 'maker' } }
    const role = (verb: string, resource: string) => ({
      metadata: { generateName: 'r-' },
      rules: [{ apiGroups: ['rbac.authorization.k8s.io'], resources: [resource], verbs: [verb] }]
    })
    expect((await server.ask('POST', `${rbac}/namespaces/default/roles`, role('create', 'roles'), maker)).status).toBe(201)
    expect((await server.ask('POST', `${rbac}/namespaces/default/roles`, role('delete', 'roles'), maker)).json.message).toContain(
      'is attempting to grant RBAC permissions not currently held'
    )
    const binding = {
      metadata: { name: 'b' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'User', name: 'maker' }]
    }
    expect((await server.ask('POST', `${rbac}/namespaces/default/rolebindings`, binding, maker)).json).toMatchObject({
      code: 403,
      reason: 'Forbidden'
    })
  })

  describe('discovery', () => {
    it('answers the aggregated form with its own content type', async () => {
      const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'
      const answer = await server.ask('GET', '/apis', undefined, { headers: { accept } })
      expect(answer.headers['content-type']).toBe('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList')
      expect(answer.json.kind).toBe('APIGroupDiscoveryList')
      expect((await server.ask('GET', '/apis')).json.kind).toBe('APIGroupList')
    })

    it('answers an unknown group as text and an unknown version of a known one as Status', async () => {
      expect(await server.ask('GET', '/apis/nonsense.example/v1')).toMatchObject({ status: 404, text: '404 page not found\n' })
      expect((await server.ask('GET', '/apis/apps/v9')).json).toMatchObject({ kind: 'Status', code: 404 })
    })
  })

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

  describe('lists', () => {
    it('pages through one snapshot while objects come and go', async () => {
      await server.ask('POST', '/api/v1/namespaces', { metadata: { name: 'paged' } })
      const path = '/api/v1/namespaces/paged/configmaps'
      for (const name of ['a', 'b', 'c', 'd']) await server.ask('POST', path, map(name))
      const { json: first } = await server.ask('GET', `${path}?limit=2`)
      expect(first.metadata.remainingItemCount).toBe(2)
      await server.ask('DELETE', `${path}/c`)
      await server.ask('POST', path, map('bb'))
      const { json: second } = await server.ask('GET', `${path}?limit=2&continue=${encodeURIComponent(first.metadata.continue)}`)
      const names = (list: { items: { metadata: { name: string } }[] }) => list.items.map((item) => item.metadata.name)
      expect([...names(first), ...names(second)]).toEqual(['a', 'b', 'c', 'd'])
      expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
    })

    it.each([
      ['labelSelector=n%20in%20(', 400],
      ['fieldSelector=spec.colour%3Dred', 400],
      ['limit=x', 400],
      ['continue=nonsense', 400],
      ['resourceVersion=word', 400],
      ['resourceVersion=999999999', 504],
      ['resourceVersionMatch=Exact', 422]
    ])('refuses ?%s', async (query, status) => {
      expect(await server.ask('GET', `${MAPS}?${query}`)).toMatchObject({ status, json: { kind: 'Status' } })
    })

    it('prints a table when asked for one', async () => {
      const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
      const { json } = await server.ask('GET', '/api/v1/services', undefined, { headers: { accept } })
      expect(json.columnDefinitions.map((column: { name: string }) => column.name)).toEqual([
        'Name',
        'Type',
        'Cluster-IP',
        'External-IP',
        'Port(s)',
        'Age',
        'Selector'
      ])
      expect(json.rows[0].cells.slice(0, 3)).toEqual(['kubernetes', 'ClusterIP', '10.96.0.1'])
    })

    it('compresses big answers and no small ones', async () => {
      await server.ask('POST', MAPS, map('big', { a: 'x'.repeat(200_000) }))
      const gzip = { headers: { 'accept-encoding': 'gzip' } }
      expect((await server.ask('GET', `${MAPS}/big`, undefined, gzip)).headers['content-encoding']).toBe('gzip')
      expect((await server.ask('GET', '/version', undefined, gzip)).headers['content-encoding']).toBeUndefined()
      await server.ask('DELETE', `${MAPS}/big`)
    })
  })

  describe('watches', () => {
    it('sees objects enter and leave a selector', async () => {
      const { json: list } = await server.ask('GET', MAPS)
      const stream = await server.open(`${MAPS}?watch=1&labelSelector=w%3Dx&resourceVersion=${list.metadata.resourceVersion}`)
      await server.ask('POST', MAPS, map('mover', { a: '1' }, { w: 'x' }))
      await server.ask('PATCH', `${MAPS}/mover`, { metadata: { labels: { w: 'y' } } }, MERGE)
      await server.ask('PATCH', `${MAPS}/mover`, { metadata: { labels: { w: 'x' } } }, MERGE)
      await server.ask('DELETE', `${MAPS}/mover`)
      const events = await eventsUntil(stream, (seen) => seen.length === 4)
      expect(events.map(({ type }) => type)).toEqual(['ADDED', 'DELETED', 'ADDED', 'DELETED'])
      const versions = events.map(({ object }) => Number(object.metadata.resourceVersion))
      expect(versions).toEqual([...versions].sort((a, b) => a - b))
    })

    it('ends the initial events with a bookmark when asked to', async () => {
      const stream = await server.open(
        '/api/v1/namespaces?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
      )
      const events = await eventsUntil(stream, (seen) => seen.at(-1)?.type === 'BOOKMARK')
      expect(events.at(-1)?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' })
      expect(events.filter(({ type }) => type === 'ADDED').map(({ object }) => object.metadata.name)).toContain('kube-system')
    })

    it('closes in good order after timeoutSeconds', async () => {
      const stream = await server.open(`${MAPS}?watch=1&timeoutSeconds=1&resourceVersion=999999999`)
      expect(await eventsUntil(stream, () => false)).toEqual([])
    })

    it('begins at once on a connection whose answer before is not quite through', async () => {
      // A keep-alive client may ask again before the server has heard that its last bytes left.
      for (let round = 0; round < 20; round++) {
        const { json } = await server.ask('POST', MAPS, { metadata: { generateName: 'quick-', labels: { quick: 'yes' } } })
        const stream = await server.open(`${MAPS}?watch=1&fieldSelector=metadata.name%3D${json.metadata.name}`)
        expect(await eventsUntil(stream, (seen) => seen.length === 1)).toHaveLength(1)
      }
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
})

describe('API server on a disk', () => {
  it('finds its objects, keys and definitions again', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'apiserver-'))
    try {
      const first = await startTestServer({ dataDirectory: directory })
      await first.ask('POST', MAPS, map('kept'))
      await first.ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
        metadata: { name: 'widgets.example.com' },
        spec: {
          group: 'example.com',
          scope: 'Namespaced',
          names: { plural: 'widgets', kind: 'Widget' },
          versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }]
        }
      })
      const { caPem } = first.api
      await first.close()
      const second = await startTestServer({ dataDirectory: directory })
      expect(second.api.caPem).toBe(caPem)
      expect((await second.ask('GET', `${MAPS}/kept`)).json.data).toEqual({ a: 'b' })
      expect((await second.ask('GET', '/apis/example.com/v1/widgets')).status).toBe(200)
      await second.close()
      expect([...first.defects, ...second.defects]).toEqual([])
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('moves its Services into the range that it is started with', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'apiserver-'))
    const services = '/api/v1/namespaces/default/services'
    try {
      const first = await startTestServer({ dataDirectory: directory, serviceCidr: '10.98.0.0/16' })
      for (const [name, clusterIP] of [['one'], ['low', '10.98.0.10'], ['headless', 'None']] as const)
        await first.ask('POST', services, { metadata: { name }, spec: { ports: [{ port: 80 }], ...(clusterIP && { clusterIP }) } })
      await first.close()
      const second = await startTestServer({ dataDirectory: directory, serviceCidr: '10.96.0.0/16' })
      const { json } = await second.ask('GET', services)
      const addresses = (json.items as k8s.Service[]).map(({ metadata, spec }) => [metadata.name, spec?.clusterIP, spec?.clusterIPs])
      expect(addresses.sort()).toEqual([
        ['headless', 'None', ['None']],
        ['kubernetes', '10.96.0.1', ['10.96.0.1']],
        ['low', '10.96.0.10', ['10.96.0.10']],
        ['one', '10.96.1.0', ['10.96.1.0']]
      ])
      const asked = { metadata: { name: 'two' }, spec: { ports: [{ port: 80 }], clusterIP: '10.96.1.0' } }
      expect((await second.ask('POST', services, asked)).json.message).toContain('provided IP is already allocated')
      await second.close()
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('says which port is taken', async () => {
    const first = await startTestServer()
    await expect(startTestServer({ port: first.api.port })).rejects.toThrow(/cannot listen on 127\.0\.0\.1:\d+: the port is in use/)
    await first.close()
  })
})
