import { knativeServices } from '@knative-ts/api'
import type { KubeClient } from '@knative-ts/kube'
import { hostOf, readyService, serviceOf } from '../../rig/knative-service.ts'
import { until } from '../../rig/until.ts'
import type { Installation } from './installation.ts'
import { sendTo } from './send-to.ts'

export interface ActivatedService {
  readonly host: string
  readonly name: string
  remove(): Promise<void>
}

const patienceMs = 180_000

/** A Service of one pod whose requests all go through the activators. Ready, and answered once, when it resolves. */
export async function activatedService(
  client: KubeClient,
  gateway: Installation['gateway'],
  annotations: Readonly<Record<string, string>> = {}
): Promise<ActivatedService> {
  const name = `steady-${process.pid}-${Date.now().toString(36)}`
  const scale = { 'min-scale': '1', 'max-scale': '1', 'target-burst-capacity': '-1' }
  const common = Object.fromEntries(Object.entries(scale).map(([key, value]) => [`autoscaling.knative.dev/${key}`, value]))
  const image = process.env['E2E_USER_IMAGE'] ?? 'dev.local/helloworld'
  await client.create(knativeServices, serviceOf({ name, image, annotations: { ...common, ...annotations } }))
  const remove = (): Promise<void> => client.delete(knativeServices, { namespace: 'default', name })
  try {
    const host = hostOf(await readyService(client, name, patienceMs))
    await until(`Service ${name} answers`, async () => (await sendTo(gateway, host)) === 200, patienceMs, 250)
    return { host, name, remove }
  } catch (error) {
    await remove()
    throw error
  }
}
