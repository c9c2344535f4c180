import { statfsSync } from 'node:fs'
import type { ChannelStore } from '@knative-ts/messaging'
import type { MeasuredMetric } from '@knative-ts/telemetry/requests/metric'
import { gauge } from './gauge.ts'

/** Whether events can be kept, and how much room there is: of the file system that `directory` is on, as its owner sees it. */
export function storageState(store: ChannelStore, directory: string): MeasuredMetric[] {
  const { bsize, blocks, bavail } = statfsSync(directory)
  const one = (value: number) => [{ labels: {}, value }]
  return [
    gauge(
      'kn.eventing.storage.trouble',
      '{store}',
      '1 while no event is taken, because it could not be kept',
      one(store.trouble() === undefined ? 0 : 1)
    ),
    gauge('kn.eventing.storage.size', 'By', 'What the volume of the events holds', one(blocks * bsize)),
    gauge('kn.eventing.storage.free', 'By', 'What of it is free', one(bavail * bsize))
  ]
}
