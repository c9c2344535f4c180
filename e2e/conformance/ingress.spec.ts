/** Section 2.12: what an Ingress that somebody makes himself is served as, by the class that the installation's own Routes have. */
import { beforeAll, describe, expect, it } from '@jest/globals'
import { type Ingress, ingresses, type IngressPath, type IngressSplit } from '@knative-ts/api'
import { pods, services } from '@knative-ts/api/kubernetes'
import { imageOf } from '../rig/installation.ts'
import { usePlatform } from '../rig/platform.ts'
import { type Received, sendRequest } from '../rig/send-request.ts'
import { until } from '../rig/until.ts'
import { annotationsOf, at, conditionOf } from './scene/behind.ts'
import { says, seenMs, settled, settleMs } from './scene/settled.ts'

const platform = usePlatform('ingress')
const classKey = 'networking.knative.dev/ingress.class'
const hostOf = (name: string): string => `${name}.${platform.namespace}.example.com`
const key = (name: string) => ({ namespace: platform.namespace, name })
let ingressClass: string

/** All of a revision's share, with the headers by which it is known on the way. */
const split = (of: string, percent = 100): IngressSplit => ({
  serviceName: `${of}-00001`,
  serviceNamespace: platform.namespace,
  servicePort: 80,
  percent,
  appendHeaders: { 'Knative-Serving-Namespace': platform.namespace, 'Knative-Serving-Revision': `${of}-00001` }
})

const ingressOf = (name: string, paths: readonly IngressPath[], visibility: 'ExternalIP' | 'ClusterLocal', ofClass: string): Ingress => ({
  apiVersion: 'networking.internal.knative.dev/v1alpha1',
  kind: 'Ingress',
  metadata: { ...key(name), annotations: { [classKey]: ofClass } },
  spec: { httpOption: 'Enabled', rules: [{ hosts: [hostOf(name)], visibility, http: { paths: [...paths] } }] }
})

/** A pod and a Service that know nothing of Knative: a prober's own backend. */
async function plainBackend(name: string): Promise<void> {
  const { client } = platform
  const metadata = { ...key(name), labels: { app: name } }
  const ports = [{ name: 'http1', port: 57, targetPort: 8037 }]
  await client.create(services, { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: metadata.labels, ports } })
  const env = [{ name: 'PORT', value: '8037' }]
  const readinessProbe = { httpGet: { path: '/', port: 8037 }, periodSeconds: 1 }
  const container = { name: 'app', image: imageOf('echo'), env, readinessProbe }
  await client.create(pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { containers: [container], terminationGracePeriodSeconds: 1 }
  })
}

const ask = (host: string, path = '/env/VERSION', headers: Readonly<Record<string, string>> = {}): Promise<Received> =>
  sendRequest({ ...platform.gateway, host, path, headers })
const answerOf = async (...asked: Parameters<typeof ask>): Promise<string> => {
  const { status, body } = await ask(...asked)
  return status === 200 ? body.toString() : String(status)
}

beforeAll(async () => {
  const { client, namespace, user } = platform
  const image = imageOf('inspector')
  await user.deployAll(['one', 'two'].map((name) => ({ name, image, env: { VERSION: name } })))
  ingressClass = annotationsOf(await client.get(ingresses, { namespace, name: 'one' }))[classKey] ?? ''
  const whole: readonly IngressPath[] = [{ splits: [split('one')] }]
  const made = (name: string, paths = whole, visibility: 'ExternalIP' | 'ClusterLocal' = 'ExternalIP', ofClass = ingressClass) =>
    client.create(ingresses, ingressOf(name, paths, visibility, ofClass))
  await made('foreign', whole, 'ExternalIP', 'nobodys.ingress.networking.knative.dev')
  await plainBackend('app')
  const toApp = { serviceName: 'app', serviceNamespace: namespace, servicePort: 'http1' }
  await Promise.all([
    made('foreign-made', [{ splits: [toApp] }]),
    made('plain'),
    made('inner', whole, 'ClusterLocal'),
    made('forked', [
      { path: '/env', headers: { 'X-Way': { exact: 'second' } }, splits: [split('two')] },
      { path: '/env/VERSION', appendHeaders: { traceparent: 'of the path' }, splits: [split('one')] },
      { path: '/env', splits: [split('two')] }
    ] as readonly IngressPath[]),
    made('halves', [{ splits: [split('one', 50), split('two', 50)] }])
  ])
  for (const name of ['foreign-made', 'plain', 'inner', 'forked', 'halves'])
    await settled(client, ingresses, key(name), (one) => says(one, { type: 'Ready', status: 'True' }))
}, settleMs)

describe('an Ingress of the installation’s class', () => {
  it('2.12 ingress/ready 1.6 ingress/status tells where it listens, and is served when it says so', async () => {
    const ingress = await platform.client.get(ingresses, key('plain'))
    for (const type of ['LoadBalancerReady', 'NetworkConfigured']) expect(conditionOf(ingress, type).status).toBe('True')
    for (const balancer of ['publicLoadBalancer', 'privateLoadBalancer']) expect(at(ingress, `status.${balancer}.ingress`)).toHaveLength(1)
    expect(await answerOf(hostOf('plain'))).toBe('one')
  })

  it.each([
    ['as it is written', (host: string) => host, 'one'],
    ['in capitals', (host: string) => host.toUpperCase(), 'one'],
    ['with a port', (host: string) => `${host}:80`, 'one'],
    ['below it', (host: string) => `more.${host}`, '404'],
    ['with more at its end', (host: string) => `${host}.org`, '404'],
    ['without its beginning', (host: string) => host.slice(1), '404']
  ])('2.12 ingress/host-exact: %s', async (_, spelled, answer) => {
    expect(await answerOf(spelled(hostOf('plain')))).toBe(answer)
  })

  it('2.12 ingress/visibility: a ClusterLocal rule is not served outside, and an ExternalIP one is', async () => {
    expect([await answerOf(hostOf('inner')), await answerOf(hostOf('plain'))]).toEqual(['404', 'one'])
  })

  it('2.12 ingress/path-prefix 2.12 ingress/header-exact: the first path that fits', async () => {
    const host = hostOf('forked')
    expect(await answerOf(host)).toBe('one')
    expect(await answerOf(host, '/env/VERSION', { 'X-Way': 'second' })).toBe('two')
    expect(await answerOf(host, '/env/VERSION', { 'X-Way': 'second one' })).toBe('one')
    expect(await answerOf(host, '/env/K_SERVICE')).toBe('two')
    expect(await answerOf(host, '/elsewhere')).toBe('404')
  })

  it('2.12 ingress/append-headers are set, whatever the client sent', async () => {
    const { headers } = await ask(hostOf('forked'), '/env/VERSION', { traceparent: 'of the client' })
    expect(headers['x-traceparent']).toContain('of the path')
  })

  it('2.12 ingress/split: each gets about its share', async () => {
    const counts = { one: 0, two: 0 }
    for (let n = 0; n < 100; n++) counts[(await answerOf(hostOf('halves'))) as 'one' | 'two']++
    // Of a hundred throws of a coin: less than one in a million runs is outside.
    expect(Math.min(counts.one, counts.two)).toBeGreaterThan(24)
  })

  it('2.12 ingress/prober: a probe is told the version that is served', async () => {
    const { status, headers } = await ask(hostOf('plain'), '/healthz', {
      'K-Network-Probe': 'probe',
      'K-Network-Hash': 'override',
      'User-Agent': 'Knative-Ingress-Probe'
    })
    expect(status).toBe(200)
    expect(headers['k-network-hash']).toMatch(/^(?!override$).+/)
  })

  it('2.12 ingress/prober: a backend of any making is asked by it, with the version that is served or the one that the prober names', async () => {
    const hashFor = async (hash: string): Promise<string | undefined> => {
      const { body } = await ask(hostOf('foreign-made'), '/', { 'K-Network-Probe': 'probe', 'K-Network-Hash': hash })
      const { rawHeaders } = JSON.parse(body.toString()) as { rawHeaders: readonly string[] }
      return rawHeaders[rawHeaders.findIndex((name) => name.toLowerCase() === 'k-network-hash') + 1]
    }
    expect([await hashFor('override'), await hashFor('0123abcd')]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), '0123abcd'])
  })
})

describe('an Ingress of another class', () => {
  it('2.12 ingress/class 1.6 ingress/other-class is not served, and left as it is', async () => {
    // It is older than those that have been served since.
    const { metadata, status } = await platform.client.get(ingresses, key('foreign'))
    expect([metadata.finalizers, status]).toEqual([undefined, undefined])
    expect(await answerOf(hostOf('foreign'))).toBe('404')
  })
})

it(
  '2.12 ingress/ready ends with the Ingress: nothing is served when it is gone',
  async () => {
    await platform.client.delete(ingresses, key('plain'))
    await until('gateways have let go of it', async () => (await answerOf(hostOf('plain'))) === '404', seenMs, 500)
  },
  settleMs
)
