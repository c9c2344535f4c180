import { beforeAll, describe, expect, it } from '@jest/globals'
import { serverOfSuite } from '../../suite-server.fixture.ts'

const server = serverOfSuite()
beforeAll(async () => {
  await made('/api/v1/namespaces/default/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } })
})

const pods = '/api/v1/namespaces/default/pods'
const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets'

async function made(path: string, object: object): Promise<void> {
  const { status, text } = await server.ask('POST', path, object)
  if (status !== 201) throw new Error(text)
}

async function runningPod(name: string, app: string, ready = 'True'): Promise<void> {
  const spec = { containers: [{ name: 'c', image: 'i' }] }
  await made(pods, { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app } }, spec })
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: ready }] }
  await server.ask('PATCH', `${pods}/${name}/status`, { status }, { type: 'application/merge-patch+json' })
}

async function budget(name: string, app: string, status?: object): Promise<void> {
  const spec = { minAvailable: 1, selector: { matchLabels: { app } } }
  await made(budgets, { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name }, spec })
  if (status !== undefined) await server.ask('PATCH', `${budgets}/${name}/status`, { status }, { type: 'application/merge-patch+json' })
}

const evict = (name: string, named = name, more: object = {}) =>
  server.ask('POST', `${pods}/${name}/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: named }, ...more })
const counts = { observedGeneration: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 }

describe('an eviction', () => {
  it('spends the budget, and is refused when it is spent', async () => {
    await runningPod('a1', 'a')
    await runningPod('a2', 'a')
    await budget('a', 'a', { ...counts, disruptionsAllowed: 1 })
    expect((await evict('a1', 'a1', { deleteOptions: { dryRun: ['All'] } })).status).toBe(201)
    expect((await server.ask('GET', `${pods}/a1`)).status).toBe(200)
    expect((await evict('a1')).status).toBe(201)
    expect((await server.ask('GET', `${pods}/a1`)).status).toBe(404)
    expect((await server.ask('GET', `${budgets}/a`)).json.status).toMatchObject({
      disruptionsAllowed: 0,
      disruptedPods: { a1: expect.any(String) },
      conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' }]
    })
    expect((await evict('a2')).json).toMatchObject({
      code: 429,
      reason: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: { causes: [{ reason: 'DisruptionBudget', message: 'The disruption budget a needs 1 healthy pods and has 2 currently' }] }
    })
    expect((await server.ask('GET', `${pods}/a2`)).status).toBe(200)
  })

  it('waits for a budget that nobody has looked at', async () => {
    await runningPod('n', 'n')
    await budget('n', 'n')
    expect((await evict('n')).json).toMatchObject({
      code: 429,
      details: { retryAfterSeconds: 10, causes: [{ message: 'The disruption budget n is still being processed by the server.' }] }
    })
  })

  it('takes a pod that is not ready when the others are enough', async () => {
    await runningPod('u', 'u', 'False')
    await budget('u', 'u', { ...counts, disruptionsAllowed: 0 })
    expect((await evict('u')).status).toBe(201)
  })

  it('does not know what to do with two budgets, or two names', async () => {
    await runningPod('t', 't')
    await budget('t1', 't')
    await budget('t2', 't')
    expect((await evict('t')).json).toMatchObject({ code: 500, message: expect.stringContaining('more than one PodDisruptionBudget') })
    expect((await evict('t', 'other')).json).toMatchObject({ code: 400, message: 'name in URL does not match name in Eviction object' })
  })
})
