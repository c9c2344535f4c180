import { parseLeaderElectionConfig, type LeaderElectionConfig } from '@knative-ts/api'
import { configMaps, type ConfigMap } from '@knative-ts/api/kubernetes'
import type { KubeClient } from './client.ts'
import { errorText } from './error-text.ts'

/**
 * The rules of elections in `namespace`, from ConfigMap `name`; one that is missing counts as empty. Read once: an election does not change its rules
 * while it runs. Rejects with an error that names the ConfigMap when it does not parse, or its durations do not fit each other.
 */
export async function readElectionConfig(client: KubeClient, namespace: string, name: string): Promise<LeaderElectionConfig> {
  const config = await read(client, namespace, name)
  const { retryPeriodMs, renewDeadlineMs, leaseDurationMs } = config
  if (retryPeriodMs > 0 && retryPeriodMs < renewDeadlineMs && renewDeadlineMs < leaseDurationMs) return config
  const given = `retry-period ${retryPeriodMs} ms, renew-deadline ${renewDeadlineMs} ms, lease-duration ${leaseDurationMs} ms`
  throw new Error(`ConfigMap ${namespace}/${name}: 0 < retry-period < renew-deadline < lease-duration must hold, and these are ${given}`)
}

async function read(client: KubeClient, namespace: string, name: string): Promise<LeaderElectionConfig> {
  // Listed, as it would be watched: who may watch configuration needs no other right.
  const { items } = await client.list<ConfigMap>(configMaps, { namespace, fieldSelector: `metadata.name=${name}` })
  const data = items.find(({ metadata }) => metadata.name === name)?.data ?? {}
  try {
    return parseLeaderElectionConfig(data)
  } catch (error) {
    throw new Error(`ConfigMap ${namespace}/${name} is invalid: ${errorText(error)}`, { cause: error })
  }
}
