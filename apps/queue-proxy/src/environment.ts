/** The queue-proxy's environment, read once and by hand: a schema library would cost as much time as the rest of the start. */
import { noObservability, type Observability, parseObservability } from './observability.ts'
import { parseProbes, type ReadinessProbe } from './readiness/probe-config.ts'
import { tlsTerms, type TlsTerms } from './tls-terms.ts'

export interface Environment extends Observability {
  /** Requests that may run at once; 0 is no limit. */
  readonly containerConcurrency: number
  readonly servingPort: number
  /** Served only where `certificateDirectory` holds a certificate. */
  readonly tlsPort: number
  readonly certificateDirectory: string
  /** How TLS is spoken there. */
  readonly tls: TlsTerms
  readonly adminPort: number
  readonly statsPort: number
  readonly metricsPort: number
  readonly profilingPort: number
  readonly userPort: number
  /** Milliseconds; 0 is off for the last two. */
  readonly timeoutMs: number
  readonly responseStartMs: number
  readonly idleMs: number
  readonly revision: RevisionFacts
  readonly logLevel: string
  /** Empty: always ready. */
  readonly probes: readonly ReadinessProbe[]
  readonly autoDetectHttp2: boolean
  /** How long no request must have come before a drain ends (30 s). */
  readonly drainQuietMs: number
}

/** What the request log and the metrics say about this revision and pod. */
export interface RevisionFacts {
  readonly name: string
  readonly namespace: string
  readonly service: string
  readonly configuration: string
  readonly podName: string
  readonly podIp: string
}

const required = [
  'CONTAINER_CONCURRENCY',
  'QUEUE_SERVING_PORT',
  'QUEUE_SERVING_TLS_PORT',
  'USER_PORT',
  'REVISION_TIMEOUT_SECONDS',
  'SERVING_LOGGING_CONFIG',
  'SERVING_LOGGING_LEVEL',
  'SERVING_NAMESPACE',
  'SERVING_CONFIGURATION',
  'SERVING_REVISION',
  'SERVING_POD',
  'SERVING_POD_IP'
] as const

type Variables = Readonly<Record<string, string | undefined>>

/** Reads the variables, or says in one line each what is wrong with them (reference 5.1 and 2.3). An empty value counts as set. */
export function readEnvironment(variables: Variables): Environment | { readonly problems: readonly string[] } {
  const problems: string[] = required.filter((name) => variables[name] === undefined).map((name) => `required variable ${name} is not set`)
  const whole = (name: string, fallback: number, least = 0, most = Number.MAX_SAFE_INTEGER): number => {
    const text = variables[name]
    if (text === undefined || text === '') return fallback
    const value = Number(text)
    if (/^[0-9]+$/.test(text) && value >= least && value <= most) return value
    problems.push(`variable ${name} is ${JSON.stringify(text)}: want a whole number from ${least}${most < 1e9 ? ` to ${most}` : ''}`)
    return fallback
  }
  const port = (name: string, fallback: number): number => whole(name, fallback, 1, 65_535)
  const flag = (name: string): boolean => variables[name] === 'true' || variables[name] === '1'
  const seconds = (name: string, fallback = 0): number => whole(name, fallback) * 1000
  const probes = parsed('SERVING_READINESS_PROBE', variables, problems, parseProbes, [])
  const observability = parsed('OBSERVABILITY_CONFIG', variables, problems, parseObservability, noObservability)
  const environment: Environment = {
    containerConcurrency: whole('CONTAINER_CONCURRENCY', 0),
    servingPort: port('QUEUE_SERVING_PORT', 8012),
    tlsPort: port('QUEUE_SERVING_TLS_PORT', 8112),
    certificateDirectory: variables['QUEUE_CERTIFICATE_DIRECTORY'] ?? '/var/lib/knative/certs',
    tls: tlsTerms(variables, problems),
    adminPort: port('QUEUE_ADMIN_PORT', 8022),
    statsPort: port('QUEUE_AUTOMETRIC_PORT', 9090),
    metricsPort: port('QUEUE_USERMETRIC_PORT', 9091),
    profilingPort: port('QUEUE_PROFILING_PORT', 8008),
    userPort: port('USER_PORT', 8080),
    timeoutMs: seconds('REVISION_TIMEOUT_SECONDS'),
    responseStartMs: seconds('REVISION_RESPONSE_START_TIMEOUT_SECONDS'),
    idleMs: seconds('REVISION_IDLE_TIMEOUT_SECONDS'),
    revision: {
      name: variables['SERVING_REVISION'] ?? '',
      namespace: variables['SERVING_NAMESPACE'] ?? '',
      service: variables['SERVING_SERVICE'] ?? '',
      configuration: variables['SERVING_CONFIGURATION'] ?? '',
      podName: variables['SERVING_POD'] ?? '',
      podIp: variables['SERVING_POD_IP'] ?? ''
    },
    logLevel: variables['SERVING_LOGGING_LEVEL'] ?? '',
    probes,
    autoDetectHttp2: flag('ENABLE_HTTP2_AUTO_DETECTION'),
    ...observability,
    drainQuietMs: seconds('QUEUE_DRAIN_QUIET_SECONDS', 30)
  }
  return problems.length > 0 ? { problems } : environment
}

function parsed<T>(name: string, variables: Variables, problems: string[], parse: (json: unknown) => T, fallback: T): T {
  const text = variables[name]
  if (text === undefined || text === '') return fallback
  try {
    return parse(JSON.parse(text))
  } catch (error) {
    problems.push(`variable ${name}: ${(error as Error).message}`)
    return fallback
  }
}
