/** What goes wrong with a Service is said in its own Ready condition, by name, with what to do: on any cluster, while it is still going wrong. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { isReady, knativeServices, readyOf, routes, type Condition, type Route, type Service } from '@knative-ts/api'
import * as k8s from '@knative-ts/api/kubernetes'
import { errorText } from '@knative-ts/kube'
import { faults } from '../../rig/faults.ts'
import { serviceOf } from '../../rig/knative-service.ts'
import { createNamespace, discardNamespace } from '../../rig/own-namespace.ts'
import { usePlatform } from '../../rig/platform.ts'
import { until } from '../../rig/until.ts'

/** All are injected at once, on a machine that others use too. */
const WITHIN_MS = 240_000
/** Twice what the whole suite takes on a busy machine: whatever is not told by then is named, whoever ends the suite before the time above. */
const NAMED_AFTER_MS = 120_000
let naming: NodeJS.Timeout | undefined
let narrow = ''
// Before the platform's own, which ends the client.
afterAll(async () => {
  clearTimeout(naming)
  if (narrow !== '') await discardNamespace(platform.client, narrow)
}, 60_000)
const platform = usePlatform('faults')
/** What each said, by name: heard of all at once, since some say it only from time to time. */
const heard = new Map<string, Promise<Condition>>()
/** Who has not said it yet, with what was said last. */
const silent = new Map<string, Condition | undefined>()

/** The Ready condition once its message fits. */
async function told(name: string, words: RegExp, namespace = platform.namespace): Promise<Condition> {
  const { client } = platform
  let seen: Condition | undefined
  silent.set(name, seen)
  const fits = async (): Promise<Condition | false> => {
    seen = readyOf(await client.get(knativeServices, { namespace, name }))
    if (seen === undefined || !words.test(seen.message ?? '')) {
      silent.set(name, seen)
      return false
    }
    silent.delete(name)
    return seen
  }
  return until(`Ready of ${name} says ${String(words)}`, fits, WITHIN_MS, 500).catch((error: unknown) => {
    throw new Error(`${errorText(error)}: ${JSON.stringify(seen)}`, { cause: error })
  })
}

/** Refused until the webhook follows the configuration of this suite. */
const create = (service: Service) =>
  until(`${service.metadata.name} is taken`, () => platform.client.create(knativeServices, service), 60_000, 500)

beforeAll(async () => {
  const { client, namespace } = platform
  const metadata = (name: string) => ({ name, namespace })
  await client.create(k8s.secrets, { apiVersion: 'v1', kind: 'Secret', metadata: metadata('present'), stringData: { user: 'ann' } })
  await client.create(k8s.configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('present'), data: { colour: 'red' } })
  // Of a resource that pods need not ask for: those that do not are let in.
  const quota = (where: string, name: string, hard: Record<string, string>) =>
    client.create(k8s.resourceQuotas, { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { namespace: where, name }, spec: { hard } })
  await quota(namespace, 'widgets', { 'requests.example.com/widget': '0' })
  narrow = await createNamespace(client, 'faults-narrow')
  await quota(narrow, 'pods', { pods: '2' })
  await platform.configure('config-features', {
    'kubernetes.podspec-init-containers': 'enabled',
    'kubernetes.podspec-persistent-volume-claim': 'enabled'
  })
  naming = setTimeout(() => {
    for (const [name, condition] of silent) process.stderr.write(`faults: ${name} has not told it yet: ${JSON.stringify(condition)}\n`)
  }, NAMED_AFTER_MS).unref()
  for (const fault of faults) {
    const where = fault.narrow ? narrow : namespace
    await create(serviceOf({ ...fault.sketch, namespace: where }))
    const said = told(fault.sketch.name, fault.words, where)
    // Told by the fault's own test, which may come later than the failure.
    said.catch(() => undefined)
    heard.set(fault.sketch.name, said)
  }
}, 240_000)

describe('the Ready condition of a Service names', () => {
  it.each(faults.map(({ fault, sketch }) => [fault, sketch.name]))(
    '%s',
    async (_, name) => {
      expect((await heard.get(name))?.status).toMatch(/^(False|Unknown)$/)
    },
    WITHIN_MS + 10_000
  )

  it(
    'a failed revision that traffic leads to',
    async () => {
      const { client, namespace } = platform
      await told('crash', /Container failed with/)
      const spec = { traffic: [{ revisionName: 'crash-00001', latestRevision: false, percent: 100 }] }
      await client.patch(knativeServices, { namespace, name: 'crash' }, { type: 'merge', body: { spec } })
      const ready = await told('crash', /^Revision "crash-00001" failed to become ready\. .*cannot reach the database at db:5432/)
      expect(ready).toMatchObject({ status: 'False', reason: 'RevisionMissing' })
    },
    WITHIN_MS + 10_000
  )

  it(
    'nothing any more once what was missing is there',
    async () => {
      const { client, namespace } = platform
      await told('no-secret', /secret "absent" not found/)
      const metadata = { name: 'absent', namespace }
      await client.create(k8s.secrets, { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { user: 'ann' } })
      expect(isReady(await platform.user.ready('no-secret', WITHIN_MS))).toBe(true)
    },
    WITHIN_MS + 10_000
  )
})

it('a Route whose Configuration is missing names it', async () => {
  const { client, namespace } = platform
  const key = { namespace, name: 'no-configuration' }
  const spec = { traffic: [{ configurationName: 'absent', percent: 100 }] }
  await client.create(routes, { apiVersion: 'serving.knative.dev/v1', kind: 'Route', metadata: key, spec } as Route)
  const ready = await until(
    'it is told',
    async () => readyOf(await client.get(routes, key))?.reason === 'ConfigurationMissing' && client.get(routes, key)
  )
  expect(readyOf(ready)).toMatchObject({
    status: 'False',
    message: expect.stringMatching(/^Configuration "absent" referenced in traffic not found\. Create it/)
  })
}, 60_000)
