/** Digests by way of pull secrets: a registry on loopback, and a cluster that keeps the secrets. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { secrets, serviceAccounts } from '@knative-ts/api/kubernetes'
import { registryAccess, RegistryClient } from '@knative-ts/registry'
import { type FakeCluster, fakeCluster } from '@knative-ts/testing'
import type { DigestQuestion } from './digest-resolver.ts'
import { registryDigests } from './registry-digests.ts'

const digest = `sha256:${'a'.repeat(64)}`
const basic = (user: string): string => Buffer.from(`${user}:p`).toString('base64')

describe('the digest of a private image', () => {
  let cluster: FakeCluster
  let host: string
  let asked: (string | undefined)[]
  const registries = new RegistryClient(registryAccess({}))
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization)
    if (request.url?.includes('/slow/') === true) return
    if (request.headers.authorization === `Basic ${basic('right')}`) response.setHeader('docker-content-digest', digest).end()
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end()
  })
  beforeEach(async () => {
    asked = []
    cluster = fakeCluster()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const secret = async (name: string, user: string): Promise<void> => {
    const config = Buffer.from(JSON.stringify({ auths: { [host]: { auth: basic(user) } } })).toString('base64')
    const object: k8s.Secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: 'd', name },
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': config }
    }
    await cluster.client.create(secrets, object)
  }
  const account = async (name: string, pullSecret: string): Promise<void> => {
    const metadata = { namespace: 'd', name }
    await cluster.client.create(serviceAccounts, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata,
      imagePullSecrets: [{ name: pullSecret }]
    })
  }
  const ask = (question: Partial<DigestQuestion> = {}, image = `${host}/team/app:v1`): Promise<string> =>
    registryDigests(cluster.client, registries).begin({
      key: 'd/r-00001',
      uid: '1',
      images: [image],
      skippedRegistries: new Set(),
      timeoutMs: 10_000,
      namespace: 'd',
      serviceAccountName: '',
      imagePullSecrets: [],
      ...question
    })(image)

  it.each([
    ['a pull secret of the revision', () => secret('s', 'right'), { imagePullSecrets: ['s'] }],
    [
      'the pull secret of its ServiceAccount',
      () => Promise.all([secret('s', 'right'), account('builder', 's')]),
      { serviceAccountName: 'builder' }
    ],
    ['the pull secret of ServiceAccount default', () => Promise.all([secret('s', 'right'), account('default', 's')]), {}],
    [
      'the second of two, where the first is refused',
      () => Promise.all([secret('s', 'wrong'), secret('t', 'right'), account('default', 't')]),
      { imagePullSecrets: ['s'] }
    ],
    ['one of two, where the other does not exist', () => secret('t', 'right'), { imagePullSecrets: ['s', 't'] }]
  ])('is told to %s', async (_, given, question) => {
    await given()
    expect(await ask(question)).toBe(`${host}/team/app@${digest}`)
  })

  it('is asked for as the revision’s own secrets first', async () => {
    await Promise.all([secret('own', 'a'), secret('other', 'right'), account('default', 'other')])
    await ask({ imagePullSecrets: ['own'] })
    expect(asked.filter((each) => each !== undefined)).toEqual([`Basic ${basic('a')}`, `Basic ${basic('right')}`])
  })

  it.each([
    [
      'there is none',
      () => Promise.resolve(),
      {},
      /wants credentials for team\/app: create a Secret of type kubernetes.io\/dockerconfigjson/
    ],
    ['it does not exist', () => Promise.resolve(), { imagePullSecrets: ['s'] }, /there are none: secret "s" does not exist$/],
    ['it is refused', () => secret('s', 'wrong'), { imagePullSecrets: ['s'] }, /refused the credentials of secret "s" for team\/app/]
  ])('is not told without a secret, and the message says that %s', async (_, given, question, message) => {
    await given()
    await expect(ask(question)).rejects.toThrow(message)
  })

  it('is not told where a secret cannot be read', async () => {
    cluster.fail({ verb: 'get', resource: secrets, error: new Error('forbidden') })
    await expect(ask({ imagePullSecrets: ['s'] })).rejects.toThrow(/^failed to initialize authentication: pull secret "s" cannot be read/)
  })

  it('is waited for as long as the configuration says', async () => {
    await expect(ask({ timeoutMs: 100 }, `${host}/slow/app`)).rejects.toThrow(
      `the registry ${host} did not answer within 0.1 s (digest-resolution-timeout of config-deployment)`
    )
  })

  it('is not asked for where the image has no name', async () => {
    await expect(ask({}, 'app:')).rejects.toThrow('could not parse reference: app:')
  })
})
