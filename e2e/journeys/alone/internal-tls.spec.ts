/** TLS between gateways, activators and pods: switched on and off while requests come, seen on the wire. Changes what all share. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { certificates, ingresses, isReady } from '@knative-ts/api'
import { endpointSlices, type EndpointSlice, type Pod } from '@knative-ts/api/kubernetes'
import { imageOf } from '../../rig/installation.ts'
import type { Load } from '../../rig/load.ts'
import { usePlatform } from '../../rig/platform.ts'
import { totalOf } from '../../rig/role-metrics.ts'
import { until } from '../../rig/until.ts'

const platform = usePlatform('internal-tls')
const image = imageOf('inspector')
const waitMs = 240_000
/** Looks go to an API server that has pods to replace meanwhile. */
const everyMs = 500

const burst = (capacity: number) => ({
  'autoscaling.knative.dev/target-burst-capacity': String(capacity),
  'autoscaling.knative.dev/min-scale': '1'
})
const services = {
  // Pods alone, behind an activator, and one that speaks HTTP/2.
  direct: { name: 'direct', image, annotations: burst(0) },
  held: { name: 'held', image, annotations: burst(-1) },
  two: {
    name: 'two',
    image: imageOf('echo-h2c'),
    annotations: burst(-1),
    container: { ports: [{ name: 'h2c', containerPort: 8080 }] }
  }
}

const portsOf = async (name: string): Promise<(number | string)[]> => {
  const { spec } = await platform.client.get(ingresses, { namespace: platform.namespace, name })
  return [
    ...new Set(
      (spec.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).flatMap(({ splits }) => splits.map(({ servicePort }) => servicePort)))
    )
  ]
}
const mountsCertificate = ({ spec }: Pod): boolean =>
  spec?.volumes?.some(({ name, secret }) => name === 'server-certs' && secret?.secretName === 'serving-certs') === true

/** Resolves when every revision's pods, those on their way out apart, are of one kind, and every KIngress leads to that port. */
async function changedTo(secured: boolean, ports: Readonly<Record<string, number>>): Promise<void> {
  const { user, client, namespace } = platform
  await until(
    `pods and KIngresses are ${secured ? 'secured' : 'plain'}`,
    async () => {
      for (const [name, port] of Object.entries(ports)) {
        const all = (await user.podsOf(`${name}-00001`)).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
        if (all.length === 0 || all.some((pod) => mountsCertificate(pod) !== secured))
          throw new Error(`pods of ${name}: ${all.map(mountsCertificate).join()}`)
        const leads = await portsOf(name)
        if (leads.join() !== String(port)) throw new Error(`${name} leads to ${leads.join()}`)
        const ingress = await client.get(ingresses, { namespace, name })
        if (!isReady(ingress)) throw new Error(`KIngress ${name} is not Ready`)
      }
      return true
    },
    waitMs,
    everyMs
  )
}

/** Kept connections to two Services. `stop` says what failed, and which got too little to say so. */
function keptBusy(hosts: Readonly<Record<string, string>>): { stop(): Promise<readonly string[]> } {
  const loads: readonly (readonly [string, Load])[] = ['direct', 'held'].map((name) => [
    name,
    platform.load({ host: hosts[name] ?? '', connections: 3, reconnect: false, pauseMs: 20 })
  ])
  return {
    stop: async () => {
      const reports = await Promise.all(loads.map(async ([name, load]) => ({ name, ...(await load.stop()) })))
      return reports.flatMap(({ name, sent, failures }) => [
        ...failures.map((failure) => `${name}: ${failure}`),
        ...(sent < 10 ? [`${name}: ${sent} requests`] : [])
      ])
    }
  }
}

describe('system-internal-tls', () => {
  let hosts: Readonly<Record<string, string>>

  beforeAll(async () => {
    await platform.configure('config-autoscaler', { 'allow-zero-initial-scale': 'true' })
    hosts = await platform.user.deployAll(Object.values(services))
  }, 300_000)
  afterAll(async () => {
    for (const name of Object.keys(services)) await platform.user.remove(name)
  }, 60_000)

  it('is switched on while requests come, and none fails', async () => {
    const busy = keptBusy(hosts)
    await platform.configure('config-network', { 'system-internal-tls': 'Enabled' })
    await changedTo(true, { direct: 443, held: 443, two: 443 })
    expect(await busy.stop()).toEqual([])
  }, 420_000)

  it('has certificates of roles and of the namespace by one issuer', async () => {
    const { client, namespace } = platform
    const of = (name: string, where: string) => client.get(certificates, { namespace: where, name })
    expect((await of('routing-serving-certs', 'knative-serving')).spec).toEqual({
      dnsNames: ['kn-routing', 'data-plane.knative.dev'],
      secretName: 'routing-serving-certs'
    })
    expect((await of('serving-certs', namespace)).spec.dnsNames).toEqual([`kn-user-${namespace}`, 'data-plane.knative.dev'])
  }, 60_000)

  it('gateways speak TLS to pods and to activators, and activators to pods', async () => {
    const { client, http, user, namespace } = platform
    for (const name of Object.keys(services)) expect(await http.get(hosts[name] ?? '')).toMatchObject({ status: 200 })
    expect(await totalOf(client, 'activator', 'kn_activator_upstream_secured_total')).toBeGreaterThan(0)
    // A Service at zero is reached by way of activators alone.
    const asleep = {
      name: 'asleep',
      image,
      annotations: { ...burst(-1), 'autoscaling.knative.dev/min-scale': '0', 'autoscaling.knative.dev/initial-scale': '0' }
    }
    const { host, revision } = await user.deploy(asleep)
    expect(await user.podsOf(revision)).toEqual([])
    const { items } = await client.list<EndpointSlice>(endpointSlices, {
      namespace,
      labelSelector: `kubernetes.io/service-name=${revision}`
    })
    expect(items.flatMap(({ ports = [] }) => ports).find(({ name }) => name === 'https')?.port).toBe(8112)
    const before = await totalOf(client, 'gateway', 'kn_gateway_upstream_secured_total')
    expect(before).toBeGreaterThan(0)
    expect(await http.get(host)).toMatchObject({ status: 200, headers: { 'x-revision': revision } })
    expect((await user.podsOf(revision)).every(mountsCertificate)).toBe(true)
    expect(await portsOf('asleep')).toEqual([443])
    await user.remove('asleep')
  }, 300_000)

  it('a pod’s port for it speaks nothing else, and by an authority that nobody outside knows', async () => {
    const { http } = platform
    const fetched = async (url: string): Promise<string> => {
      const { status, body } = await http.get(hosts['direct'] ?? '', `/fetch?url=${encodeURIComponent(url)}`)
      return `${status} ${body}`
    }
    expect(await fetched('https://127.0.0.1:8112/')).toMatch(
      /^502 fetch failed (self-signed certificate in certificate chain|unable to verify)/
    )
    expect(await fetched('http://127.0.0.1:8112/')).toMatch(/^502 fetch failed (other side closed|read ECONNRESET|socket hang up)/)
  }, 120_000)

  it('is switched off while requests come, and none fails', async () => {
    const busy = keptBusy(hosts)
    await platform.configure('config-network', { 'system-internal-tls': 'Disabled' })
    await changedTo(false, { direct: 80, held: 80, two: 81 })
    expect(await busy.stop()).toEqual([])
    for (const name of Object.keys(services)) expect(await platform.http.get(hosts[name] ?? '')).toMatchObject({ status: 200 })
    // A Service that comes now has nothing of it.
    const { host, revision } = await platform.user.deploy({ name: 'plain', image })
    expect(await platform.http.get(host)).toMatchObject({ status: 200 })
    expect((await platform.user.podsOf(revision)).some(mountsCertificate)).toBe(false)
    await platform.user.remove('plain')
  }, 420_000)
})
