import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { request } from 'node:https'
import { keptLog } from '@knative-ts/testing'
import { eventually } from '@knative-ts/testing'
import { startTestServer, type TestServer } from '../../test-server.ts'
import { resourceTypesOf } from '../registry-types.ts'
import { startControllers } from '../start-controllers.ts'

let server: TestServer
const stopping = new AbortController()
let stopped: Promise<void> | undefined
beforeAll(async () => {
  server = await startTestServer()
  const { api } = server
  const client = api.clientFor(api.admin, 'kube-controller-manager')
  const options = { rootCaPem: api.caPem, ...resourceTypesOf(api.registry) }
  stopped = (await startControllers({ client, log: keptLog(), signal: stopping.signal, options })).stopped
})
afterAll(async () => {
  stopping.abort()
  await stopped
  await server.close()
  expect(server.defects).toEqual([])
})

const namespace = '/api/v1/namespaces/default'
const whoami = '/apis/authentication.k8s.io/v1/selfsubjectreviews'

/** Status of a request with nothing but the token. */
function statusWith(token: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { port, caPem } = server.api
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const sent = request({ host: '127.0.0.1', port, path: whoami, method: 'POST', headers, ca: caPem, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.on('error', reject).end('{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}')
  })
}

it('fills a token Secret, whose token is good until the Secret or the account goes', async () => {
  await server.ask('POST', `${namespace}/serviceaccounts`, { metadata: { name: 'robot' } })
  const secret = (name: string) => ({
    metadata: { name, annotations: { 'kubernetes.io/service-account.name': 'robot' } },
    type: 'kubernetes.io/service-account-token'
  })
  await server.ask('POST', `${namespace}/secrets`, secret('one'))
  await server.ask('POST', `${namespace}/secrets`, secret('two'))
  const filled = (name: string): Promise<string> =>
    eventually(async () => {
      const { json } = await server.ask('GET', `${namespace}/secrets/${name}`)
      return json.data?.token === undefined ? undefined : Buffer.from(json.data.token as string, 'base64').toString()
    }, `the token of ${name}`)
  const [first, second] = [await filled('one'), await filled('two')]
  const { json } = await server.ask('GET', `${namespace}/secrets/one`)
  expect(Buffer.from(json.data.namespace, 'base64').toString()).toBe('default')
  expect(Buffer.from(json.data['ca.crt'], 'base64').toString()).toBe(server.api.caPem)
  expect(json.metadata.annotations['kubernetes.io/service-account.uid']).toMatch(/^[0-9a-f-]{36}$/)
  expect([await statusWith(first), await statusWith(second)]).toEqual([201, 201])
  await server.ask('DELETE', `${namespace}/secrets/one`)
  expect([await statusWith(first), await statusWith(second)]).toEqual([401, 201])
  await server.ask('DELETE', `${namespace}/serviceaccounts/robot`)
  await eventually(async () => (await server.ask('GET', `${namespace}/secrets/two`)).status === 404, 'the end of the second Secret')
  expect(await statusWith(second)).toBe(401)
})
