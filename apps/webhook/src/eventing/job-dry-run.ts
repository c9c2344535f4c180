import { sameValue, type JobSink } from '@knative-ts/api'
import { jobs, type Job } from '@knative-ts/api/kubernetes'
import { ApiError, type KubeClient } from '@knative-ts/kube'
import type { AdmissionRequest } from '../review/admission-review.ts'
import type { AskCluster } from '../review/resource-validation.ts'

/** Tries the Job of a JobSink, without making it: what Kubernetes refuses is known before an event comes. */
export function jobDryRun(client: KubeClient): AskCluster {
  return async (request) => {
    const job = jobOf(request)
    if (job === undefined) return undefined
    try {
      await client.create(jobs, job, { dryRun: true })
      return undefined
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      // Another webhook of the cluster cannot be tried: nothing is known, nothing is refused.
      if (error.message.includes('does not support dry run')) return undefined
      return `validation failed: ${error.message}: spec.job`
    }
  }
}

/** The Job under a name that the server makes; undefined where nothing about it is new. */
function jobOf({ kind, object, oldObject, subResource = '', namespace = '' }: AdmissionRequest): Job | undefined {
  if (kind.group !== 'sinks.knative.dev' || kind.kind !== 'JobSink' || subResource !== '') return undefined
  const sink = object as JobSink | null
  const { job } = sink?.spec ?? {}
  if (sink === null || job === undefined || sameValue(job, (oldObject as JobSink | null)?.spec.job)) return undefined
  const { name: _, ...metadata } = job.metadata ?? {}
  const generateName = sink.metadata.name ?? sink.metadata.generateName ?? ''
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { ...metadata, generateName, namespace },
    ...(job.spec === undefined ? {} : { spec: job.spec })
  }
}
