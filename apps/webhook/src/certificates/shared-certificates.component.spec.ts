import { describe, expect, it } from '@jest/globals'
import { mutatingWebhookConfigurations, secrets, type MutatingWebhookConfiguration, type Secret } from '@knative-ts/api/kubernetes'
import { eventually, fakeCluster } from '@knative-ts/testing'
import { Agent } from 'node:https'
import { certificateIn, renewed, secretDataOf } from './certificate-secret.ts'
import { namespace, mutating, place, agents, installed, start, trustOf, connected, review, service } from '../webhook.fixture.ts'

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
    const next = renewed(certificateIn(secret), ['webhook.knative-serving.svc', 'webhook'], new Date())
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
})
