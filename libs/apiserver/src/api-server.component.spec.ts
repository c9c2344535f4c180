import type * as k8s from '@knative-ts/api/kubernetes'
import { describe, expect, it } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serverOfSuite } from './suite-server.fixture.ts'
import { startTestServer } from './test-server.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const map = (name: string) => ({ metadata: { name }, data: { a: 'b' } })

describe('API server', () => {
  const server = serverOfSuite()

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
