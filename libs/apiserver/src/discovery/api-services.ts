/**
 * An APIService object for each group version that is served, as Kubernetes' aggregation layer registers them. They describe; nothing is
 * routed by them. Priorities: `k8s.io/kubernetes` of 1.34, `cmd/kube-apiserver/app/aggregator.go` and `pkg/controlplane/apiserver/aggregator.go`.
 */
import { randomUUID } from 'node:crypto'
import type * as k8s from '@knative-ts/api/kubernetes'
import { secondTime } from '@knative-ts/kube'
import type { Registry } from '../registry/registry.ts'
import { equalJson } from '../schema/json.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { usageGroup } from '../usage/usage-types.ts'

const RESOURCE = 'apiregistration.k8s.io/apiservices'
const AUTOMANAGED = 'kube-aggregator.kubernetes.io/automanaged'
/** What registers itself is not a group of others: the aggregator's own is not among them. */
const OWN_GROUP = 'apiregistration.k8s.io'

/** Of a group, by name; the version's is 15 unless said otherwise. */
const PRIORITIES: Readonly<Record<string, number>> = {
  '': 18_000,
  apps: 17_800,
  'events.k8s.io': 17_750,
  'authentication.k8s.io': 17_700,
  'authorization.k8s.io': 17_600,
  autoscaling: 17_500,
  batch: 17_400,
  'certificates.k8s.io': 17_300,
  'networking.k8s.io': 17_200,
  policy: 17_100,
  'rbac.authorization.k8s.io': 17_000,
  'storage.k8s.io': 16_800,
  'apiextensions.k8s.io': 16_700,
  'admissionregistration.k8s.io': 16_700,
  'scheduling.k8s.io': 16_600,
  'coordination.k8s.io': 16_500,
  'node.k8s.io': 16_300,
  'discovery.k8s.io': 16_200,
  'flowcontrol.apiserver.k8s.io': 16_100
}
const VERSION_PRIORITIES: Readonly<Record<string, number>> = { 'v1.': 1, 'v2.autoscaling': 30, 'v1.flowcontrol.apiserver.k8s.io': 21 }

/** Writes what is missing and takes away what is no longer served; resolves when that is durable. `now` in milliseconds. */
export async function ensureApiServices(store: ObjectStore, registry: Registry, now: number): Promise<void> {
  const served = registry.groups().flatMap(({ group, versions }) => versions.map((version) => ({ group, version })))
  const wanted = new Map(
    served.filter(({ group }) => group !== OWN_GROUP).map((one) => [`${one.version}.${one.group}`, specOf(one.group, one.version)])
  )
  const present = store.list(RESOURCE).map(({ object }) => object as k8s.APIService)
  const gone = present.filter(({ metadata }) => metadata.labels?.[AUTOMANAGED] === 'true' && !wanted.has(metadata.name ?? ''))
  await Promise.all([
    ...[...wanted].map(([name, spec]) => put(store, name, spec, now)),
    ...gone.map(({ metadata }) => store.write({ resource: RESOURCE, namespace: '', name: metadata.name ?? '' }, () => ({ kind: 'delete' })))
  ])
}

/** Keeps them in step with what is served. Returns the end of it, which resolves when the last write has ended. */
export function followApiServices(store: ObjectStore, registry: Registry, clock: () => number, onFailure: (error: unknown) => void) {
  let writing = Promise.resolve()
  const leave = registry.onChange(() => {
    writing = writing.then(() => ensureApiServices(store, registry, clock())).catch(onFailure)
  })
  return async (): Promise<void> => {
    leave()
    await writing
  }
}

function specOf(group: string, version: string): k8s.APIServiceSpec {
  if (group === usageGroup) {
    const service = { name: 'metrics-server', namespace: 'kube-system', port: 443 }
    return { service, group, version, insecureSkipTLSVerify: true, groupPriorityMinimum: 100, versionPriority: 100 }
  }
  const priority = PRIORITIES[group]
  return {
    ...(group === '' ? {} : { group }),
    version,
    groupPriorityMinimum: priority ?? 1000,
    versionPriority: priority === undefined ? 100 : (VERSION_PRIORITIES[`${version}.${group}`] ?? 15)
  }
}

function labelsOf(spec: k8s.APIServiceSpec): Record<string, string> {
  if (spec.service !== undefined) return { 'k8s-app': 'metrics-server', [AUTOMANAGED]: 'true' }
  return { [AUTOMANAGED]: PRIORITIES[spec.group ?? ''] === undefined ? 'true' : 'onstart' }
}

async function put(store: ObjectStore, name: string, spec: k8s.APIServiceSpec, now: number): Promise<void> {
  const labels = labelsOf(spec)
  const condition = {
    type: 'Available',
    status: 'True',
    lastTransitionTime: secondTime(now),
    ...(spec.service === undefined
      ? { reason: 'Local', message: 'Local APIServices are always available' }
      : { reason: 'Passed', message: 'all checks passed' })
  }
  await store.write({ resource: RESOURCE, namespace: '', name }, (current) => {
    const before = current?.object as k8s.APIService | undefined
    if (before !== undefined && equalJson(before.spec, spec)) return { kind: 'unchanged' }
    const { uid = randomUUID(), creationTimestamp = secondTime(now) } = before?.metadata ?? {}
    const object: k8s.APIService = {
      kind: 'APIService',
      apiVersion: 'apiregistration.k8s.io/v1',
      metadata: { ...before?.metadata, name, uid, creationTimestamp, labels },
      spec,
      status: { conditions: [condition] }
    }
    return { kind: 'put', object }
  })
}
