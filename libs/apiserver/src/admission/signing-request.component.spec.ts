import { describe, expect, it } from '@jest/globals'
import { serverOfSuite } from '../suite-server.fixture.ts'

const REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const PEM = Buffer.from('-----BEGIN CERTIFICATE REQUEST-----\nMA==\n-----END CERTIFICATE REQUEST-----\n').toString('base64')

const asked = (name: string, spec: object = {}) => ({
  apiVersion: 'certificates.k8s.io/v1',
  kind: 'CertificateSigningRequest',
  metadata: { name },
  spec: { request: PEM, signerName: 'example.com/one', usages: ['client auth'], username: 'somebody else', ...spec }
})
const verdict = (type: string) => ({ type, status: 'True', reason: 'ByHand' })

describe('certificate signing requests', () => {
  const server = serverOfSuite()

  it('say who asks, whatever the client wrote', async () => {
    const { json } = await server.ask('POST', REQUESTS, asked('whose'))
    expect(json.spec).toMatchObject({ username: 'kubernetes-admin', groups: expect.arrayContaining(['system:authenticated']) })
  })

  it('keep what was asked', async () => {
    const { json } = await server.ask('POST', REQUESTS, asked('kept'))
    const changed = { ...json, spec: { ...json.spec, signerName: 'example.com/two' } }
    expect((await server.ask('PUT', `${REQUESTS}/kept`, changed)).json.spec.signerName).toBe('example.com/one')
  })

  it('are approved through approval alone, which changes nothing else', async () => {
    const { json } = await server.ask('POST', REQUESTS, asked('approved'))
    const approved = {
      ...json,
      metadata: { ...json.metadata, resourceVersion: undefined },
      status: { certificate: PEM, conditions: [verdict('Approved')] }
    }
    expect((await server.ask('PUT', `${REQUESTS}/approved`, approved)).json.status).toEqual({})
    const { status, json: after } = await server.ask('PUT', `${REQUESTS}/approved/approval`, approved)
    expect(status).toBe(200)
    expect(after.status.certificate).toBeUndefined()
    expect(after.status.conditions).toEqual([
      { ...verdict('Approved'), lastUpdateTime: expect.any(String), lastTransitionTime: expect.any(String) }
    ])
  })

  it('are not both approved and denied', async () => {
    const { json } = await server.ask('POST', REQUESTS, asked('both'))
    const { json: refused } = await server.ask('PUT', `${REQUESTS}/both/approval`, {
      ...json,
      status: { conditions: [verdict('Approved'), verdict('Denied')] }
    })
    expect(refused.message).toContain('Approved and Denied conditions are mutually exclusive')
  })

  it('need leave for the signer to be approved', async () => {
    const { json } = await server.ask('POST', REQUESTS, asked('unallowed'))
    await server.ask('POST', '/apis/rbac.authorization.k8s.io/v1/clusterroles', {
      metadata: { name: 'half-approver' },
      rules: [{ apiGroups: ['certificates.k8s.io'], resources: ['certificatesigningrequests/approval'], verbs: ['update'] }]
    })
    await server.ask('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      metadata: { name: 'half-approver' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'half-approver' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'ann' }]
    })
    const body = { ...json, status: { conditions: [verdict('Approved')] } }
    const refused = await server.ask('PUT', `${REQUESTS}/unallowed/approval`, body, { headers: { 'impersonate-user': 'ann' } })
    expect(refused.json.message).toContain('user not permitted to approve requests with signerName "example.com/one"')
  })

  it.each([
    [{ request: 'bm90aGluZw==' }, 'spec.request'],
    [{ usages: [] }, 'spec.usages: Required value'],
    [{ signerName: 'one' }, 'spec.signerName'],
    [{ expirationSeconds: 60 }, 'may not specify a duration less than 600 seconds (10 minutes)']
  ])('are refused with %j', async (spec, message) => {
    const { status, json } = await server.ask('POST', REQUESTS, asked('wrong', spec))
    expect(status).toBe(422)
    expect(json.message).toContain(message)
  })
})
