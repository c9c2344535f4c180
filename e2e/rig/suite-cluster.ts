import { afterAll, beforeAll, expect } from '@jest/globals'
import { RawClient } from '../kubernetes/raw-client.ts'
import { type Cluster, type ClusterOptions, startCluster } from './embedded-cluster.ts'

/** The cluster of a suite, and a client that sends what it is told. Both are there from the first hook of the suite on. */
export interface SuiteCluster {
  readonly cluster: Cluster
  readonly client: RawClient
}

const START_MS = 120_000

/** Runs one from before the first test of the suite to after its last one; its server may not log a defect until then. */
export function clusterOfSuite(options: ClusterOptions = {}): SuiteCluster {
  let cluster: Cluster
  let client: RawClient | undefined
  beforeAll(async () => {
    cluster = await startCluster(options)
    client = await RawClient.of(cluster.kubeconfig)
  }, START_MS)
  afterAll(async () => {
    client?.close()
    const defects = cluster.defects()
    await cluster.close()
    expect(defects).toEqual([])
  }, START_MS)
  return {
    get cluster() {
      return cluster
    },
    get client() {
      return client as RawClient
    }
  }
}
