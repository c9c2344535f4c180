import { describe, expect, it } from '@jest/globals'
import { configMaps, secrets, type Secret } from '@knative-ts/api/kubernetes'
import { configMap, fakeCluster, keptLog, settle } from '@knative-ts/testing'
import { testAuthority } from '@knative-ts/testing/authority'
import { createInformerFactory } from './informer-factory.ts'
import { watchTrust } from './watch-trust.ts'

const [first, second, third] = [testAuthority('first').cert, testAuthority('second').cert, testAuthority('third').cert]
const namespace = 'knative-serving'
const secret = (ca: string | undefined, name = 'routing-serving-certs', where = namespace): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: where },
  data: ca === undefined ? {} : { 'ca.crt': Buffer.from(ca).toString('base64') }
})
const bundle = (
  name: string,
  data: Record<string, string>,
  labels: Record<string, string> = { 'networking.knative.dev/trust-bundle': 'true' }
) => configMap({ metadata: { name, namespace, labels }, data })

async function following(...objects: (Secret | ReturnType<typeof bundle>)[]) {
  const cluster = fakeCluster({ objects })
  const log = keptLog()
  const factory = createInformerFactory(cluster.client, { log })
  const told: string[] = []
  watchTrust({ factory, namespace, secrets: factory.informer(secrets), changed: (authorities) => told.push(authorities), log })
  await factory.start(new AbortController().signal)
  await settle()
  return { cluster, log, told }
}

describe('who is trusted', () => {
  it('is nobody where there is no certificate of the roles and no bundle', async () => {
    const { told } = await following(
      secret(first, 'other'),
      secret(first, 'routing-serving-certs', 'default'),
      bundle('x', { a: second }, {})
    )
    expect(told).toEqual([])
  })

  it('is the authority of the roles’ certificate and those of all bundles, each once', async () => {
    const { told } = await following(
      secret(first),
      bundle('b', { 'ca.crt': second, more: first }),
      bundle('a', { x: `# words\n${third}${second}` })
    )
    expect(told.at(-1)).toBe(`${first}${third}${second}`)
  })

  it('changes with them, and is told once a change', async () => {
    const { cluster, told } = await following(secret(first))
    cluster.put(bundle('b', { x: second }))
    await settle()
    cluster.put(secret(`${third}${first}`))
    await settle()
    cluster.put({ ...secret(`${third}${first}`), type: 'kubernetes.io/tls' })
    await settle()
    await cluster.client.delete(configMaps, { namespace, name: 'b' })
    await settle()
    expect(told).toEqual([first, `${first}${second}`, `${third}${first}${second}`, `${third}${first}`])
  })

  it('is not nobody while the roles’ certificate is made anew', async () => {
    const { cluster, told } = await following(secret(first))
    await cluster.client.delete(secrets, { namespace, name: 'routing-serving-certs' })
    await settle()
    cluster.put(secret(undefined))
    await settle()
    expect(told).toEqual([first])
  })

  it('is all who can be read, and the others are told', async () => {
    const broken = '-----BEGIN CERTIFICATE-----\nhello\n-----END CERTIFICATE-----\n'
    const { told, log } = await following(bundle('b', { x: broken + second }))
    expect(told).toEqual([second])
    expect(log.lines).toMatchObject([{ level: 'warn', message: 'a trust bundle holds what is no certificate' }])
  })
})
