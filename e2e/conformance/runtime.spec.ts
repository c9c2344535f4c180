/** Section 8.2, the runtime contract: what a container finds, as it tells itself. Sections 5.2 and 5.4 as far as a container sees them. */
import { beforeAll, describe, expect, it } from '@jest/globals'
import { configMaps, secrets } from '@knative-ts/api/kubernetes'
import { imageOf } from '../rig/installation.ts'
import { usePlatform } from '../rig/platform.ts'
import { type Received, sendRequest } from '../rig/send-request.ts'

const platform = usePlatform('runtime')
const startMs = 300_000
const image = imageOf('inspector')
const awake = { 'autoscaling.knative.dev/min-scale': '1' }
let hosts: Readonly<Record<string, string>>

beforeAll(async () => {
  const { client, namespace } = platform
  const metadata = { namespace, name: 'given' }
  await client.create(configMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    data: { FROM_MAP: 'of the map', file: 'a file of the map' }
  } as never)
  await client.create(secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    stringData: { FROM_SECRET: 'of the secret', file: 'a file of the secret' }
  } as never)
  const container = {
    args: ['one', 'two words'],
    envFrom: [{ configMapRef: { name: 'given' } }, { secretRef: { name: 'given' }, prefix: 'P_' }],
    env: [
      { name: 'ONE_OF_MAP', valueFrom: { configMapKeyRef: { name: 'given', key: 'FROM_MAP' } } },
      { name: 'ONE_OF_SECRET', valueFrom: { secretKeyRef: { name: 'given', key: 'FROM_SECRET' } } },
      { name: 'BOTH', value: '$(ONE_OF_MAP) and $(ONE_OF_SECRET)' }
    ],
    volumeMounts: [
      { name: 'map', mountPath: '/given/map' },
      { name: 'secret', mountPath: '/given/secret' },
      { name: 'scratch', mountPath: '/given/scratch' }
    ]
  }
  const volumes = [
    { name: 'map', configMap: { name: 'given' } },
    { name: 'secret', secret: { secretName: 'given' } },
    { name: 'scratch', emptyDir: {} }
  ]
  hosts = await platform.user.deployAll([
    { name: 'bare', image, annotations: awake },
    { name: 'rich', image, annotations: awake, container, revision: { volumes } },
    { name: 'ported', image, annotations: awake, container: { ports: [{ name: 'http1', containerPort: 9123 }] } },
    { name: 'echo', image: imageOf('echo'), annotations: awake },
    { name: 'slow', image, annotations: awake, revision: { timeoutSeconds: 2 } }
  ])
}, startMs)

const ask = async (name: string, path: string): Promise<string> => {
  const { status, body } = await platform.http.get(hosts[name] ?? '', path)
  return status === 200 ? body : `${status} ${body}`
}
const read = (name: string, path: string): Promise<string> => ask(name, `/file?path=${encodeURIComponent(path)}`)
const stat = async (path: string): Promise<{ readonly mode: string; readonly kind: string }> =>
  JSON.parse(await ask('bare', `/stat?path=${encodeURIComponent(path)}`)) as { mode: string; kind: string }

describe('variables', () => {
  it('8.2 runtime/port is 8080 unless said', async () => {
    expect(await ask('bare', '/env/PORT')).toBe('8080')
  })
  it('8.2 runtime/own-port is in PORT', async () => {
    expect(await ask('ported', '/env/PORT')).toBe('9123')
  })
  it('8.2 runtime/k-variables tell who it is', async () => {
    const told = await Promise.all(['K_SERVICE', 'K_CONFIGURATION', 'K_REVISION'].map((name) => ask('bare', `/env/${name}`)))
    expect(told).toEqual(['bare', 'bare', 'bare-00001'])
  })
  it('8.2 runtime/env-config-map 8.2 runtime/env-secret come from ConfigMaps and Secrets', async () => {
    const names = ['FROM_MAP', 'P_FROM_SECRET', 'ONE_OF_MAP', 'ONE_OF_SECRET', 'BOTH']
    const told = await Promise.all(names.map((name) => ask('rich', `/env/${name}`)))
    expect(told).toEqual(['of the map', 'of the secret', 'of the map', 'of the secret', 'of the map and of the secret'])
  })
})

describe('files', () => {
  it.each(['null', 'zero', 'full', 'random', 'urandom', 'tty', 'ptmx'])('8.2 runtime/files-dev /dev/%s is a device', async (name) => {
    expect(await stat(`/dev/${name}`)).toMatchObject({ kind: 'characters' })
  })
  it.each([
    '/dev/fd',
    '/dev/stdin',
    '/dev/stdout',
    '/dev/stderr',
    '/proc/self/fd',
    '/proc/self/fd/0',
    '/proc/self/fd/1',
    '/proc/self/fd/2'
  ])('8.2 runtime/files-dev 8.2 runtime/files-proc %s is there', async (path) => {
    expect(await stat(path)).toHaveProperty('kind')
  })
  it('8.2 runtime/files-tmp is writable by everybody', async () => {
    expect(await stat('/tmp')).toMatchObject({ kind: 'directory', mode: '1777' })
  })
  it('8.2 runtime/resolv is readable', async () => {
    expect(await read('bare', '/etc/resolv.conf')).toMatch(/^nameserver /m)
  })
  it('8.2 runtime/volumes are mounted, and emptyDir may be written', async () => {
    expect([await read('rich', '/given/map/file'), await read('rich', '/given/secret/file')]).toEqual([
      'a file of the map',
      'a file of the secret'
    ])
    expect(await ask('rich', '/write?path=/given/scratch/x')).toBe('undefined')
    expect(await read('rich', '/given/scratch/x')).toBe('x')
  })
})

describe('the process', () => {
  it('8.2 runtime/stdin-eof', async () => {
    expect(await ask('bare', '/stdin')).toBe('0')
  })
  it('8.2 runtime/arguments', async () => {
    expect(JSON.parse(await ask('rich', '/self'))).toMatchObject({ args: ['one', 'two words'] })
  })
})

describe('a request', () => {
  let received: Received
  let told: readonly string[]
  const send = (more: Partial<Parameters<typeof sendRequest>[0]> = {}) =>
    sendRequest({ ...platform.gateway, host: hosts['echo'] ?? '', ...more })
  const field = (name: string): string | undefined => {
    const index = told.findIndex((text, at) => at % 2 === 0 && text.toLowerCase() === name.toLowerCase())
    return index < 0 ? undefined : told[index + 1]
  }
  const fieldsOf = ({ body }: Received) => (JSON.parse(body.toString()) as { readonly rawHeaders: readonly string[] }).rawHeaders

  beforeAll(async () => {
    received = await send({ path: '/anything', headers: { 'X-Own': 'Kept As Is', 'User-Agent': 'conformance' } })
    told = fieldsOf(received)
  })

  it('8.2 runtime/host 5.2 chain/host-restored is that of the client', () => {
    expect(field('host')).toBe(hosts['echo'])
    expect(field('k-original-host')).toBeUndefined()
  })
  it('8.2 runtime/forwarded 5.2 chain/forwarded is valid', () => {
    expect(field('forwarded')).toMatch(
      /^(for=("\[[0-9a-f:]+\]"|[0-9.]+))(;host=[^;,]+)?(;proto=https?)?(, ?for=("\[[0-9a-f:]+\]"|[0-9.]+))*$/i
    )
    expect(field('forwarded')).toContain('proto=http')
  })
  it('8.2 runtime/x-forwarded 2.12 ingress/forwarded', () => {
    expect(field('x-forwarded-for')).toMatch(/^[0-9a-f.:, ]+$/)
    expect(field('x-forwarded-proto')).toBe('http')
  })
  it('8.2 runtime/headers-kept', () => {
    expect([field('x-own'), field('user-agent')]).toEqual(['Kept As Is', 'conformance'])
  })
  it('5.2 chain/forwarded-kept', async () => {
    told = fieldsOf(await send({ headers: { Forwarded: 'for=192.0.2.7;proto=https' } }))
    expect(field('forwarded')).toBe('for=192.0.2.7;proto=https')
  })
  it('8.2 runtime/traceparent 5.2 chain/traceparent passes', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
    told = fieldsOf(await send({ headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` } }))
    expect(field('traceparent')).toContain(trace)
  })
  it('5.2 chain/revision-headers of clients are not believed', async () => {
    told = fieldsOf(await send({ headers: { 'Knative-Serving-Revision': 'other', 'Knative-Serving-Namespace': 'other' } }))
    expect([field('knative-serving-revision'), field('knative-serving-namespace')]).toEqual([undefined, undefined])
  })
  it('5.2 chain/no-compression', async () => {
    told = fieldsOf(await send())
    expect(field('accept-encoding')).toBeUndefined()
  })
})

describe('answers of the platform', () => {
  it('5.4 timeouts/total 5.5 status/timeout', async () => {
    expect(await platform.http.get(hosts['slow'] ?? '', '/?sleep=10000')).toMatchObject({
      status: 504,
      body: expect.stringMatching(/request timeout$/)
    })
  })
  it('5.5 status/app-status passes as it is', async () => {
    for (const code of [404, 418, 503]) expect((await platform.http.get(hosts['echo'] ?? '', `/status?code=${code}`)).status).toBe(code)
  })
})
