import { afterEach } from '@jest/globals'
import type { Resource } from '@knative-ts/api'
import {
  clusterRoles,
  configMaps,
  deployments,
  endpointSlices,
  namespaces,
  pods,
  replicaSets,
  serviceAccounts,
  services
} from '@knative-ts/api/kubernetes'
import { fakeCluster, keptLog, namespace, type FakeCluster } from '@knative-ts/testing'
import { startControllers } from './start-controllers.ts'

const stops: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** A cluster with all controllers at work until the end of the test. */
export async function world(...objects: NonNullable<Parameters<typeof fakeCluster>[0]>['objects'] & object) {
  const cluster = fakeCluster({ objects: [namespace(), ...objects], now: () => Date.now() })
  const stop = new AbortController()
  let types: readonly Resource[] = [
    namespaces,
    deployments,
    replicaSets,
    pods,
    services,
    endpointSlices,
    configMaps,
    serviceAccounts,
    clusterRoles
  ]
  const listeners = new Set<() => void>()
  const log = keptLog()
  const options = {
    rootCaPem: 'PEM',
    resourceTypes: () => types,
    onResourceTypesChanged(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
  const { stopped } = await startControllers({ client: cluster.client, log, signal: stop.signal, options })
  stops.push(async () => {
    stop.abort()
    await stopped
  })
  const setTypes = (next: readonly Resource[]): void => {
    types = next
    for (const listener of listeners) listener()
  }
  return { cluster, client: cluster.client, log, setTypes, types }
}

/** The node agent's other part: pods on their way out are gone. */
export async function bury(cluster: FakeCluster): Promise<void> {
  for (const pod of cluster.all(pods)) {
    if (pod.metadata.deletionTimestamp !== undefined)
      await cluster.client.delete(pods, { namespace: 'default', name: pod.metadata.name! }, { gracePeriodSeconds: 0 })
  }
}
