import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { certificates, readyOf, type Certificate } from '@knative-ts/api'
import { configMaps, secrets, type Secret } from '@knative-ts/api/kubernetes'
import { issueCertificate, makeAuthority } from '@knative-ts/kube/certificates'
import { createInformerFactory, type Outcome } from '@knative-ts/kube'
import { fakeCluster, keptLog, virtualClock, type FakeCluster } from '@knative-ts/testing'
import { objectsOf } from '../objects.ts'
import { reconcilers } from '../reconcilers.ts'
import { Tracker } from '../reconciling/tracker.ts'
import { watchSettings } from '../settings/settings.ts'
import { gatewaysThat } from '../testing/one-reconciler.ts'

const DAY = 86_400_000
const names = ['hello.example.com', '*.default.example.com']
const key = { namespace: 'default', name: 'hello' }
const authorityKey = { namespace: 'knative-serving', name: 'issuer-authority' }
const certificate = (over: { metadata?: object; spec?: object } = {}): Certificate => ({
  apiVersion: 'networking.internal.knative.dev/v1alpha1',
  kind: 'Certificate',
  metadata: {
    ...key,
    uid: 'uid-certificate',
    generation: 1,
    labels: { 'serving.knative.dev/route': 'hello' },
    annotations: { 'networking.knative.dev/certificate.class': 'issuer.certificate.networking.knative.dev' },
    ...over.metadata
  },
  spec: { dnsNames: names, secretName: 'hello', domain: 'example.com', ...over.spec }
})
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const secretOf = (name: string, pair: { cert: string; key: string }, more: object = {}): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { ...(name === authorityKey.name ? authorityKey : key), ...more },
  type: 'kubernetes.io/tls',
  data: { 'tls.crt': base64(pair.cert), 'tls.key': base64(pair.key) }
})

/** The reconciler over a world that stays from pass to pass, at a time that the test moves. */
async function issuing(...world: (Certificate | Secret)[]) {
  const clock = virtualClock()
  const cluster = fakeCluster({ objects: world, now: () => clock.now() })
  const stop = new AbortController()
  const factory = createInformerFactory(cluster.client, { log: keptLog() })
  const log = keptLog()
  const shared = { systemNamespace: 'knative-serving', clusterDomain: 'cluster.local' }
  const settings = watchSettings({ factory, log, ...shared })
  const objects = objectsOf(factory)
  const passes = reconcilers({
    client: cluster.client,
    objects,
    settings,
    gateways: gatewaysThat(true),
    tracker: new Tracker(),
    onRevisionNews: () => undefined,
    clock,
    log,
    ...shared
  })
  await factory.start(stop.signal)
  const pass = (): Promise<Outcome | string> => passes.certificate(key, stop.signal).catch((error: Error) => error.message)
  return { cluster, clock, pass, end: () => stop.abort() }
}

const pem = (cluster: FakeCluster, of = key, name = 'tls.crt'): X509Certificate =>
  new X509Certificate(Buffer.from(cluster.find<Secret>(secrets, of)?.data?.[name] ?? '', 'base64'))
const statusOf = (cluster: FakeCluster) => cluster.find<Certificate>(certificates, key)?.status

describe('a Certificate of the built-in issuer', () => {
  it('is in its Secret at once, by an authority that is made with the first one', async () => {
    const { cluster, pass, clock, end } = await issuing(certificate())
    expect(await pass()).toEqual({ kind: 'again', afterMs: expect.any(Number) })
    const [issued, authority] = [pem(cluster), pem(cluster, authorityKey)]
    expect([issued.subjectAltName, issued.checkIssued(authority), issued.verify(authority.publicKey)]).toEqual([
      'DNS:hello.example.com, DNS:*.default.example.com',
      true,
      true
    ])
    expect(Math.round((issued.validToDate.getTime() - clock.now()) / DAY)).toBe(90)
    expect(statusOf(cluster)).toMatchObject({
      observedGeneration: 1,
      notAfter: issued.validToDate.toISOString().replace('.000Z', 'Z'),
      conditions: [{ type: 'Ready', status: 'True' }]
    })
    expect(cluster.find(secrets, key)).toMatchObject({
      type: 'kubernetes.io/tls',
      metadata: {
        labels: { 'serving.knative.dev/route': 'hello', 'networking.internal.knative.dev/certificate-uid': 'uid-certificate' },
        ownerReferences: [{ kind: 'Certificate', name: 'hello', controller: true }]
      }
    })
    expect(pem(cluster, key, 'ca.crt').fingerprint256).toBe(authority.fingerprint256)
    end()
  })

  it('stays as it is until a third of its time is left, and is then another, by the same authority', async () => {
    const { cluster, clock, pass, end } = await issuing(certificate())
    await pass()
    const first = pem(cluster)
    await clock.advance(59 * DAY)
    const outcome = await pass()
    expect(pem(cluster).serialNumber).toBe(first.serialNumber)
    const wait = typeof outcome === 'object' && outcome.kind === 'again' ? outcome.afterMs : 0
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThan(1.1 * DAY)
    await clock.advance(wait)
    await pass()
    const second = pem(cluster)
    expect(second.serialNumber).not.toBe(first.serialNumber)
    expect(second.issuer).toBe(first.issuer)
    expect(second.validToDate.getTime()).toBeGreaterThan(first.validToDate.getTime())
    expect(readyOf(cluster.find<Certificate>(certificates, key) as Certificate)?.status).toBe('True')
    end()
  })

  it('is issued anew for other names, for a key that somebody has spoilt, and when its Secret is gone', async () => {
    const { cluster, pass, end } = await issuing(certificate())
    await pass()
    const first = pem(cluster).serialNumber
    await cluster.client.patch(certificates, key, { type: 'merge', body: { spec: { dnsNames: ['other.example.com'] } } })
    await pass()
    expect(pem(cluster).subjectAltName).toBe('DNS:other.example.com')
    await cluster.client.patch(secrets, key, { type: 'merge', body: { data: { 'tls.key': base64('spoilt') } } })
    await pass()
    const third = pem(cluster).serialNumber
    await cluster.client.delete(secrets, key)
    await pass()
    expect(new Set([first, third, pem(cluster).serialNumber]).size).toBe(3)
    end()
  })

  it('follows its authority when somebody puts another there', async () => {
    const { cluster, clock, pass, end } = await issuing(certificate())
    await pass()
    const theirs = makeAuthority('Example Root', { now: new Date(clock.now()), validMs: 30 * DAY })
    const data = { 'tls.crt': base64(theirs.cert), 'tls.key': base64(theirs.key) }
    await cluster.client.patch(secrets, authorityKey, { type: 'merge', body: { data, metadata: { labels: null } } })
    await pass()
    expect(pem(cluster).issuer).toBe('CN=Example Root')
    // It does not outlast who signed it.
    expect(Math.round((pem(cluster).validToDate.getTime() - clock.now()) / DAY)).toBe(30)
    end()
  })

  it('by which roles and pods know each other keeps the authority before it trusted until it is renewed again', async () => {
    const internal = certificate({ metadata: { labels: { 'networking.knative.dev/certificate-type': 'system-internal' } } })
    const { cluster, clock, pass, end } = await issuing(internal)
    const trusted = (): string[] =>
      Buffer.from(cluster.find<Secret>(secrets, key)?.data?.['ca.crt'] ?? '', 'base64')
        .toString()
        .split(/(?<=-----END CERTIFICATE-----\n)/)
        .map((each) => new X509Certificate(each).subject)
    await pass()
    const [first = ''] = trusted()
    const theirs = makeAuthority('Example Root', { now: new Date(clock.now()), validMs: 300 * DAY })
    const data = { 'tls.crt': base64(theirs.cert), 'tls.key': base64(theirs.key) }
    await cluster.client.patch(secrets, authorityKey, { type: 'merge', body: { data, metadata: { labels: null } } })
    await pass()
    expect(trusted()).toEqual(['CN=Example Root', first])
    await clock.advance(61 * DAY)
    await pass()
    expect(trusted()).toEqual(['CN=Example Root'])
    end()
  })

  it('gets a new authority a year before the old one ends', async () => {
    const { cluster, clock, pass, end } = await issuing(certificate())
    await pass()
    const first = pem(cluster, authorityKey)
    await clock.advance(9.5 * 365 * DAY)
    await pass()
    expect(pem(cluster, authorityKey).subject).not.toBe(first.subject)
    expect(pem(cluster).checkIssued(pem(cluster, authorityKey))).toBe(true)
    end()
  })

  it.each([
    ['holds nothing of use', { cert: 'hello', key: 'hello' }, 'it holds no certificate in tls.crt with its key in tls.key, both in PEM'],
    [
      'holds a certificate of a server',
      issueCertificate(makeAuthority('a', { now: new Date(), validMs: DAY }), 'x', ['x'], { now: new Date(), validMs: DAY }),
      'its tls.crt is not the certificate of an authority'
    ],
    [
      'has ended',
      makeAuthority('a', { now: new Date('2029-01-01T00:00:00Z'), validMs: DAY }),
      'its certificate has ended at 2029-01-02T00:00:00.000Z'
    ]
  ])('is not issued, and says why, while the authority that somebody has put there %s', async (_what, pair, problem) => {
    const { cluster, pass, end } = await issuing(certificate(), secretOf('issuer-authority', pair))
    expect(await pass()).toMatchObject({ kind: 'stuck' })
    expect(statusOf(cluster)?.conditions).toMatchObject([
      {
        type: 'Ready',
        status: 'False',
        reason: 'AuthorityUnusable',
        message: `Secret knative-serving/issuer-authority cannot sign: ${problem}. Put an authority there, or delete it to have one made.`
      }
    ])
    expect(cluster.find(secrets, key)).toBeUndefined()
    end()
  })

  it('stays ready for as long as it holds when its authority can sign no longer', async () => {
    const { cluster, clock, pass, end } = await issuing(certificate())
    await pass()
    const first = pem(cluster).serialNumber
    await cluster.client.patch(secrets, authorityKey, { type: 'merge', body: { data: { 'tls.key': base64('spoilt') } } })
    await clock.advance(80 * DAY)
    expect(await pass()).toEqual({ kind: 'again', afterMs: expect.any(Number) })
    expect([statusOf(cluster)?.conditions?.[0]?.status, pem(cluster).serialNumber]).toEqual(['True', first])
    await clock.advance(11 * DAY)
    expect(await pass()).toMatchObject({ kind: 'stuck' })
    expect(statusOf(cluster)?.conditions).toMatchObject([{ type: 'Ready', status: 'False', reason: 'AuthorityUnusable' }])
    end()
  })

  it('does not take over a Secret of somebody else', async () => {
    const pair = makeAuthority('somebody', { now: new Date(), validMs: DAY })
    const { cluster, pass, end } = await issuing(certificate(), secretOf('hello', pair))
    expect(await pass()).toMatch(/does not own Secret/)
    expect(statusOf(cluster)?.conditions).toMatchObject([
      { status: 'False', reason: 'NotOwned', message: 'There is an existing Secret "hello" that we do not own.' }
    ])
    expect(cluster.find<Secret>(secrets, key)?.data?.['tls.crt']).toBe(base64(pair.cert))
    end()
  })

  it('is left alone when it is of another class', async () => {
    const annotations = { 'networking.knative.dev/certificate.class': 'mine.example.com' }
    const { cluster, pass, end } = await issuing(certificate({ metadata: { annotations } }))
    expect(await pass()).toEqual({ kind: 'settled' })
    expect(cluster.writes).toEqual([])
    end()
  })

  it('two that are asked for at a time have one authority', async () => {
    const second = certificate({ metadata: { name: 'second', uid: 'uid-second' }, spec: { secretName: 'second' } })
    const { cluster, pass, end } = await issuing(certificate(), second)
    await Promise.all([pass(), pass()])
    const made = cluster.writes.filter(({ verb, key: written }) => verb === 'create' && written.name === authorityKey.name)
    expect(made).toHaveLength(1)
    expect(cluster.all(configMaps)).toEqual([])
    end()
  })
})
