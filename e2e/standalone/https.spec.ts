/** A certificate's way from a Secret to a client: HTTPS on one's own machine. */
import { get as httpGet } from 'node:http'
import { get } from 'node:https'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { ingresses, isReady, knativeServices, type Ingress } from '@knative-ts/api'
import { secrets } from '@knative-ts/api/kubernetes'
import { selfSigned, type SelfSigned } from '@knative-ts/testing/self-signed'
import { readyService, serviceOf } from '../rig/knative-service.ts'
import { startStandalone, type StandaloneProcess } from '../rig/standalone-process.ts'
import { until } from '../rig/until.ts'

const host = 'shop.example.com'
const key = { namespace: 'default', name: 'shop' }

let standalone: StandaloneProcess
let httpsPort: number

beforeAll(async () => {
  standalone = await startStandalone({ args: ['--gateway-https-port', '0'] })
  const ready = standalone.output().match(/"https":"https:\/\/localhost:(\d+)"/)
  httpsPort = Number(ready?.[1])
}, 270_000)
afterAll(() => standalone.stop(), 180_000)

const dataOf = ({ cert, key: privateKey }: SelfSigned): Record<string, string> => ({
  'tls.crt': Buffer.from(cert).toString('base64'),
  'tls.key': Buffer.from(privateKey).toString('base64')
})

/** What a client that trusts this certificate alone is answered. */
function askSecurely(trusted: SelfSigned): Promise<string> {
  const options = { host: '127.0.0.1', port: httpsPort, servername: host, ca: trusted.cert, headers: { host }, agent: false } as const
  return new Promise((resolve, reject) => {
    get(options, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += String(chunk)))
      response.on('end', () => resolve(`${response.statusCode} ${text}`))
    }).on('error', reject)
  })
}

function redirectOf(): Promise<string> {
  const options = { host: '127.0.0.1', port: standalone.gatewayPort, path: '/cart?id=1', headers: { host }, agent: false } as const
  return new Promise((resolve, reject) => {
    httpGet(options, (response) => {
      response.resume()
      resolve(`${response.statusCode} ${response.headers.location}`)
    }).on('error', reject)
  })
}

const kingress: Ingress = {
  apiVersion: 'networking.internal.knative.dev/v1alpha1',
  kind: 'Ingress',
  metadata: { ...key, annotations: { 'networking.knative.dev/ingress.class': 'gateway.ingress.networking.knative.dev' } },
  spec: {
    httpOption: 'Redirected',
    rules: [
      {
        hosts: [host],
        visibility: 'ExternalIP',
        http: {
          paths: [
            {
              splits: [
                {
                  serviceName: 'hello-00001',
                  serviceNamespace: 'default',
                  servicePort: 80,
                  percent: 100,
                  appendHeaders: { 'Knative-Serving-Revision': 'hello-00001', 'Knative-Serving-Namespace': 'default' }
                }
              ]
            }
          ]
        }
      }
    ],
    tls: [{ hosts: [host], secretName: 'shop', secretNamespace: 'default' }]
  }
}

it('serves a host once its Secret is there, leads plain HTTP to it, and shows a renewed certificate', async () => {
  const { client } = standalone
  const [first, second] = [await selfSigned(host), await selfSigned(host)]
  await client.create(knativeServices, serviceOf({ name: 'hello' }))
  await readyService(client, 'hello')

  await client.create(ingresses, kingress)
  const reason = async (): Promise<string | undefined> =>
    (await client.get(ingresses, key)).status?.conditions?.find(({ type }) => type === 'LoadBalancerReady')?.reason
  await until('the KIngress says what it lacks', async () => (await reason()) === 'CertificateMissing')
  await expect(askSecurely(first)).rejects.toThrow(/unrecognized name/)

  const metadata = key
  await client.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', data: dataOf(first) })
  await until('the KIngress is ready', async () => isReady(await client.get(ingresses, key)))
  expect(await askSecurely(first)).toMatch(/^200 Hello/)
  expect(await redirectOf()).toBe(`301 https://${host}:${httpsPort}/cart?id=1`)

  await client.patch(secrets, key, { type: 'merge', body: { data: dataOf(second) } })
  await until('the renewed certificate is shown', async () => (await askSecurely(second)).startsWith('200'))
  expect(standalone.output()).not.toContain('PRIVATE KEY')
}, 270_000)
