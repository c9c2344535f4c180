import { describe, expect, it } from '@jest/globals'
import { adler32, certificates, parseCertmanagerConfig, type Certificate } from '@knative-ts/api'
import { services, type Service } from '@knative-ts/api/kubernetes'
import { ApiError, createInformerFactory, createEventRecorder, Kept, type KubeClient, type Outcome } from '@knative-ts/kube'
import { fakeCluster, keptLog, kubeService, virtualClock } from '@knative-ts/testing'
import { CertManagerIssuer } from './cert-manager-issuer.ts'
import {
  cmCertificates,
  cmChallenges,
  cmClusterIssuers,
  type CmCertificate,
  type CmChallenge,
  type CmClusterIssuer
} from './cert-manager.ts'
import { cmCertificateOf } from './cm-certificate-of.ts'

const key = { namespace: 'default', name: 'hello' }
const config = parseCertmanagerConfig({
  issuerRef: '{ kind: ClusterIssuer, name: outside }',
  clusterLocalIssuerRef: '{ kind: ClusterIssuer, name: inside }',
  systemInternalIssuerRef: '{ kind: ClusterIssuer, name: system }'
})
const certificate = (over: { metadata?: object; spec?: object; status?: object } = {}): Certificate => ({
  apiVersion: 'networking.internal.knative.dev/v1alpha1',
  kind: 'Certificate',
  metadata: {
    ...key,
    uid: 'uid-certificate',
    generation: 1,
    labels: { 'networking.knative.dev/certificate-type': 'external-domain' },
    annotations: { 'networking.knative.dev/certificate.class': 'cert-manager.certificate.networking.knative.dev' },
    ...over.metadata
  },
  spec: { dnsNames: ['hello.example.com'], secretName: 'hello', domain: 'example.com', ...over.spec },
  ...(over.status === undefined ? {} : { status: over.status })
})
const theirs = (status: object, of = certificate()): CmCertificate => {
  const rendered = cmCertificateOf(of, config)
  if (rendered.kind === 'refused') throw new Error(rendered.message)
  const owner = {
    apiVersion: of.apiVersion,
    kind: of.kind,
    name: 'hello',
    uid: 'uid-certificate',
    controller: true,
    blockOwnerDeletion: true
  }
  return { ...rendered.certificate, metadata: { ...rendered.certificate.metadata, ownerReferences: [owner] }, status }
}
const readiness = (status: string, reason = '', message = '') => ({ conditions: [{ type: 'Ready', status, reason, message }] })
const issuer = (spec: object): CmClusterIssuer => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'ClusterIssuer',
  metadata: { name: 'outside' },
  spec
})
const acme = issuer({ acme: { solvers: [{ http01: { ingress: {} } }] } })
const challenge: CmChallenge = {
  apiVersion: 'acme.cert-manager.io/v1',
  kind: 'Challenge',
  metadata: { namespace: 'default', name: 'challenge' },
  spec: { token: 'abc', dnsName: 'hello.example.com' }
}
const solver = kubeService({
  metadata: {
    name: 'cm-solver',
    labels: { 'acme.cert-manager.io/http-domain': String(adler32('hello.example.com')) },
    ownerReferences: [{ apiVersion: 'acme.cert-manager.io/v1', kind: 'Challenge', name: 'challenge', uid: 'u', controller: true }]
  },
  spec: { ports: [{ port: 8089, targetPort: 8089 }] }
})

/** One pass over `mine`, in a cluster that has cert-manager unless `absent`. */
async function pass(mine: Certificate, objects: (CmCertificate | CmClusterIssuer | CmChallenge | Service)[], absent = false) {
  const cluster = fakeCluster({ objects, resources: [cmCertificates, cmClusterIssuers, cmChallenges] })
  const stop = new AbortController()
  const factory = createInformerFactory(cluster.client, { log: keptLog() })
  const kept = new Kept<Service>(cluster.client, factory.informer(services))
  await factory.start(stop.signal)
  const clock = virtualClock()
  const noKind = new ApiError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 404, reason: 'NotFound' })
  const client: KubeClient = absent
    ? Object.assign(Object.create(cluster.client) as KubeClient, {
        get: () => Promise.reject(noKind),
        create: () => Promise.reject(noKind)
      })
    : cluster.client
  const recorder = createEventRecorder({ client: cluster.client, component: 'test', log: keptLog() })
  const issuing = new CertManagerIssuer({ client, services: kept, config: () => config, recorder, clock })
  const object = { ...mine, status: mine.status ?? {} }
  const outcome: Outcome | string = await issuing.issue(object).catch((error: Error) => error.message)
  await recorder.flush()
  stop.abort()
  return {
    outcome,
    status: object.status,
    made: cluster.all(cmCertificates)[0],
    writes: cluster.writes.map(({ verb, resource }) => `${verb} ${resource.kind}`)
  }
}

describe('what cert-manager is asked for', () => {
  it.each([
    ['external-domain', 'outside'],
    ['cluster-local-domain', 'inside'],
    ['system-internal', 'system']
  ])('comes from the issuer of its type: %s', (type, name) => {
    const mine = certificate({ metadata: { labels: { 'networking.knative.dev/certificate-type': type } } })
    expect(cmCertificateOf(mine, config)).toMatchObject({ certificate: { spec: { issuerRef: { kind: 'ClusterIssuer', name } } } })
  })

  it('is a Certificate of the same names and the same Secret', () => {
    const { apiVersion, kind, metadata, spec } = theirs({})
    expect({ apiVersion, kind, labels: metadata.labels, spec }).toEqual({
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      labels: { 'networking.knative.dev/certificate-type': 'external-domain' },
      spec: {
        commonName: 'hello.example.com',
        dnsNames: ['hello.example.com'],
        secretName: 'hello',
        issuerRef: { kind: 'ClusterIssuer', name: 'outside' },
        secretTemplate: { labels: { 'networking.internal.knative.dev/certificate-uid': 'uid-certificate' } }
      }
    })
  })

  const long = `${'a'.repeat(50)}.default.example.com`
  it.each([
    ['short enough', `${'a'.repeat(59)}.com`, 'com', { commonName: `${'a'.repeat(59)}.com` }],
    ['too long', long, 'example.com', { commonName: 'k.example.com', dnsNames: ['k.example.com', long] }]
  ])('has a common name that is %s', (_what, name, domain, spec) => {
    expect(cmCertificateOf(certificate({ spec: { dnsNames: [name], domain } }), config)).toMatchObject({ certificate: { spec } })
  })

  it.each([
    ['there is no domain', long, '', 'no domain available'],
    ['it is the domain', long, long, 'longer than 63 characters'],
    ['the domain is too long too', `x.${long}`, long, `(k.${long}) still longer than 63 characters`]
  ])('is refused when its name is too long and %s', async (_what, name, domain, words) => {
    const { outcome, status } = await pass(certificate({ spec: { dnsNames: [name], domain } }), [])
    expect(outcome).toMatchObject({ kind: 'stuck' })
    expect(status.conditions).toMatchObject([
      { type: 'Ready', status: 'False', reason: 'CommonName Too Long', message: expect.stringContaining(words) }
    ])
  })
})

describe('a Certificate of cert-manager', () => {
  it('is asked for, and not ready before cert-manager says so', async () => {
    const { status, made, writes, outcome } = await pass(certificate(), [issuer({})])
    expect(writes).toEqual(['create Certificate', 'create Event'])
    expect(made?.metadata.ownerReferences).toMatchObject([{ kind: 'Certificate', uid: 'uid-certificate', controller: true }])
    expect(status.conditions).toMatchObject([{ type: 'Ready', status: 'Unknown', reason: 'NoCertManagerCertCondition' }])
    expect(outcome).toEqual({ kind: 'again', afterMs: 2_000 })
  })

  it.each([
    ['Unknown', 'Wait', 'Unknown'],
    ['False', 'InProgress', 'Unknown'],
    ['False', 'Pending', 'Unknown'],
    ['False', 'TemporaryCertificate', 'Unknown'],
    ['False', 'Denied', 'False'],
    ['True', 'Ready', 'True']
  ])('that is %s for %s there is %s here', async (said, reason, told) => {
    const { status } = await pass(certificate(), [
      theirs({ ...readiness(said, reason, 'words'), notAfter: '2030-04-01T00:00:00Z' }),
      issuer({})
    ])
    expect(status).toMatchObject({
      notAfter: '2030-04-01T00:00:00Z',
      conditions: [{ type: 'Ready', status: told, ...(told === 'True' ? {} : { reason, message: 'words' }) }]
    })
  })

  it('tells what its authority asks of its hosts', async () => {
    const { status } = await pass(certificate(), [theirs(readiness('False', 'InProgress')), acme, challenge, solver])
    expect(status.http01Challenges).toEqual([
      {
        url: 'http://hello.example.com/.well-known/acme-challenge/abc',
        serviceName: 'cm-solver',
        serviceNamespace: 'default',
        servicePort: 8089
      }
    ])
  })

  it('waits for the solvers', async () => {
    const { outcome, status } = await pass(certificate(), [theirs(readiness('False', 'InProgress')), acme])
    const value = adler32('hello.example.com')
    expect(outcome).toBe(`no challenge solver service for domain hello.example.com; selector=acme.cert-manager.io/http-domain=${value}`)
    expect(status.conditions).toMatchObject([{ status: 'Unknown', reason: 'ReconcileFailed' }])
  })

  it('asks its hosts again while it is renewed, and stays ready', async () => {
    const renewing = { ...readiness('True'), renewalTime: '2029-12-31T00:00:00Z' }
    const { status } = await pass(certificate(), [theirs(renewing), acme, challenge, solver])
    expect(status.conditions).toMatchObject([
      { type: 'Ready', status: 'True' },
      { type: 'Renewing', status: 'True', severity: 'Info' }
    ])
    expect(status.http01Challenges).toHaveLength(1)
    const after = await pass(certificate({ status }), [theirs({ ...readiness('True'), renewalTime: '2030-02-01T00:00:00Z' }), acme])
    expect(after.status.conditions).toMatchObject([{ type: 'Ready', status: 'True' }])
    expect(after.status.http01Challenges).toBeUndefined()
  })

  it('is brought up to what is wanted', async () => {
    const stale = theirs(readiness('True'), certificate({ spec: { dnsNames: ['old.example.com'] } }))
    const { writes, made } = await pass(certificate(), [stale, issuer({})])
    expect(writes).toEqual(['update Certificate', 'create Event'])
    expect(made?.spec.dnsNames).toEqual(['hello.example.com'])
  })

  it('is not taken over', async () => {
    const other = theirs(readiness('True'))
    const { outcome, status, writes } = await pass(certificate(), [{ ...other, metadata: { ...other.metadata, ownerReferences: [] } }])
    expect(outcome).toMatch(/does not own CertManager Certificate/)
    expect(status.conditions).toMatchObject([
      { status: 'False', reason: 'NotOwned', message: 'There is an existing CertManagerCertificate "hello" that we do not own.' }
    ])
    expect(writes).toEqual([])
  })

  it('says what to do where there is no cert-manager', async () => {
    const { outcome, status } = await pass(certificate(), [], true)
    expect(outcome).toEqual({ kind: 'again', afterMs: 30_000 })
    expect(status.conditions).toMatchObject([
      {
        status: 'False',
        reason: 'CertManagerNotInstalled',
        message: expect.stringMatching(/install cert-manager, or set certificate-class/)
      }
    ])
    expect(certificates.kind).toBe('Certificate')
  })
})
