import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { withUsers } from '../../admission/eventing/users.ts'
import type { Container, PodSpec } from '../../kubernetes/index.ts'
import type { JobSink } from './job-sink.ts'

const MODE = 'K_EXECUTION_MODE'

/** Fills in a JobSink: its containers learn that they run for one event. */
export function defaultJobSink(sink: JobSink, context: EventingContext<JobSink>): JobSink {
  const { job } = sink.spec
  const pod = job?.spec?.template.spec
  if (job?.spec === undefined || pod === undefined) return withUsers(sink, context)
  const template = { ...job.spec.template, spec: inBatchMode(pod) }
  return withUsers({ ...sink, spec: { ...sink.spec, job: { ...job, spec: { ...job.spec, template } } } }, context)
}

function inBatchMode(pod: PodSpec): PodSpec {
  const { initContainers } = pod
  // No containers come out of Go as null.
  const containers = (pod.containers as Container[] | null)?.map(withMode) ?? pod.containers
  return { ...pod, containers, ...(initContainers === undefined ? {} : { initContainers: initContainers.map(withMode) }) }
}

function withMode(container: Container): Container {
  const { env = [] } = container
  return env.some(({ name }) => name === MODE) ? container : { ...container, env: [...env, { name: MODE, value: 'batch' }] }
}
