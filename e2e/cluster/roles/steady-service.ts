import { knativeServices } from '@knative-ts/api'
import type { KubeClient } from '@knative-ts/kube'
import { hostOf, readyService, serviceOf } from '../../rig/knative-service.ts'
import { until } from '../../rig/until.ts'
import { type Address, sendTo } from './send-to.ts'

export interface SteadyService {
  readonly client: KubeClient
  readonly namespace: string
  readonly image: string
  readonly gateway: Address
  /** Of the revision, beside those that give it one pod. Default: all requests go through the activators. */
  readonly annotations?: Readonly<Record<string, string>>
}

const name = 'steady'
const patienceMs = 180_000
const onePod = { 'min-scale': '1', 'max-scale': '1', 'target-burst-capacity': '-1' }

/** A Service of one pod; resolves with its host when it is Ready and has answered. */
export async function steadyService({ client, namespace, image, gateway, annotations = {} }: SteadyService): Promise<string> {
  const keys = Object.entries({ ...onePod, ...annotations }).map(([key, value]) => [`autoscaling.knative.dev/${key}`, value])
  await client.create(
    knativeServices,
    serviceOf({ name, namespace, image, annotations: Object.fromEntries(keys) as Record<string, string> })
  )
  const host = hostOf(await readyService(client, name, patienceMs, namespace))
  await until(`Service ${name} answers`, async () => (await sendTo(gateway, host)) === 200, patienceMs, 250)
  return host
}
