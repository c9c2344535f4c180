/** Domains of a user's own, whose they are, and the certificates that they and Services are served with. */
import { expect, it } from '@jest/globals'
import {
  clusterDomainClaims,
  conditionOf,
  domainMappings,
  isReady,
  readyOf,
  routes,
  type Condition,
  type DomainMapping,
  type ObjectKey
} from '@knative-ts/api'
import { namespaces, secrets } from '@knative-ts/api/kubernetes'
import { isNotFound } from '@knative-ts/kube'
import { selfSigned } from '@knative-ts/testing/self-signed'
import { imageOf } from '../../rig/installation.ts'
import { createNamespace, discardNamespace } from '../../rig/own-namespace.ts'
import { usePlatform } from '../../rig/platform.ts'
import { askSecurely } from '../../rig/secure-request.ts'
import { until } from '../../rig/until.ts'

const platform = usePlatform('domains', { https: true })
const image = imageOf('echo')

/** A domain that no other run of the suite has: claims are the cluster's. */
const domainOf = (label: string): string => `${label}.${platform.namespace}.example.com`

const mappingOf = (name: string, more: object = {}, namespace = platform.namespace): DomainMapping =>
  ({
    apiVersion: 'serving.knative.dev/v1beta1',
    kind: 'DomainMapping',
    metadata: { name, namespace },
    spec: { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'shop' }, ...more }
  }) as DomainMapping

const claim = (name: string, namespace = platform.namespace) =>
  platform.client.create(clusterDomainClaims, {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'ClusterDomainClaim',
    metadata: { name },
    spec: { namespace }
  })

const keyOfDomain = (name: string, namespace = platform.namespace): ObjectKey => ({ namespace, name })
const ready = (name: string): Promise<DomainMapping> =>
  until(
    `DomainMapping ${name} is ready`,
    async () => {
      const mapping = await platform.client.get(domainMappings, keyOfDomain(name))
      if (isReady(mapping)) return mapping
      throw new Error(JSON.stringify(mapping.status))
    },
    180_000,
    500
  )
const condition = (key: ObjectKey, type: string, status: string): Promise<Condition> =>
  until(
    `${type} of ${key.name} is ${status}`,
    async () => {
      const found = conditionOf((await platform.client.get(domainMappings, key)).status?.conditions, type)
      return found?.status === status && found
    },
    120_000,
    500
  )

/** The authority beside a certificate, in PEM. */
async function authorityOf(secret: string): Promise<string> {
  const { data } = await platform.client.get(secrets, { namespace: platform.namespace, name: secret })
  return Buffer.from(data?.['ca.crt'] ?? '', 'base64').toString()
}

it('a domain that is claimed leads to a Service, which is told the domain as its host; nobody else gets the domain', async () => {
  const { client, user, http, namespace } = platform
  const name = domainOf('shop')
  await user.deploy({ name: 'shop', image })
  await client.create(domainMappings, mappingOf(name))
  const unclaimed = await condition(keyOfDomain(name), 'DomainClaimed', 'False')
  expect(unclaimed).toMatchObject({ reason: 'DomainAlreadyClaimed' })
  await claim(name)
  const mapped = await ready(name)
  expect(new URL(mapped.status?.url ?? '').hostname).toBe(name)
  const answer = await http.get(name)
  expect([answer.status, answer.body]).toEqual([200, expect.stringContaining(name)])

  const other = await createNamespace(client, 'domains-other')
  try {
    await client.create(domainMappings, mappingOf(name, {}, other))
    const refused = await condition(keyOfDomain(name, other), 'DomainClaimed', 'False')
    expect(refused).toMatchObject({
      reason: 'DomainAlreadyClaimed',
      message: expect.stringMatching(/^The domain name is already in use by another DomainMapping/)
    })
    const { status } = await client.get(domainMappings, keyOfDomain(name, other))
    expect(status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'False', reason: 'DomainAlreadyClaimed' })
    expect((await http.get(name)).status).toBe(200)
  } finally {
    await discardNamespace(client, other)
  }
  expect(namespace).not.toBe(other)
}, 400_000)

it('a domain leads nowhere while what it refers to is not there, and there as soon as it is', async () => {
  const { client, user, http } = platform
  await platform.configure('config-network', { 'autocreate-cluster-domain-claims': 'true' })
  const name = domainOf('late')
  await client.create(domainMappings, mappingOf(name, { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'late' } }))
  const missing = await condition(keyOfDomain(name), 'ReferenceResolved', 'False')
  expect(missing).toMatchObject({ reason: 'ResolveFailed', message: expect.stringContaining('services "late" not found') })
  await user.deploy({ name: 'late', image })
  await ready(name)
  expect((await http.get(name)).status).toBe(200)

  // The claim was made with the mapping, and goes with it.
  expect((await client.get(clusterDomainClaims, { namespace: '', name })).spec.namespace).toBe(platform.namespace)
  await client.delete(domainMappings, keyOfDomain(name))
  await until(
    'the claim is given back',
    () =>
      client.get(clusterDomainClaims, { namespace: '', name }).then(
        () => false,
        (error: unknown) => isNotFound(error)
      ),
    60_000,
    500
  )
}, 400_000)

it('a domain is served with a certificate of the user', async () => {
  const { client } = platform
  const name = domainOf('own')
  const { cert, key } = await selfSigned(name)
  const data = { 'tls.crt': Buffer.from(cert).toString('base64'), 'tls.key': Buffer.from(key).toString('base64') }
  const metadata = { namespace: platform.namespace, name: 'own' }
  await client.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', data })
  await client.create(domainMappings, mappingOf(name, { tls: { secretName: 'own' } }))
  const mapped = await ready(name)
  expect(mapped.status?.url).toMatch(/^https:/)
  expect(conditionOf(mapped.status?.conditions, 'CertificateProvisioned')).toMatchObject({ reason: 'CertificateExternallyProvided' })
  expect((await askSecurely(platform.secure, name, cert)).status).toBe(200)
}, 300_000)

it('domains and Services are served with certificates of the built-in issuer, and plain HTTP leads to HTTPS', async () => {
  const { client, user, http, namespace } = platform
  const name = domainOf('shop')
  await platform.configure('config-network', { 'external-domain-tls': 'Enabled', 'http-protocol': 'Redirected' })
  const secured = await until(
    'the domain is https',
    async () => {
      const mapping = await ready(name)
      return mapping.status?.url?.startsWith('https:') === true && mapping
    },
    180_000,
    500
  )
  expect(readyOf(secured)?.status).toBe('True')
  const answer = await askSecurely(platform.secure, name, await authorityOf(name))
  expect(answer).toMatchObject({ status: 200, names: `DNS:${name}` })
  const redirected = await http.get(name, '/cart?id=1')
  expect([redirected.status, redirected.headers['location']]).toEqual([301, expect.stringMatching(/^https:\/\/.*\/cart\?id=1$/)])

  const { service } = await user.change('shop', { metadata: { labels: { touched: 'yes' } } })
  expect(service.status?.url).toMatch(/^https:/)
  const host = new URL(service.status?.url ?? '').hostname
  const authority = await authorityOf(name)
  expect(await askSecurely(platform.secure, host, authority)).toMatchObject({ status: 200, names: `DNS:${host}` })

  // One certificate for all hosts of the namespace: a new Service needs none of its own, and one that has changes over without a refused handshake.
  await client.patch(namespaces, { namespace: '', name: namespace }, { type: 'merge', body: { metadata: { labels: { wild: namespace } } } })
  await platform.configure('config-network', { 'namespace-wildcard-cert-selector': `matchLabels: { wild: ${namespace} }` })
  const wildcard = `DNS:*.${host.slice(host.indexOf('.') + 1)}`
  const seen = new Set<string>()
  const changed = async (): Promise<boolean> => {
    const told = await askSecurely(platform.secure, host, authority).then(
      ({ status, names }) => `${status} ${names}`,
      (error: unknown) => String(error)
    )
    seen.add(told)
    return told === `200 ${wildcard}`
  }
  await until('the wildcard is shown', changed, 120_000, 100)
  expect([...seen].filter((one) => one !== `200 DNS:${host}`)).toEqual([`200 ${wildcard}`])
  const wild = await user.deploy({ name: 'wild', image })
  const ownHost = new URL(wild.service.status?.url ?? '').hostname
  expect(await askSecurely(platform.secure, ownHost, authority)).toMatchObject({ status: 200, names: wildcard })
}, 600_000)

it('pods call a Service by its name inside the cluster over TLS, when they trust the authority', async () => {
  const { user, http, namespace } = platform
  const plain = { 'external-domain-tls': 'Disabled', 'http-protocol': 'Enabled' }
  await platform.configure('config-network', { ...plain, 'cluster-local-domain-tls': 'Enabled' })
  const address = await until(
    'the address inside the cluster is https',
    async () => {
      const { status } = await user.ready('shop')
      return status?.address?.url?.startsWith('https:') === true && status.address.url
    },
    180_000,
    500
  )
  expect(address).toBe(`https://shop.${namespace}.svc.cluster.local`)
  const { metadata } = await platform.client.get(routes, { namespace, name: 'shop' })
  const caller = await user.deploy({
    name: 'caller',
    image: imageOf('inspector'),
    env: { NODE_EXTRA_CA_CERTS: '/trust/ca.crt' },
    container: { volumeMounts: [{ name: 'trust', mountPath: '/trust', readOnly: true }] },
    revision: {
      volumes: [{ name: 'trust', secret: { secretName: `route-${metadata.uid}-local`, items: [{ key: 'ca.crt', path: 'ca.crt' }] } }]
    }
  })
  const told = await http.get(caller.host, `/fetch?url=${encodeURIComponent(`${address}/cart`)}`)
  expect([told.status, told.body]).toEqual([200, expect.stringMatching(/^200 .*"url":"\/cart"/)])
}, 400_000)
