import { describe, expect, it } from '@jest/globals'
import { mutatingWebhookConfigurations, secrets, type MutatingWebhookConfiguration, type Secret } from '@knative-ts/api/kubernetes'
import { eventually, fakeCluster, type FakeCluster } from '@knative-ts/testing'
import { Agent } from 'node:https'
import { certificateIn, renewed, secretDataOf } from './certificate-secret.ts'
import { namespace, mutating, place, agents, installed, start, trustOf, connected, review, service } from '../webhook.fixture.ts'

const names = ['webhook.knative-serving.svc', 'webhook', 'webhook.knative-serving', 'webhook.knative-serving.svc.cluster.local']
const certificates = (pem: string): string[] => pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
const isTrusted = (cluster: FakeCluster, caCert: string): boolean => trustOf(cluster).includes(certificates(caCert)[0] ?? 'nothing')

describe('certificates that replicas share', () => {
  it('are those of the replica that wrote first', async () => {
    const cluster = fakeCluster({ objects: installed() })
    const [one, two] = await Promise.all([start(cluster), start(cluster)])
    const agent = connected(cluster)
    expect((await review(one.port, '/defaulting', agent, service())).allowed).toBe(true)
    agent.destroy()
    expect((await review(two.port, '/defaulting', connected(cluster), service())).allowed).toBe(true)
  })

  it('fill a Secret that the installation left empty', async () => {
    const empty = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'webhook-certs', namespace, labels: { mine: 'yes' } } }
    const cluster = fakeCluster({ objects: [...installed(), empty] })
    await start(cluster)
    const secret = cluster.find<Secret>(secrets, place)
    expect(certificateIn(secret)).toBeDefined()
    expect(secret?.metadata.labels).toEqual({ mine: 'yes' })
  })

  it('change while connections stay open, and old trust is good until the change', async () => {
    const cluster = fakeCluster({ objects: installed() })
    const { port } = await start(cluster)
    const before = connected(cluster)
    expect((await review(port, '/defaulting', before, service())).allowed).toBe(true)
    const secret = cluster.find<Secret>(secrets, place)
    if (secret === undefined) throw new Error('no Secret')
    const next = renewed(certificateIn(secret), names, new Date())
    cluster.put({ ...secret, data: secretDataOf(next) })
    await eventually(() => trustOf(cluster) === next.caCert, 'the new trust')
    expect((await review(port, '/defaulting', before, service())).allowed).toBe(true)
    // Trusts the new authority alone: works once the new certificate is served.
    const [fresh = ''] = next.caCert.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/) ?? []
    await eventually(async () => {
      const agent = new Agent({ ca: fresh, servername: 'webhook' })
      agents.push(agent)
      return (await review(port, '/defaulting', agent, service())).allowed
    }, 'the new certificate')
    expect((await review(port, '/defaulting', before, service())).allowed).toBe(true)
  })

  it('are written again into configurations that somebody changed', async () => {
    const cluster = fakeCluster({ objects: installed() })
    await start(cluster)
    const trust = trustOf(cluster)
    const configuration = cluster.find<MutatingWebhookConfiguration>(mutatingWebhookConfigurations, mutating)
    if (configuration === undefined) throw new Error('no configuration')
    await cluster.client.update(mutatingWebhookConfigurations, {
      ...configuration,
      webhooks: (configuration.webhooks ?? []).map((webhook) => ({ ...webhook, rules: [] }))
    })
    await eventually(
      () => (cluster.find<MutatingWebhookConfiguration>(mutatingWebhookConfigurations, mutating)?.webhooks?.[0]?.rules ?? []).length > 0,
      'the rules'
    )
    expect(trustOf(cluster)).toBe(trust)
  })

  it('leave a webhook unready that nobody has installed', async () => {
    const cluster = fakeCluster({ objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }] })
    const { webhook } = await start(cluster)
    expect(webhook.unready()).toContain('not registered in webhook.serving.knative.dev')
    for (const object of installed()) cluster.put(object)
    await eventually(() => webhook.unready() === undefined, 'the registration')
  })

  it('are made anew when somebody deletes the Secret, and the ones before stay trusted while they are served', async () => {
    const cluster = fakeCluster({ objects: installed() })
    const settled = { CERTIFICATE_SETTLE_MS: '300' }
    const replicas = await Promise.all([start(cluster, settled), start(cluster, settled)])
    const first = certificateIn(cluster.find<Secret>(secrets, place))
    cluster.remove({ apiVersion: 'v1', kind: 'Secret', metadata: place })
    const second = await eventually(() => certificateIn(cluster.find<Secret>(secrets, place)), 'another Secret')
    expect(second.serverCert).not.toBe(first?.serverCert)
    await eventually(() => isTrusted(cluster, second.caCert), 'the new trust')
    const served = async ({ port }: { readonly port: number }): Promise<boolean> => {
      const agent = new Agent({ ca: certificates(second.caCert)[0] ?? '', servername: 'webhook' })
      agents.push(agent)
      return review(port, '/defaulting', agent, service()).then(
        ({ allowed }) => allowed,
        () => false
      )
    }
    for (const replica of replicas) {
      await eventually(async () => {
        // With whatever the API server trusts at this moment.
        expect((await review(replica.port, '/defaulting', connected(cluster), service())).allowed).toBe(true)
        return served(replica)
      }, 'the new certificate')
    }
    await eventually(() => trustOf(cluster) === second.caCert, 'the end of trust beyond the certificate')
  })

  it('are put back when the Secret goes while replicas change over', async () => {
    const cluster = fakeCluster({ objects: installed() })
    await start(cluster, { CERTIFICATE_SETTLE_MS: '60000' })
    const secretNow = (): Secret | undefined => cluster.find<Secret>(secrets, place)
    const changed = renewed(certificateIn(secretNow()), names, new Date())
    cluster.put({ ...secretNow(), data: secretDataOf(changed) } as Secret)
    await eventually(() => isTrusted(cluster, changed.caCert), 'the new trust')
    cluster.remove({ apiVersion: 'v1', kind: 'Secret', metadata: place })
    expect(await eventually(() => certificateIn(secretNow()), 'the Secret')).toEqual(changed)
  })

  it('are replaced when they near their end or are spoilt, trusted together with what is served', async () => {
    const cluster = fakeCluster({ objects: installed() })
    const { port } = await start(cluster, { CERTIFICATE_SETTLE_MS: '100' })
    const secretNow = (): Secret => cluster.find<Secret>(secrets, place) as Secret
    const ending = renewed(undefined, names, new Date(Date.now() - 25 * 86_400_000))
    cluster.put({ ...secretNow(), data: secretDataOf(ending) })
    await eventually(async () => {
      expect((await review(port, '/defaulting', connected(cluster), service())).allowed).toBe(true)
      const { serverCert = '' } = certificateIn(secretNow()) ?? {}
      return serverCert !== ending.serverCert && serverCert !== ''
    }, 'one that lasts')
    const lasting = certificateIn(secretNow())
    await eventually(() => trustOf(cluster) === lasting?.caCert, 'its trust alone')
    cluster.put({ ...secretNow(), data: { 'server-cert.pem': 'bm90aGluZw==' } })
    const mended = await eventually(() => certificateIn(secretNow()), 'one that is whole')
    await eventually(() => isTrusted(cluster, mended.caCert), 'its trust')
    expect(isTrusted(cluster, lasting?.caCert ?? '')).toBe(true)
  })

  it('of a replica that finds no Secret leave in trust what others serve with', async () => {
    const cluster = fakeCluster({ objects: installed() })
    const { webhook } = await start(cluster)
    await eventually(() => trustOf(cluster) !== '', 'the first trust')
    const [before = ''] = certificates(trustOf(cluster))
    await webhook.stop()
    cluster.remove({ apiVersion: 'v1', kind: 'Secret', metadata: place })
    await start(cluster, { CERTIFICATE_SETTLE_MS: '60000' })
    expect(trustOf(cluster)).toContain(before)
    expect(certificates(trustOf(cluster))).toHaveLength(2)
  })
})
