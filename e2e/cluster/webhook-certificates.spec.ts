/** The webhook's certificate comes and goes under admissions, with two replicas that share it: none fails. */
import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { knativeServices, type KubeObject, type Resource } from '@knative-ts/api'
import { mutatingWebhookConfigurations, secrets, validatingWebhookConfigurations } from '@knative-ts/api/kubernetes'
import { systemNamespace } from '@knative-ts/api/system'
import { errorText, isNotFound } from '@knative-ts/kube'
import { selfSigned } from '@knative-ts/testing/self-signed'
import { imageOf } from '../rig/installation.ts'
import { serviceOf } from '../rig/knative-service.ts'
import { usePlatform } from '../rig/platform.ts'
import { until } from '../rig/until.ts'
import { replicasOfRole, scaleRole } from './roles/role-replicas.ts'

let replicas = 1
// Before the platform's own, which ends the client.
afterAll(() => scaleRole(platform.client, 'webhook', replicas), 400_000)
const platform = usePlatform('certificates')
const place = { namespace: systemNamespace, name: 'webhook-certs' }
const perSecond = 20
/** On a machine that is slower than that, fewer: what is measured is not how much it can take. */
const atOnce = 10
/** A replica changes over 10 s after a new certificate, and forgets the old one 10 s later. */
const changedOverMs = 25_000
const [withinMs, everyMs] = [120_000, 250]

beforeAll(async () => {
  replicas = await replicasOfRole(platform.client, 'webhook')
  await scaleRole(platform.client, 'webhook', 2)
}, 400_000)

interface Admissions {
  /** What went wrong, and when. */
  readonly failures: readonly string[]
  count(): number
}

/** Tries a Service out 20 times a second while `meanwhile` runs, for a second before and for `afterMs` behind. */
async function admitted(meanwhile: () => Promise<void>, afterMs = changedOverMs): Promise<Admissions> {
  const failures: string[] = []
  const open = new Set<Promise<void>>()
  let sent = 0
  const one = async (): Promise<void> => {
    const name = `tried-${sent++}`
    try {
      await platform.client.create(knativeServices, serviceOf({ name, image: imageOf('echo'), namespace: platform.namespace }), {
        dryRun: true
      })
    } catch (error) {
      failures.push(`${new Date().toISOString()} ${name}: ${errorText(error)}`)
    }
  }
  const timer = setInterval(() => {
    if (open.size >= atOnce) return
    const asked = one().finally(() => open.delete(asked))
    open.add(asked)
  }, 1000 / perSecond)
  const another = (count: number): Promise<unknown> => {
    const goal = sent + count
    return until('admissions go on', async () => sent >= goal, withinMs, everyMs)
  }
  try {
    await another(perSecond)
    await meanwhile()
    // Until the trust in what was served before is over, too.
    await another((afterMs / 1000) * perSecond)
  } finally {
    clearInterval(timer)
    await Promise.all(open)
  }
  return { failures, count: () => sent }
}

async function served(): Promise<{ readonly cert: string; readonly trust: string } | undefined> {
  try {
    const { data = {} } = await platform.client.get(secrets, place)
    const [cert = '', trust = ''] = ['server-cert.pem', 'ca-cert.pem'].map((key) => Buffer.from(data[key] ?? '', 'base64').toString())
    return cert.startsWith('-----BEGIN CERTIFICATE-----') ? { cert, trust } : undefined
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** Waits for another certificate than `before` in the Secret, and until all webhook configurations trust its authority. */
async function replaced(before: string): Promise<void> {
  const next = await until(
    'there is another certificate',
    async () => {
      const now = await served()
      return now !== undefined && now.cert !== before && now
    },
    withinMs,
    everyMs
  )
  const ours = (name: string | undefined): boolean => name?.endsWith('webhook.serving.knative.dev') === true
  await until(
    'the API server is told',
    async () => {
      const kinds: Resource<KubeObject & { webhooks?: { clientConfig: { caBundle?: string } }[] }>[] = [
        mutatingWebhookConfigurations,
        validatingWebhookConfigurations
      ]
      const lists = await Promise.all(kinds.map((kind) => platform.client.list(kind, {})))
      const bundles = lists
        .flatMap(({ items }) => items.filter(({ metadata }) => ours(metadata.name)))
        .map(({ webhooks }) => Buffer.from(webhooks?.[0]?.clientConfig.caBundle ?? '', 'base64').toString())
      return bundles.length === 3 && bundles.every((bundle) => bundle.trim() === next.trust.trim())
    },
    withinMs,
    everyMs
  )
}

describe('no admission fails', () => {
  it('while the Secret of the certificate is deleted', async () => {
    const before = (await served())?.cert ?? ''
    const { failures, count } = await admitted(async () => {
      await platform.client.delete(secrets, place)
      await replaced(before)
    })
    expect(failures).toEqual([])
    expect(count()).toBeGreaterThan(perSecond * 10)
  }, 400_000)

  it('while a certificate that is not ours, and ends in an hour, is put into the Secret', async () => {
    const service = `webhook.${systemNamespace}`
    const short = await selfSigned('webhook', service, `${service}.svc`, `${service}.svc.cluster.local`)
    const base64 = (text: string): string => Buffer.from(text).toString('base64')
    const data = { 'server-key.pem': base64(short.key), 'server-cert.pem': base64(short.cert), 'ca-cert.pem': base64(short.cert) }
    const { failures } = await admitted(async () => {
      await platform.client.patch(secrets, place, { type: 'merge', body: { data } })
      await replaced(short.cert)
    })
    expect(failures).toEqual([])
    const cert = new X509Certificate((await served())?.cert ?? '')
    expect(cert.validToDate.getTime()).toBeGreaterThan(Date.now() + 20 * 86_400_000)
  }, 400_000)

  it('while a replica goes and another comes', async () => {
    const { failures } = await admitted(async () => {
      await scaleRole(platform.client, 'webhook', 1)
      await scaleRole(platform.client, 'webhook', 2)
    }, 1_000)
    expect(failures).toEqual([])
  }, 400_000)
})
