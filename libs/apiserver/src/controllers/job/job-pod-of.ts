import { jobs, type Container, type Job, type Pod } from '@knative-ts/api/kubernetes'
import { controllerRefOf } from '@knative-ts/kube'
import { indexAnnotation } from './completion-indexes.ts'
import type { NextPod } from './job.plan.ts'

/** Holds a pod until it is counted in its Job's status. */
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking'

/** Room for the random end within a name of 63 characters. */
const longestPrefix = 58

/** One more pod for a Job; for an Indexed one, the pod of one completion. */
export function jobPodOf(job: Job, { index, marks: failures }: NextPod = {}): Pod {
  const { metadata = {}, spec } = job.spec?.template ?? {}
  const { labels, annotations, finalizers = [] } = metadata
  const name = job.metadata.name ?? ''
  const marks = index === undefined ? {} : { [indexAnnotation]: String(index) }
  const prefix = index === undefined ? `${name}-` : `${name.slice(0, longestPrefix - `-${index}-`.length)}-${index}-`
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: prefix,
      namespace: job.metadata.namespace ?? '',
      labels: { ...labels, ...marks },
      ...(annotations === undefined && index === undefined ? {} : { annotations: { ...annotations, ...marks, ...failures } }),
      finalizers: [...new Set([...finalizers, trackingFinalizer])],
      ownerReferences: [controllerRefOf(job, jobs)]
    },
    ...(spec === undefined ? {} : { spec: index === undefined ? spec : indexed(spec, `${name}-${index}`) })
  }
}

function indexed(spec: NonNullable<Pod['spec']>, hostname: string): NonNullable<Pod['spec']> {
  const { initContainers } = spec
  return {
    ...spec,
    hostname,
    containers: spec.containers.map(withIndex),
    ...(initContainers === undefined ? {} : { initContainers: initContainers.map(withIndex) })
  }
}

function withIndex(container: Container): Container {
  const env = container.env ?? []
  if (env.some(({ name }) => name === 'JOB_COMPLETION_INDEX')) return container
  const fieldPath = `metadata.labels['${indexAnnotation}']`
  return { ...container, env: [...env, { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } }] }
}
