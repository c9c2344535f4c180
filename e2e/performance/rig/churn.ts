/**
 * A steady load on two Services of a real standalone while every ten seconds something about their pods changes. Requests of one pass the activator,
 * those of the other go to its pods. No client retries.
 */
import { knativeServices, revisions, type Revision, type Service } from '@knative-ts/api'
import type { KubeClient } from '@knative-ts/kube'
import { readyService, replicasOf, serviceOf } from '../../rig/knative-service.ts'
import { startStandalone } from '../../rig/standalone-process.ts'
import { until } from '../../rig/until.ts'
import { buildAnchors } from './anchors.ts'
import { lenientTurn, type Turn } from './load.ts'

const everyMs = 10_000
/** Pods of a new revision, and of one that has been scaled down. */
const pods = { many: 3, few: 1 } as const
const names = ['churn-0', 'churn-1'] as const
const minScale = 'autoscaling.knative.dev/min-scale'
const namespace = 'default'

export interface Churned {
  readonly turn: Turn
  readonly rollouts: number
  readonly scaleDowns: number
}

/** Runs for so long, with so many requests a second. Rejects when a change does not happen; what failed of the requests is the caller's to judge. */
export async function churn(seconds: number, perSecond = 500): Promise<Churned> {
  const program = await buildAnchors()
  const standalone = await startStandalone()
  const { client } = standalone
  try {
    for (const [index, name] of names.entries()) {
      await client.create(knativeServices, serviceOf({ name, annotations: { ...annotationsOf(index), [minScale]: String(pods.few) } }))
    }
    for (const name of names) await readyService(client, name)
    const loading = lenientTurn(program('load'), {
      address: `127.0.0.1:${standalone.gatewayPort}`,
      host: 'churn-%d.default.localhost',
      hosts: names.length,
      rate: perSecond,
      connections: 256,
      wantText: 'Hello World!\n',
      seconds,
      warmupSeconds: 1,
      patienceSeconds: 30,
      pin: false
    })
    const changed = await changes(client, seconds)
    return { turn: await loading, ...changed }
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${standalone.output().split('\n').slice(-20).join('\n')}`, { cause: error })
  } finally {
    await standalone.stop()
  }
}

const annotationsOf = (index: number): Record<string, string> => ({
  'autoscaling.knative.dev/window': '6s',
  // Without burst capacity, requests go to the pods as long as there are any.
  ...(index === 0 ? {} : { 'autoscaling.knative.dev/target-burst-capacity': '0' })
})

/** Both Services get a new revision, then both lose pods, and again; until what counts of the load is over. */
async function changes(client: KubeClient, seconds: number): Promise<{ readonly rollouts: number; readonly scaleDowns: number }> {
  const end = performance.now() + seconds * 1000
  let [rollouts, scaleDowns] = [0, 0]
  for (let step = 0; performance.now() < end; step++) {
    const began = performance.now()
    const name = names[step % names.length]!
    if (Math.floor(step / names.length) % 2 === 0) {
      await rollOut(client, name, step)
      rollouts++
    } else {
      await scaleDown(client, name)
      scaleDowns++
    }
    const restMs = Math.min(began + everyMs, end) - performance.now()
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, restMs)))
  }
  return { rollouts, scaleDowns }
}

/** A new revision of many pods takes over; the one before loses all of its own. */
async function rollOut(client: KubeClient, name: string, step: number): Promise<void> {
  const before = (await client.get<Service>(knativeServices, { namespace, name })).status?.latestReadyRevisionName
  const template = {
    metadata: { annotations: { [minScale]: String(pods.many) } },
    spec: { containers: [{ image: 'dev.local/hello', env: [{ name: 'STEP', value: String(step) }] }] }
  }
  await client.patch(knativeServices, { namespace, name }, { type: 'merge', body: { spec: { template } } })
  await until(`a new revision of ${name}`, async () => {
    const { status } = await readyService(client, name)
    return status?.latestReadyRevisionName !== before && status?.traffic?.some(({ revisionName }) => revisionName !== before)
  })
}

async function scaleDown(client: KubeClient, name: string): Promise<void> {
  const revision = (await client.get<Service>(knativeServices, { namespace, name })).status?.latestReadyRevisionName ?? ''
  const body = { metadata: { annotations: { [minScale]: String(pods.few) } } }
  await client.patch<Revision>(revisions, { namespace, name: revision }, { type: 'merge', body })
  await until(`${revision} has fewer pods`, async () => (await replicasOf(client, revision)).wanted < pods.many)
}
