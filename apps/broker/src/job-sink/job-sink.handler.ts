/** The door of JobSinks: an event makes a Job, whose state can be asked for (reference 5.5). */
import type * as k8s from '@knative-ts/api/kubernetes'
import { jobs, secrets } from '@knative-ts/api/kubernetes'
import { type CloudEvent, withAttributes, writeStructured } from '@knative-ts/eventing'
import { ApiError, isAlreadyExists, isNotFound, type KubeClient } from '@knative-ts/kube'
import type { Exchange, Handler } from '@knative-ts/proxy'
import { headerText } from '../http/answers.ts'
import { objectPath } from '../http/object-path.ts'
import { readRequest } from '../http/read-request.ts'
import { withBody } from '../http/with-body.ts'
import type { JobSink } from '../table/job-sink.ts'
import { jobName, jobOf, secretOf } from './job-of.ts'
import { readStatusPath, type StatusPath, statusPathOf } from './status-path.ts'

export interface JobSinkOptions {
  readonly client: KubeClient
  /** By `namespace/name`. */
  readonly sinkOf: (key: string) => JobSink | undefined
  readonly mostBytes: number
}

export function jobSinkHandler(options: JobSinkOptions): Handler {
  return (exchange) => {
    const { method, target } = exchange.request
    if (method === 'GET') return status(options, exchange)
    if (method !== 'POST') return refuse(exchange, 400, 'events come by POST')
    const path = objectPath(target)
    if (path === undefined) return refuse(exchange, 400, 'the path is not /namespace/jobsink')
    const sink = options.sinkOf(path.key)
    if (sink === undefined) return refuse(exchange, 400, 'there is no such JobSink')
    return withBody(exchange, options.mostBytes, (body) => {
      const read = readRequest(exchange, body)
      if (typeof read === 'string') return refuse(exchange, 400, read)
      const { headers } = exchange.request
      const traced = withTrace(read.event, headers.get('traceparent'), headers.get('tracestate'))
      // Written out before anything is waited for: the body is not ours for longer.
      return take(options, exchange, sink, traced, writeStructured(traced).body)
    })
  }
}

/** An event that goes to a container takes its trace along (CloudEvents' distributed tracing extension). */
function withTrace(event: CloudEvent, traceparent: string | undefined, tracestate: string | undefined): CloudEvent {
  if (traceparent === undefined || event.attributes.has('traceparent')) return event
  return withAttributes(event, { traceparent, ...(tracestate === undefined ? {} : { tracestate }) })
}

async function take({ client }: JobSinkOptions, exchange: Exchange, sink: JobSink, event: CloudEvent, json: Uint8Array): Promise<void> {
  const [namespace = '', name = ''] = sink.key.split('/', 2)
  const source = event.attributes.get('source') ?? ''
  const id = event.attributes.get('id') ?? ''
  try {
    const job = await jobFor(client, sink, jobName(name, source, id))
    // Also of a Job that was there: who made it may have ended before its Secret.
    await makeSecret(client, secretOf(job, name, json))
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    refuse(exchange, 500, error.message)
    return
  }
  exchange.respond(202, { Location: statusPathOf({ namespace, name, source, id }) })
}

async function jobFor(client: KubeClient, sink: JobSink, name: string): Promise<k8s.Job> {
  const [namespace = ''] = sink.key.split('/', 1)
  const found = await findJob(client, namespace, name)
  if (found !== undefined) return found
  try {
    return await client.create(jobs, jobOf(sink, name))
  } catch (error) {
    // The same event came by another door in the same moment.
    if (isAlreadyExists(error)) return client.get(jobs, { namespace, name })
    throw error
  }
}

async function makeSecret(client: KubeClient, secret: k8s.Secret): Promise<void> {
  try {
    await client.create(secrets, secret)
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
  }
}

async function findJob(client: KubeClient, namespace: string, name: string): Promise<k8s.Job | undefined> {
  try {
    return await client.get(jobs, { namespace, name })
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

async function status({ client, sinkOf }: JobSinkOptions, exchange: Exchange): Promise<void> {
  const path = readStatusPath(exchange.request.target)
  if (path === undefined) return refuse(exchange, 400, 'the path is not that of a job')
  if (sinkOf(`${path.namespace}/${path.name}`) === undefined) return refuse(exchange, 400, 'there is no such JobSink')
  const name = jobName(path.name, path.source, path.id)
  try {
    const job = await findJob(client, path.namespace, name)
    if (job === undefined) return refuse(exchange, 500, `jobs.batch "${name}" not found`)
    answerWith(exchange, job, path)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    refuse(exchange, 500, error.message)
  }
}

function answerWith(exchange: Exchange, job: k8s.Job, path: StatusPath): void {
  const is = (type: string): boolean => job.status?.conditions?.some((one) => one.type === type && one.status === 'True') ?? false
  if (is('Failed')) refuse(exchange, 400, 'Failed')
  else if (is('Complete')) refuse(exchange, 200, 'Complete')
  else exchange.respond(202, { Location: statusPathOf(path) })
}

function refuse(exchange: Exchange, code: number, reason: string): void {
  exchange.respond(code, { Reason: headerText(reason) })
}
