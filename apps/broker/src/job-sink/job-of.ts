import { childName, jobSinkIdLabel, jobSinkNameLabel, md5Hex } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import type { JobSink } from '../table/job-sink.ts'

const volumeName = 'jobsink-event'
const mountPath = '/etc/jobsink-event'

/** Name of the Job for an event: the same for the same event, so that an event that comes twice runs once. */
export function jobName(sink: string, source: string, id: string): string {
  return childName(`${sink}-`, md5Hex(source + id))
}

/** The labels by which a Job, and the Secret that holds its event, are found (reference 5.5). */
export const labelsOf = (sink: string, job: string): Record<string, string> => ({ [jobSinkIdLabel]: job, [jobSinkNameLabel]: sink })

/** The Job that runs for an event: the sink's, with the event mounted into every container. */
export function jobOf({ key, uid, jobJson }: JobSink, name: string): k8s.Job {
  const [namespace = '', sink = ''] = key.split('/', 2)
  const template = JSON.parse(jobJson) as k8s.Job
  const pod = template.spec?.template.spec
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
      name,
      namespace,
      labels: { ...template.metadata?.labels, ...labelsOf(sink, name) },
      ownerReferences: [
        { apiVersion: 'sinks.knative.dev/v1alpha1', kind: 'JobSink', name: sink, uid, controller: true, blockOwnerDeletion: false }
      ]
    },
    spec: {
      ...template.spec,
      template: {
        ...template.spec?.template,
        spec: {
          ...pod,
          containers: (pod?.containers ?? []).map(withEvent),
          volumes: [...(pod?.volumes ?? []), { name: volumeName, secret: { secretName: name } }]
        }
      }
    }
  }
}

function withEvent(container: k8s.Container): k8s.Container {
  return {
    ...container,
    env: preset(preset(container.env ?? [], 'K_EVENT_PATH', mountPath), 'K_EXECUTION_MODE', 'batch'),
    volumeMounts: [...(container.volumeMounts ?? []), { name: volumeName, mountPath, readOnly: true }]
  }
}

/** What the template says of a variable stays. */
function preset(env: readonly k8s.EnvVar[], name: string, value: string): k8s.EnvVar[] {
  return env.some((one) => one.name === name) ? [...env] : [...env, { name, value }]
}

/** The Secret that holds the event; it goes with its Job. */
export function secretOf(job: k8s.Job, sink: string, event: Uint8Array): k8s.Secret {
  const { name = '', namespace = '', uid = '' } = job.metadata ?? {}
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace,
      labels: labelsOf(sink, name),
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true, blockOwnerDeletion: false }]
    },
    immutable: true,
    type: 'Opaque',
    data: { event: Buffer.from(event).toString('base64') }
  }
}
