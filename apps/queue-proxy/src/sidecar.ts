/** All listeners of the sidecar and what they share: everything that serves before, and without, Nest. */
import { createServer, createUpstreamPool, requestLog, type Server, type Stage, type UpstreamPool } from '@knative-ts/proxy'
import type { MeasuredMetric } from '@knative-ts/telemetry/requests/metric'
import { prometheusText } from '@knative-ts/telemetry/requests/prometheus-text'
import { Breaker } from '@knative-ts/throttling'
import { type Certificate, certificateIn, followCertificate } from './certificates.ts'
import { dataPath } from './data-path.ts'
import { Drainer } from './drainer.ts'
import type { Environment } from './environment.ts'
import { lull } from './lull.ts'
import { InvocationMetrics } from './metrics/invocation-metrics.ts'
import { proberOver } from './readiness/prober.ts'
import { ReadinessReport } from './readiness/readiness-report.ts'
import { ReadinessRunner } from './readiness/readiness-runner.ts'
import { RequestStats } from './request-stats.ts'
import { adminServer, prometheusServer, statsServer } from './side-servers.ts'
import type { Telemetry } from './telemetry.ts'

/** Upgraded connections may live this long after the last request (reference 5.3). */
const tunnelsMs = 60_000
const pollMs = 1000

export interface Sidecar {
  /** Opens the data port, then the others. Rejects with the system's error. */
  listen(): Promise<void>
  /** Resolves when loading more delays nobody: see `lull.ts`. A cold start is over by then, or the sidecar is to end. */
  lull(): Promise<void>
  /** Our own SIGTERM: health fails, requests go on, and the promise resolves when none came for the quiet period and all are answered. */
  drain(): Promise<void>
  stop(): Promise<void>
  readonly draining: boolean
  /** Request metrics so far; undefined where nobody wants them. */
  readonly measured: (() => MeasuredMetric[]) | undefined
}

/** Throws when the request log's template, or the pod's certificate, cannot be used. */
export function sidecarOf(environment: Environment, { tracing, failed }: Pick<Telemetry, 'tracing' | 'failed'>): Sidecar {
  const { containerConcurrency: concurrency, revision, requestLogTemplate, requestMetrics } = environment
  const upstreams = createUpstreamPool({ idlePerAddress: concurrency === 0 ? 1000 : concurrency })
  const probing = createUpstreamPool({ idlePerAddress: 1 })
  const report = new ReadinessReport({ ownPorts: portsOf(environment), podIp: revision.podIp, write: (line) => process.stdout.write(line) })
  const tell = (failure: string): void => void report.tell(failure)
  const readiness = new ReadinessRunner(environment.probes, proberOver(probing, environment.autoDetectHttp2), tell)
  const drainer = new Drainer(environment.drainQuietMs, () => readiness.isReady())
  const stats = new RequestStats(performance.now())
  const breaker = breakerFor(concurrency)
  const metrics = requestMetrics.protocol === 'none' ? undefined : new InvocationMetrics(revision, () => breaker?.inFlight ?? 0)
  const log = requestLogTemplate === undefined ? undefined : logBy(requestLogTemplate, environment)
  const observers = {
    ...(log === undefined ? {} : { log }),
    ...(metrics === undefined ? {} : { metrics }),
    ...(tracing === undefined ? {} : { tracing })
  }
  const handler = dataPath({ environment, drainer, stats, breaker, upstreams, observers })
  const main = createServer({ handler, onFailure: failed, trunks: true })
  const certificate = certificateOf(environment)
  const secure =
    certificate === undefined ? undefined : createServer({ handler, onFailure: failed, tls: { ...environment.tls, ...certificate } })
  const serving = secure === undefined ? [main] : [main, secure]
  const admin = adminServer(drainer)
  const autoscaling = statsServer(stats, revision.podName)
  const measured = metrics === undefined ? undefined : () => metrics.measured()
  const prometheus =
    measured === undefined || requestMetrics.protocol !== 'prometheus' ? undefined : prometheusServer(() => prometheusText(measured()))
  const listeners: [Server, number][] = [
    ...(secure === undefined ? [] : [[secure, environment.tlsPort] as [Server, number]]),
    [admin, environment.adminPort],
    [autoscaling.server, environment.statsPort],
    ...(prometheus === undefined ? [] : [[prometheus, environment.metricsPort] as [Server, number]])
  ]
  let stopFollowing = (): void => undefined
  const renew = (renewed: Certificate): void => secure?.replaceCertificates({ ...environment.tls, ...renewed })
  return {
    async listen() {
      await main.listen({ port: environment.servingPort })
      for (const [server, port] of listeners) await server.listen({ port })
      if (certificate !== undefined) stopFollowing = followCertificate(environment.certificateDirectory, certificate, renew)
    },
    lull() {
      return lull(() => {
        if (drainer.draining) return 'ending'
        if (serving.some(({ counts }) => counts.active > 0)) return 'serving'
        return stats.total === 0 ? 'waiting' : 'served'
      })
    },
    async drain() {
      await drainer.terminate()
      await Promise.all(serving.map(finish))
    },
    async stop() {
      autoscaling.stop()
      stopFollowing()
      await Promise.all([main.close(), ...listeners.map(([server]) => server.drain({ deadlineMs: 1000, idleMs: 0 }))])
      closeAll(upstreams, probing)
    },
    get draining() {
      return drainer.draining
    },
    measured
  }
}

const portsOf = ({ servingPort, tlsPort, adminPort, statsPort, metricsPort }: Environment): readonly number[] => [
  servingPort,
  tlsPort,
  adminPort,
  statsPort,
  metricsPort
]

/** Checked here: what a listener says of it would name neither file nor directory. */
function certificateOf({ certificateDirectory, tls }: Environment): Certificate | undefined {
  try {
    const found = certificateIn(certificateDirectory)
    // Loaded only where there is a certificate: it takes its time at a cold start.
    if (found !== undefined) process.getBuiltinModule('node:tls').createSecureContext({ ...tls, ...found })
    return found
  } catch (error) {
    throw new Error(`certificate in ${certificateDirectory}: ${(error as Error).message}`, { cause: error })
  }
}

function logBy(template: string, { logsProbes, revision }: Environment): Stage {
  try {
    return requestLog({ template, logsProbes, revisionOf: () => revision, write: (line) => process.stdout.write(line) })
  } catch (error) {
    throw new Error(`variable OBSERVABILITY_CONFIG: ${(error as Error).message}`, { cause: error })
  }
}

/** Reference 5.2.9: capacity of the containerConcurrency, ten times as many may wait. */
function breakerFor(concurrency: number): Breaker | undefined {
  if (concurrency === 0) return undefined
  return new Breaker({ queueDepth: 10 * concurrency, maxConcurrency: concurrency, initialCapacity: concurrency })
}

/** Waits for requests as long as they take (the pod's grace period bounds it), for upgraded connections a minute longer. */
async function finish(main: Server): Promise<void> {
  let tunnelsOnlySince = 0
  const poll = setInterval(() => {
    const { active, tunnels } = main.counts
    if (active > tunnels) tunnelsOnlySince = 0
    else if (tunnelsOnlySince === 0) tunnelsOnlySince = performance.now()
    else if (performance.now() - tunnelsOnlySince >= tunnelsMs) void main.close()
  }, pollMs)
  await main.drain({ deadlineMs: 2 ** 31 - 1 })
  clearInterval(poll)
}

function closeAll(...pools: UpstreamPool[]): void {
  for (const pool of pools) pool.close()
}
