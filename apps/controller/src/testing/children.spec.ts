/** Child objects of eight recorded cases, built from their recorded parents. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { type PodAutoscaler, type Revision, type ServerlessService } from '@knative-ts/api'
import type { Deployment, Service } from '@knative-ts/api/kubernetes'

import { fakeCluster, keptLog } from '@knative-ts/testing'
import { createInformerFactory } from '@knative-ts/kube'
import { deploymentOf } from '../revision/deployment-of.ts'
import { podAutoscalerOf, reachabilityOf } from '../revision/pod-autoscaler-of.ts'
import type { RevisionSettings } from '../revision/revision-settings.ts'
import { privateServiceOf, publicServiceOf } from '../serverless-service/services-of.ts'
import { watchSettings } from '../settings/settings.ts'
import { extraPaths } from './recorded.ts'
import { settledWorld } from './stand-ins.ts'

interface Case {
  readonly revisions: readonly Revision[]
  readonly deployments: readonly Deployment[]
  readonly podautoscalers: readonly PodAutoscaler[]
  readonly serverlessservices: readonly ServerlessService[]
  readonly services: readonly Service[]
}

const cases = JSON.parse(readFileSync(new URL('children.recorded.json', import.meta.url), 'utf8')) as Record<string, Case>

/** What the API server fills into Deployments and Services, what its controllers note, and a hash that is our own. */
const ofKubernetes = [
  /^\.metadata\.(uid|ownerReferences|labels\.serving\.knative\.dev\/deployment-hash|annotations\.deployment\.kubernetes\.io\/revision)/,
  /^\.(apiVersion|kind)=/,
  /(protocol="TCP"|scheme="HTTP"|terminationMessagePath="\/dev\/termination-log"|terminationMessagePolicy="File"|imagePullPolicy="IfNotPresent")$/,
  /Probe\.(timeoutSeconds=1|periodSeconds=10|failureThreshold=3|successThreshold=1)$/,
  /\.template\.spec\.(restartPolicy|dnsPolicy|securityContext|schedulerName)=/,
  /^\.spec\.strategy\.rollingUpdate\.maxSurge=/,
  /^\.spec\.(clusterIPs?|type|sessionAffinity|ipFamilies|ipFamilyPolicy|internalTrafficPolicy)=/,
  // The autoscaler scales, and the webhook names the metric.
  /^\.spec\.replicas=/,
  /^\.metadata\.annotations\.autoscaling\.knative\.dev\/metric=/
]
const differences = (theirs: unknown, ours: unknown): string[] => {
  const known = (path: string): boolean => ofKubernetes.some((pattern) => pattern.test(path))
  return [
    ...extraPaths(theirs, ours).filter((path) => !known(path)),
    ...extraPaths(ours, theirs)
      .filter((path) => !known(path))
      .map((path) => `ours ${path}`)
  ]
}

async function settings(): Promise<RevisionSettings> {
  const cluster = fakeCluster({ objects: settledWorld() })
  const stop = new AbortController()
  const factory = createInformerFactory(cluster.client, { log: keptLog() })
  const watched = watchSettings({ factory, systemNamespace: 'knative-serving', clusterDomain: 'cluster.local', log: keptLog() })
  await factory.start(stop.signal)
  await watched.synced()
  stop.abort()
  return watched.revision()
}

describe.each(Object.entries(cases))('%s', (_, recorded) => {
  it.each(recorded.revisions.map((revision) => [revision.metadata.name ?? '', revision] as const))(
    '%s: Deployment',
    async (name, revision) => {
      const theirs = recorded.deployments.find(({ metadata }) => metadata.name === `${name}-deployment`)
      expect(differences(theirs, deploymentOf(revision, new Map(), await settings()))).toEqual([])
    }
  )

  it.each(recorded.revisions.map((revision) => [revision.metadata.name ?? '', revision] as const))(
    '%s: PodAutoscaler',
    (name, revision) => {
      const theirs = recorded.podautoscalers.find(({ metadata }) => metadata.name === name)
      const broken = theirs?.spec.reachability === 'Unreachable'
      expect(differences(theirs, podAutoscalerOf(revision, reachabilityOf(revision, broken), 'kpa.autoscaling.knative.dev'))).toEqual([])
    }
  )

  it.each(recorded.serverlessservices.map((sks) => [sks.metadata.name ?? '', sks] as const))('%s: its Services', (name, sks) => {
    const named = (wanted: string) => recorded.services.find(({ metadata }) => metadata.name === wanted)
    const selector = named(`${name}-private`)?.spec?.selector ?? {}
    expect(differences(named(`${name}-private`), privateServiceOf(sks, selector))).toEqual([])
    expect(differences(named(name), publicServiceOf(sks))).toEqual([])
  })
})
