import { formatDuration, isWholeSeconds, milliseconds, NANOSECONDS_PER_SECOND } from '../go/duration.ts'
import { quote } from '../go/parsed.ts'
import { ConfigError, type ConfigData } from './config-error.ts'
import { ConfigReader } from './config-reader.ts'
import { parseRuntimeClasses, type RuntimeClassRule } from './runtime-class-config.ts'

/** Quantities of the queue-proxy; absent where the ConfigMap says nothing. */
export interface QueueSidecarResources {
  readonly cpuRequest: string
  readonly cpuLimit?: string
  readonly memoryRequest?: string
  readonly memoryLimit?: string
  readonly ephemeralStorageRequest?: string
  readonly ephemeralStorageLimit?: string
}

/** config-deployment. */
export interface DeploymentConfig {
  readonly queueSidecarImage: string
  /** Registries whose tags are taken as they are. */
  readonly registriesSkippingTagResolving: ReadonlySet<string>
  readonly digestResolutionTimeoutMs: number
  readonly progressDeadlineMs: number
  readonly queueSidecarResources: QueueSidecarResources
  readonly queueSidecarTokenAudiences: ReadonlySet<string>
  /** PEM. */
  readonly queueSidecarRootCa: string
  readonly queueSidecarTls: {
    readonly minVersion: string
    readonly maxVersion: string
    readonly cipherSuites: string
    readonly curvePreferences: string
  }
  readonly defaultAffinityType: 'none' | 'prefer-spread-revision-over-nodes'
  readonly runtimeClasses: readonly RuntimeClassRule[]
  /** A pod that cannot be scheduled is not a failure: the cluster will grow. */
  readonly podIsAlwaysSchedulable: boolean
}

/** Reads config-deployment; throws {@link ConfigError}. */
export function parseDeploymentConfig(data: ConfigData): DeploymentConfig {
  const read = new ConfigReader(data)
  const digestResolutionTimeout = read.duration(10n * NANOSECONDS_PER_SECOND, 'digestResolutionTimeout', 'digest-resolution-timeout')
  const progressDeadline = read.duration(600n * NANOSECONDS_PER_SECOND, 'progressDeadline', 'progress-deadline')
  const config: DeploymentConfig = {
    queueSidecarImage: read.text('', 'queueSidecarImage', 'queue-sidecar-image'),
    registriesSkippingTagResolving: read.set(
      ['kind.local', 'ko.local', 'dev.local'],
      'registriesSkippingTagResolving',
      'registries-skipping-tag-resolving'
    ),
    digestResolutionTimeoutMs: milliseconds(digestResolutionTimeout),
    progressDeadlineMs: milliseconds(progressDeadline),
    queueSidecarResources: resourcesOf(read),
    queueSidecarTokenAudiences: new Set([...read.set([], 'queue-sidecar-token-audiences')].filter((audience) => audience !== '')),
    queueSidecarRootCa: read.text('', 'queue-sidecar-rootca'),
    queueSidecarTls: {
      minVersion: read.text('', 'queue-sidecar-tls-min-version'),
      maxVersion: read.text('', 'queue-sidecar-tls-max-version'),
      cipherSuites: read.text('', 'queue-sidecar-tls-cipher-suites'),
      curvePreferences: read.text('', 'queue-sidecar-tls-curve-preferences')
    },
    runtimeClasses: parseRuntimeClasses(read.raw('runtime-class-name') ?? ''),
    podIsAlwaysSchedulable: read.boolean(false, 'pod-is-always-schedulable'),
    defaultAffinityType: affinityOf(read.raw('default-affinity-type'))
  }
  if (config.queueSidecarImage === '') throw new ConfigError('queue-sidecar-image cannot be empty or unset')
  positive('progress-deadline', progressDeadline)
  if (!isWholeSeconds(progressDeadline)) {
    throw new ConfigError(`progress-deadline must be rounded to a whole second, was: ${formatDuration(progressDeadline)}`)
  }
  positive('digest-resolution-timeout', digestResolutionTimeout)
  return config
}

function positive(key: string, duration: bigint): void {
  if (duration <= 0n) throw new ConfigError(`${key} cannot be a non-positive duration, was ${formatDuration(duration)}`)
}

function affinityOf(text: string | undefined): DeploymentConfig['defaultAffinityType'] {
  if (text === undefined || text === 'prefer-spread-revision-over-nodes') return 'prefer-spread-revision-over-nodes'
  if (text === 'none') return 'none'
  throw new ConfigError(`unsupported default-affinity-type value: ${quote(text)}`)
}

function resourcesOf(read: ConfigReader): QueueSidecarResources {
  const rest = {
    cpuLimit: read.quantity('queueSidecarCPULimit', 'queue-sidecar-cpu-limit'),
    memoryRequest: read.quantity('queueSidecarMemoryRequest', 'queue-sidecar-memory-request'),
    memoryLimit: read.quantity('queueSidecarMemoryLimit', 'queue-sidecar-memory-limit'),
    ephemeralStorageRequest: read.quantity('queueSidecarEphemeralStorageRequest', 'queue-sidecar-ephemeral-storage-request'),
    ephemeralStorageLimit: read.quantity('queueSidecarEphemeralStorageLimit', 'queue-sidecar-ephemeral-storage-limit')
  }
  const given = Object.fromEntries(Object.entries(rest).filter(([, quantity]) => quantity !== undefined))
  return { cpuRequest: read.quantity('queueSidecarCPURequest', 'queue-sidecar-cpu-request') ?? '25m', ...given }
}
