/** What the sidecar tells of itself beyond the autoscaler's counters. All of it is off, and not even loaded, unless OBSERVABILITY_CONFIG asks for it. */
import type { Exchange, FailureListener, Tracing } from '@knative-ts/proxy'
import { failureFields, isKubeletProbe, networkProbe } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import type { MeasuredMetric } from '@knative-ts/telemetry/requests/metric'
import type { Environment, RevisionFacts } from './environment.ts'

/** Failures before there is a log to tell them to: a few say what is wrong. */
const mostEarly = 20

/** Something that sends what the sidecar has recorded, until it is closed. */
export interface Telemetry {
  /** Undefined: nothing is traced. */
  readonly tracing: Tracing | undefined
  readonly failed: FailureListener
  /** The log is there, and time to load what exports: from now on telemetry leaves the process. */
  open(log: Log, measured: (() => MeasuredMetric[]) | undefined): Promise<void>
  /** Sends what is left. */
  close(): Promise<void>
}

/** @param variables for OTEL_SERVICE_NAME, which wins as upstream's does */
export async function telemetryOf(environment: Environment, variables: Readonly<Record<string, string | undefined>>): Promise<Telemetry> {
  const { revision, requestMetrics } = environment
  const resource = resourceOf(revision, variables['OTEL_SERVICE_NAME'] ?? '')
  const opened = Promise.withResolvers<Log>()
  const tracing = await tracingOf(environment, resource, opened.promise)
  const failures = failuresOf(revision)
  let closeMetrics = (): Promise<void> => Promise.resolve()
  return {
    tracing,
    failed: failures.failed,
    async open(log, measured) {
      await failures.open(log)
      opened.resolve(log)
      const { protocol } = requestMetrics
      if (measured === undefined || (protocol !== 'http/protobuf' && protocol !== 'grpc')) return
      const { startMeasuredExport } = await import('@knative-ts/telemetry/requests/measured-export')
      const push = await startMeasuredExport(measured, resource, requestMetrics, log)
      closeMetrics = () => push.stop()
    },
    async close() {
      await Promise.all([tracing?.close(), closeMetrics()])
    }
  }
}

/** As upstream names the origin of a pod's telemetry: the user's Service, not the sidecar. */
function resourceOf(revision: RevisionFacts, serviceName: string): Readonly<Record<string, string>> {
  const { service, configuration, name, namespace, podName } = revision
  return {
    'service.name': [serviceName, service, configuration, name].find((one) => one !== '') ?? podName,
    'service.instance.id': podName,
    'k8s.namespace.name': namespace,
    'k8s.pod.name': podName,
    ...(service === '' ? {} : { 'kn.service.name': service }),
    'kn.configuration.name': configuration,
    'kn.revision.name': name
  }
}

async function tracingOf({ tracing }: Environment, resource: Readonly<Record<string, string>>, log: Promise<Log>) {
  if (tracing.protocol === 'none' || tracing.samplingRate <= 0) return undefined
  const { LiveTracing } = await import('@knative-ts/telemetry/tracing')
  // Upstream's names.
  const live = new LiveTracing({ resource, log, requestName: (method) => method, attemptName: (method) => `HTTP ${method}` })
  live.turn(tracing)
  return live
}

/** Names the revision and the reason of what could not be served. */
function failuresOf({ namespace, name, podName }: RevisionFacts): { readonly failed: FailureListener; open(log: Log): Promise<void> } {
  const early: (() => void)[] = []
  let tell: FailureListener = (exchange, status, reason) => {
    // What the exchange was is told now: its head serves another request later.
    const fields = failureFields(exchange, status)
    if (early.length < mostEarly) early.push(() => write(fields, status, reason))
  }
  let write: (fields: object, status: number, reason: string | Error) => void = () => undefined
  return {
    failed: (exchange, status, reason) => {
      if (!isProbe(exchange)) tell(exchange, status, reason)
    },
    async open(log) {
      const { FailureLog } = await import('@knative-ts/telemetry/requests/failure-log')
      const failures = new FailureLog(log)
      const key = `${namespace}/${name}`
      write = (fields, status, reason) => failures.tell(String(status), reason, { key, pod: podName, ...fields })
      tell = (exchange, status, reason) => write(failureFields(exchange, status), status, reason)
      for (const told of early.splice(0)) told()
    }
  }
}

/** A probe that is told to wait is no failure. */
function isProbe({ request: { headers } }: Exchange): boolean {
  return isKubeletProbe(headers) || networkProbe(headers) !== undefined
}
