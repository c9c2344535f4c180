/** An installation by helm: what its test says, what stays when it goes, and where it can come back. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { isReady, knativeServices } from '@knative-ts/api'
import { customResourceDefinitions } from '@knative-ts/api/crds'
import { namespaces, pods } from '@knative-ts/api/kubernetes'
import { systemNamespace } from '@knative-ts/api/system'
import { isNotFound } from '@knative-ts/kube'
import { thisMachine } from '../rig/gateway-address.ts'
import { imageOf } from '../rig/installation.ts'
import { hostOf, readyService, serviceOf } from '../rig/knative-service.ts'
import { usePlatform } from '../rig/platform.ts'
import { root } from '../rig/root.ts'
import { until } from '../rig/until.ts'
import { leftOvers, releaseName, valuesFor } from './chart/release.ts'
import { installChart } from './rig/installed-chart.ts'
import { openRig, type Rig } from './rig/rig.ts'
import { sendTo } from './roles/send-to.ts'

const stepMs = 600_000
const tag = process.env['E2E_TAG'] ?? '0.1.0'
const chart = `${root}/charts/knative-ts`
const profiles: readonly (readonly [string, readonly string[]])[] = [
  ['default', []],
  ['production', ['--values', `${chart}/values-production.yaml`]],
  // The cluster knows nothing of the Prometheus operator.
  ['everything', ['--values', `${root}/tools/generate/chart/everything.values.yaml`, '--set', 'serving.serviceMonitor.enabled=false']]
]

const platform = usePlatform('lifecycle', { eventing: true })
const leaving = `e2e-leaving-${Date.now().toString(36)}`
let rig: Rig

/** Pods of these may take ten seconds to end, and no five minutes. */
const service = (namespace: string) =>
  serviceOf({ name: 'hello', namespace, image: imageOf('inspector'), revision: { timeoutSeconds: 10 } })
const namespaceOf = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1' as const,
  kind: 'Namespace' as const,
  metadata: { name, labels }
})

async function isGone(name: string): Promise<boolean> {
  return platform.client.get(namespaces, { namespace: '', name }).then(
    () => false,
    (error: unknown) => {
      if (isNotFound(error)) return true
      throw error
    }
  )
}

async function discard(name: string, withinMs: number): Promise<void> {
  await platform.client.delete(namespaces, { namespace: '', name })
  await until(`namespace ${name} is gone`, () => isGone(name), withinMs, 500)
}

beforeAll(async () => {
  rig = await openRig(process.env['E2E_RIG'] ?? '')
  const { client, namespace } = platform
  await client.create(namespaces, namespaceOf(leaving))
  for (const each of [namespace, leaving]) await client.create(knativeServices, service(each))
  for (const each of [namespace, leaving]) await readyService(client, 'hello', 180_000, each)
}, stepMs)

afterAll(async () => {
  // Unless nobody comes after it.
  if (process.env['E2E_LAST'] !== 'yes') await installChart(rig, tag)
}, stepMs)

describe('an installation by helm', () => {
  it(
    'passes helm test',
    async () => {
      const said = await rig.run('helm', 'test', releaseName, '--namespace', releaseName)
      for (const suite of ['knative-serving-test', 'knative-eventing-test'])
        expect(said).toMatch(new RegExp(`TEST SUITE:\\s+${suite}\\n.*\\n.*\\nPhase:\\s+Succeeded`))
      expect(said).not.toMatch(/Phase: +(?! |Succeeded)/)
    },
    stepMs
  )

  it(
    'leaves nothing behind but CRDs and what users have made',
    async () => {
      await rig.run('helm', 'uninstall', releaseName, '--namespace', releaseName, '--wait', '--timeout', '5m')
      // The namespace was the release's, or was there before it.
      await until('nothing is left', async () => (await leftOvers(rig)).length === 0, 120_000, 500)
      expect(await leftOvers(rig)).toEqual([])
      const definitions = (await rig.run('kubectl', 'get', 'customresourcedefinitions', '-o', 'name')).split('\n')
      for (const { metadata } of customResourceDefinitions()) {
        expect(definitions).toContain(`customresourcedefinition.apiextensions.k8s.io/${metadata.name}`)
      }
      const { items } = await platform.client.list(pods, { namespace: platform.namespace })
      expect(items.filter(({ metadata }) => metadata.deletionTimestamp === undefined).length).toBeGreaterThan(0)
    },
    stepMs
  )

  it(
    'leaves namespaces that can be deleted',
    async () => {
      const others = (await isGone(systemNamespace)) ? [] : [discard(systemNamespace, 120_000)]
      await Promise.all([discard(leaving, 60_000), ...others])
      expect([await isGone(leaving), await isGone(systemNamespace)]).toEqual([true, true])
    },
    stepMs
  )

  describe('where somebody else has made the namespace', () => {
    beforeAll(async () => {
      const restricted = Object.fromEntries(['enforce', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']))
      await platform.client.create(namespaces, namespaceOf(systemNamespace, restricted))
    }, stepMs)

    it.each(profiles)(
      'all objects of profile %s are as the API server wants them, and pods as restricted as the namespace is',
      async (_, values) => {
        // What helm would send, by kubectl, which tells what the server warns of. Namespaces come one by one: a dry run makes none for the next.
        const command = `helm template ${releaseName} "$0" "$@" --kube-version 1.34.0 --set serving.namespace.create=false |
          kubectl apply --server-side --force-conflicts --dry-run=server -f - 2>&1`
        const said = await rig.run('bash', '-o', 'pipefail', '-c', command, chart, ...values)
        expect(said.split('\n').filter((line) => /warning|error/i.test(line))).toEqual([])
        expect(said).toContain('deployment.apps/gateway serverside-applied (server dry run)')
      },
      stepMs
    )

    it(
      'an installation is possible, and Services go on as they were',
      async () => {
        await installChart(rig, tag)
        const { client, namespace, gateway } = platform
        const again = await until(
          'the Service that stayed is served',
          async () => {
            const found = await client.get(knativeServices, { namespace, name: 'hello' })
            if (!isReady(found)) return undefined
            return (await sendTo({ host: gateway.address ?? thisMachine, port: gateway.port }, hostOf(found))) === 200 && found
          },
          180_000,
          500
        )
        expect(again.status?.latestReadyRevisionName).toBe('hello-00001')
        const { metadata } = await client.get(namespaces, { namespace: '', name: systemNamespace })
        expect(metadata.labels).not.toHaveProperty('app.kubernetes.io/managed-by')
      },
      stepMs
    )

    it(
      'the release goes without it',
      async () => {
        await rig.run('helm', 'uninstall', releaseName, '--namespace', releaseName, '--wait', '--timeout', '5m')
        await until('nothing is left', async () => (await leftOvers(rig)).length === 0, 120_000, 500)
        expect(await isGone(systemNamespace)).toBe(false)
        await discard(systemNamespace, 120_000)
      },
      stepMs
    )
  })

  it(
    'can live in the namespace that it installs into',
    async () => {
      const words = ['upgrade', '--install', releaseName, chart, '--namespace', systemNamespace, '--create-namespace', '--take-ownership']
      // One part is enough, and takes half the time.
      await rig.run('helm', ...words, ...valuesFor(tag), '--set', 'eventing.enabled=false')
      await rig.run('kubectl', 'rollout', 'status', 'deployment/webhook', '--namespace', systemNamespace, '--timeout=180s')
      await rig.run('helm', 'uninstall', releaseName, '--namespace', systemNamespace, '--wait', '--timeout', '5m')
      await until('nothing is left', async () => (await leftOvers(rig)).length === 0, 120_000, 500)
      await discard(systemNamespace, 120_000)
      expect(await isGone(systemNamespace)).toBe(true)
    },
    stepMs
  )
})
