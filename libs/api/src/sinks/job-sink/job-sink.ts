import type { KubeObject, Resource } from '../../object.ts'
import type { JobSinkSpec, JobSinkStatus } from './job-sink.schema.ts'

/** Runs a Job for each event. */
export interface JobSink extends KubeObject {
  spec: JobSinkSpec
  status?: JobSinkStatus
}

/** The resource of {@link JobSink}. */
export const jobSinks: Resource<JobSink> = {
  group: 'sinks.knative.dev',
  version: 'v1alpha1',
  plural: 'jobsinks',
  kind: 'JobSink',
  namespaced: true
}
