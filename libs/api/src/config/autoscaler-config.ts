import { formatDuration, isWholeSeconds, milliseconds, NANOSECONDS_PER_SECOND as SECOND } from '../go/duration.ts'
import { fixed, plain } from '../go/number.ts'
import { kpaClass } from '../names/autoscaling-keys.ts'
import { ConfigError, type ConfigData } from './config-error.ts'
import { ConfigReader } from './config-reader.ts'

/** config-autoscaler. Durations in milliseconds, rates as factors, percentages as written (10 is 10 %). */
export interface AutoscalerConfig {
  /** The share of a pod's concurrency to fill: a fraction in (0, 1]. */
  readonly containerConcurrencyTargetFraction: number
  readonly containerConcurrencyTargetDefault: number
  readonly requestsPerSecondTargetDefault: number
  /** Requests; -1 keeps the activator in the path always. */
  readonly targetBurstCapacity: number
  readonly stableWindowMs: number
  readonly panicWindowPercentage: number
  readonly panicThresholdPercentage: number
  readonly maxScaleUpRate: number
  readonly maxScaleDownRate: number
  readonly enableScaleToZero: boolean
  readonly scaleToZeroGracePeriodMs: number
  readonly scaleToZeroPodRetentionPeriodMs: number
  readonly podAutoscalerClass: string
  /** Concurrent requests that one activator takes. */
  readonly activatorCapacity: number
  readonly initialScale: number
  readonly allowZeroInitialScale: boolean
  readonly minScale: number
  /** 0 means no bound. */
  readonly maxScale: number
  /** The highest max-scale that a revision may ask for; 0 means any. */
  readonly maxScaleLimit: number
  readonly scaleDownDelayMs: number
}

/** Reads config-autoscaler; throws {@link ConfigError}. Keys that are not known are ignored. */
export function parseAutoscalerConfig(data: ConfigData): AutoscalerConfig {
  const read = new ConfigReader(data, 'failed to parse data: ')
  // Numbers first, durations last: of two wrong keys upstream names the one that its parser reads first.
  const podAutoscalerClass = read.text(kpaClass, 'pod-autoscaler-class')
  const enableScaleToZero = read.boolean(true, 'enable-scale-to-zero')
  const allowZeroInitialScale = read.boolean(false, 'allow-zero-initial-scale')
  const maxScaleUpRate = read.float(1000, 'max-scale-up-rate')
  const maxScaleDownRate = read.float(2, 'max-scale-down-rate')
  const targetPercentage = read.float(70, 'container-concurrency-target-percentage')
  const containerConcurrencyTargetDefault = read.float(100, 'container-concurrency-target-default')
  const requestsPerSecondTargetDefault = read.float(200, 'requests-per-second-target-default')
  const targetBurstCapacity = read.float(211, 'target-burst-capacity')
  const panicWindowPercentage = read.float(10, 'panic-window-percentage')
  const activatorCapacity = read.float(100, 'activator-capacity')
  const panicThresholdPercentage = read.float(200, 'panic-threshold-percentage')
  const initialScale = read.int32(1, 'initial-scale')
  const minScale = read.int32(0, 'min-scale')
  const maxScale = read.int32(0, 'max-scale')
  const maxScaleLimit = read.int32(0, 'max-scale-limit')
  const durations = {
    stableWindow: read.duration(60n * SECOND, 'stable-window'),
    gracePeriod: read.duration(30n * SECOND, 'scale-to-zero-grace-period'),
    podRetentionPeriod: read.duration(0n, 'scale-to-zero-pod-retention-period'),
    scaleDownDelay: read.duration(0n, 'scale-down-delay')
  }
  checkDurations(durations)
  const config: AutoscalerConfig = {
    containerConcurrencyTargetFraction: targetPercentage > 1 ? targetPercentage / 100 : targetPercentage,
    containerConcurrencyTargetDefault,
    requestsPerSecondTargetDefault,
    targetBurstCapacity,
    stableWindowMs: milliseconds(durations.stableWindow),
    panicWindowPercentage,
    panicThresholdPercentage,
    maxScaleUpRate,
    maxScaleDownRate,
    enableScaleToZero,
    scaleToZeroGracePeriodMs: milliseconds(durations.gracePeriod),
    scaleToZeroPodRetentionPeriodMs: milliseconds(durations.podRetentionPeriod),
    podAutoscalerClass,
    activatorCapacity,
    initialScale,
    allowZeroInitialScale,
    minScale,
    maxScale,
    maxScaleLimit,
    scaleDownDelayMs: milliseconds(durations.scaleDownDelay)
  }
  checkRates(config)
  checkScales(config)
  return config
}

const MIN_TARGET = 0.01
const MIN_WINDOW = 6n * SECOND
const MAX_WINDOW = 3600n * SECOND

function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new ConfigError(otherwise)
}

function checkDurations(durations: Record<'stableWindow' | 'gracePeriod' | 'podRetentionPeriod' | 'scaleDownDelay', bigint>): void {
  const { stableWindow, gracePeriod, podRetentionPeriod, scaleDownDelay } = durations
  const [grace, retention, delay, window] = [gracePeriod, podRetentionPeriod, scaleDownDelay, stableWindow].map(formatDuration)
  demand(gracePeriod > 0n, `scale-to-zero-grace-period must be positive, was: ${grace}`)
  demand(podRetentionPeriod >= 0n, `scale-to-zero-pod-retention-period cannot be negative, was: ${retention}`)
  demand(scaleDownDelay >= 0n, `scale-down-delay cannot be negative, was: ${delay}`)
  demand(isWholeSeconds(scaleDownDelay), `scale-down-delay = ${delay}, must be specified with at most second precision`)
  demand(
    stableWindow >= MIN_WINDOW && stableWindow <= MAX_WINDOW,
    `stable-window = ${window}, must be in [${formatDuration(MIN_WINDOW)}; ${formatDuration(MAX_WINDOW)}] range`
  )
  demand(isWholeSeconds(stableWindow), `stable-window = ${window}, must be specified with at most second precision`)
}

function checkRates(config: AutoscalerConfig): void {
  const fraction = config.containerConcurrencyTargetFraction
  demand(
    config.targetBurstCapacity >= 0 || config.targetBurstCapacity === -1 || Number.isNaN(config.targetBurstCapacity),
    `target-burst-capacity must be either non-negative or -1 (for unlimited), was: ${fixed(config.targetBurstCapacity)}`
  )
  demand(
    !(fraction <= 0 || fraction > 1),
    `container-concurrency-target-percentage = ${fixed(fraction)} is outside of valid range of (0, 100]`
  )
  const target = fraction * config.containerConcurrencyTargetDefault
  demand(
    !(target < MIN_TARGET),
    `container-concurrency-target-percentage and container-concurrency-target-default yield target concurrency of ${fixed(target)}, can't be less than ${plain(MIN_TARGET)}`
  )
  demand(
    !(config.requestsPerSecondTargetDefault < MIN_TARGET),
    `requests-per-second-target-default must be at least ${plain(MIN_TARGET)}, was: ${fixed(config.requestsPerSecondTargetDefault)}`
  )
  demand(!(config.activatorCapacity < 1), `activator-capacity = ${fixed(config.activatorCapacity)}, must be at least 1`)
  demand(!(config.maxScaleUpRate <= 1), `max-scale-up-rate = ${fixed(config.maxScaleUpRate)}, must be greater than 1.0`)
  demand(!(config.maxScaleDownRate <= 1), `max-scale-down-rate = ${fixed(config.maxScaleDownRate)}, must be greater than 1.0`)
  demand(
    !(config.panicWindowPercentage < 1 || config.panicWindowPercentage > 100),
    `panic-window-percentage = ${plain(config.panicWindowPercentage)}, must be in [1, 100] interval`
  )
}

function checkScales({ initialScale, allowZeroInitialScale, minScale, maxScale, maxScaleLimit }: AutoscalerConfig): void {
  demand(
    initialScale > 0 || (initialScale === 0 && allowZeroInitialScale),
    `initial-scale = ${initialScale}, must be at least 0 (or at least 1 when allow-zero-initial-scale is false)`
  )
  demand(minScale >= 0, `min-scale = ${minScale}, must be at least 0`)
  demand(maxScale >= 0, `max-scale = ${maxScale}, must be at least 0`)
  demand(minScale <= maxScale || maxScale === 0, `min-scale (${minScale}) must be less than max-scale (${maxScale})`)
  demand(maxScaleLimit >= 0, `max-scale-limit = ${maxScaleLimit}, must be at least 0`)
  if (maxScaleLimit === 0) return
  demand(
    maxScale > 0 && maxScale <= maxScaleLimit,
    `max-scale = ${maxScale}, must be in [1, max-scale-limit] range, max-scale-limit = ${maxScaleLimit}`
  )
}
