import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { resourceTypesOf } from '../controllers/registry-types.ts'
import { startControllers } from '../controllers/start-controllers.ts'
import { startTestServer, type Answered, type TestServer } from '../test-server.ts'
import { amountOf, amountText, plus } from './amount.ts'

let server: TestServer
const stop = new AbortController()
let stopped: Promise<void>
beforeAll(async () => {
  server = await startTestServer()
  const { api } = server
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
  const options = { rootCaPem: api.caPem, ...resourceTypesOf(api.registry) }
  ;({ stopped } = await startControllers({ client: api.clientFor(api.admin), log: silent, signal: stop.signal, options }))
})
afterAll(async () => {
  stop.abort()
  await stopped
  await server.close()
  expect(server.defects).toEqual([])
})

async function namespace(name: string): Promise<string> {
  await server.ask('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  const account = `/api/v1/namespaces/${name}/serviceaccounts/default`
  await eventually(async () => (await server.ask('GET', account)).status === 200, 'the account of the namespace')
  return `/api/v1/namespaces/${name}`
}

const pod = (name: string, resources: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'i', resources }] }
})
async function quota(at: string, hard: object, more: object = {}): Promise<void> {
  await server.ask('POST', `${at}/resourcequotas`, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'q' },
    spec: { hard, ...more }
  })
  await eventually(async () => (await server.ask('GET', `${at}/resourcequotas/q`)).json.status?.used, 'the measurement')
}
const used = async (at: string) => (await server.ask('GET', `${at}/resourcequotas/q`)).json.status.used
const refusal = ({ status, json }: Answered) => `${status} ${json.message}`

describe('a ResourceQuota', () => {
  it('is charged by creations, refuses what exceeds it, and is freed by deletions', async () => {
    const at = await namespace('charged')
    await server.ask('POST', `${at}/pods`, pod('old', { requests: { cpu: '100m', memory: '64Mi' } }))
    await quota(at, { pods: '2', 'requests.cpu': '1', 'requests.memory': '1Gi' })
    expect(await used(at)).toEqual({ pods: '1', 'requests.cpu': '100m', 'requests.memory': '64Mi' })
    const big = await server.ask('POST', `${at}/pods`, pod('big', { requests: { cpu: '950m', memory: '64Mi' } }))
    expect(refusal(big)).toBe(
      '403 pods "big" is forbidden: exceeded quota: q, requested: requests.cpu=950m, used: requests.cpu=100m, limited: requests.cpu=1'
    )
    expect((await server.ask('POST', `${at}/pods`, pod('new', { requests: { cpu: '900m', memory: '64Mi' } }))).status).toBe(201)
    expect(await used(at)).toEqual({ pods: '2', 'requests.cpu': '1', 'requests.memory': '128Mi' })
    await server.ask('DELETE', `${at}/pods/new`)
    await eventually(async () => (await used(at)).pods === '1', 'room again')
  })

  it('wants pods to say what it counts', async () => {
    const at = await namespace('silent')
    await quota(at, { 'limits.memory': '1Gi', 'requests.cpu': '1' })
    expect(refusal(await server.ask('POST', `${at}/pods`, pod('p')))).toBe(
      '403 pods "p" is forbidden: failed quota: q: must specify limits.memory for: c; requests.cpu for: c'
    )
  })

  it('never gives the same room to two creations at once', async () => {
    const at = await namespace('race')
    await quota(at, { 'count/configmaps': '6', configmaps: '6' })
    const before = Number((await used(at)).configmaps)
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        server.ask('POST', `${at}/configmaps`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `m${index}` } })
      )
    )
    expect(made.filter(({ status }) => status === 201)).toHaveLength(6 - before)
    expect((await used(at)).configmaps).toBe('6')
  })

  it('takes nothing for a creation that fails, or is only tried', async () => {
    const at = await namespace('refund')
    await quota(at, { secrets: '2' })
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } }
    expect((await server.ask('POST', `${at}/secrets?dryRun=All`, secret)).status).toBe(201)
    expect(await used(at)).toEqual({ secrets: '0' })
    expect((await server.ask('POST', `${at}/secrets`, secret)).status).toBe(201)
    expect((await server.ask('POST', `${at}/secrets`, secret)).status).toBe(409)
    expect(await used(at)).toEqual({ secrets: '1' })
  })

  it('with scopes is about some pods only', async () => {
    const at = await namespace('scoped')
    await quota(at, { pods: '0' }, { scopes: ['BestEffort'] })
    expect((await server.ask('POST', `${at}/pods`, pod('best'))).status).toBe(403)
    expect((await server.ask('POST', `${at}/pods`, pod('burst', { requests: { cpu: '1m' } }))).status).toBe(201)
  })
})

describe('a LimitRange', () => {
  it('fills what containers leave out, and refuses what is out of range', async () => {
    const at = await namespace('limited')
    const limits = [
      { type: 'Container', default: { cpu: '200m' }, defaultRequest: { cpu: '100m' }, max: { cpu: '500m' }, min: { cpu: '50m' } }
    ]
    await server.ask('POST', `${at}/limitranges`, { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'l' }, spec: { limits } })
    const { json } = await server.ask('POST', `${at}/pods`, pod('p'))
    expect(json.spec.containers[0].resources).toEqual({ requests: { cpu: '100m' }, limits: { cpu: '200m' } })
    expect(json.metadata.annotations).toEqual({
      'kubernetes.io/limit-ranger': 'LimitRanger plugin set: cpu request for container c; cpu limit for container c'
    })
    const large = await server.ask('POST', `${at}/pods`, pod('large', { limits: { cpu: '600m' }, requests: { cpu: '10m' } }))
    expect(refusal(large)).toBe(
      '403 pods "large" is forbidden: [minimum cpu usage per Container is 50m, but request is 10m, maximum cpu usage per Container is 500m, but limit is 600m]'
    )
  })
})

describe('an amount', () => {
  it.each([
    ['100m', '0.9', '1'],
    ['64Mi', '64Mi', '128Mi'],
    ['1Gi', '1', '1073741825'],
    ['1500m', '1', '2500m'],
    ['1e3', '1k', '2k']
  ])('%s and %s are %s', (a, b, sum) => {
    expect(amountText(plus(amountOf(a), amountOf(b)))).toBe(sum)
  })
})
