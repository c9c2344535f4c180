/** From a PodAutoscaler's annotations and config-autoscaler to what the decision needs. Source: reference 3.2. */
import { firstAnnotation, floatOf, intOf, millisecondsOf } from './annotation-value.ts'
import type { ScaleTarget } from './decide.ts'
import type { ScalingMetric, WindowLengths } from './metric-collection.ts'
import type { Aggregation } from './metric-window.ts'
import type { AutoscalerConfig } from '@knative-ts/api'

/** What a PodAutoscaler says, with every default filled in. */
export interface ScalingSpec {
  readonly metric: ScalingMetric
  readonly aggregation: Aggregation
  readonly windows: WindowLengths
  readonly scaling: ScaleTarget
  readonly scaleDownDelayMs: number
  readonly initialScale: number
  readonly activatorCapacity: number
}

/** The part of a PodAutoscaler that scaling depends on. */
export interface ScaledObject {
  readonly annotations: Readonly<Record<string, string>>
  /** 0 means no limit. */
  readonly containerConcurrency: number
  readonly reachability: string
}

const prefix = 'autoscaling.knative.dev/'

/** Reads the spec; values that do not parse count as absent (the webhook has refused them). */
export function scalingSpecOf(object: ScaledObject, config: AutoscalerConfig): ScalingSpec {
  const read = (...names: string[]): string | undefined =>
    firstAnnotation(
      object.annotations,
      names.map((name) => prefix + name)
    )
  const metric: ScalingMetric = read('metric') === 'rps' ? 'rps' : 'concurrency'
  const total = totalOf(metric, object.containerConcurrency, floatOf(read('target')), config)
  const utilisation = utilisationOf(metric, floatOf(read('target-utilization-percentage', 'targetUtilizationPercentage')), config)
  const stableWindowMs = millisecondsOf(read('window')) ?? config.stableWindowMs
  const panicPercentage = floatOf(read('panic-window-percentage', 'panicWindowPercentage')) ?? config.panicWindowPercentage
  const threshold = floatOf(read('panic-threshold-percentage', 'panicThresholdPercentage')) ?? config.panicThresholdPercentage
  const algorithm = read('metric-aggregation-algorithm', 'metricAggregationAlgorithm')
  return {
    metric,
    aggregation: algorithm === 'weighted-exponential' || algorithm === 'weightedExponential' ? 'weighted-exponential' : 'linear',
    windows: windowLengths(stableWindowMs, panicPercentage),
    scaleDownDelayMs: millisecondsOf(read('scale-down-delay', 'scaleDownDelay')) ?? config.scaleDownDelayMs,
    initialScale: initialScaleOf(intOf(read('initial-scale', 'initialScale')), config),
    activatorCapacity: config.activatorCapacity,
    scaling: {
      target: Math.max(0.01, total * utilisation),
      total,
      maxUpRate: config.maxScaleUpRate,
      maxDownRate: config.maxScaleDownRate,
      panicThreshold: threshold / 100,
      stableWindowMs,
      targetBurstCapacity: floatOf(read('target-burst-capacity', 'targetBurstCapacity')) ?? config.targetBurstCapacity,
      activationScale: intOf(read('activation-scale')) ?? 1,
      reachable: object.reachability !== 'Unreachable'
    }
  }
}

function totalOf(metric: ScalingMetric, limit: number, annotated: number | undefined, config: AutoscalerConfig): number {
  if (metric === 'rps') return annotated ?? config.requestsPerSecondTargetDefault
  const total = limit === 0 ? config.containerConcurrencyTargetDefault : limit
  if (annotated === undefined) return total
  return limit === 0 ? annotated : Math.min(annotated, limit)
}

function utilisationOf(metric: ScalingMetric, percentage: number | undefined, config: AutoscalerConfig): number {
  if (percentage !== undefined) return percentage / 100
  return metric === 'rps' ? 0.7 : config.containerConcurrencyTargetFraction
}

/** The panic window is a share of the stable one, in whole seconds, at least one. */
function windowLengths(stableWindowMs: number, panicPercentage: number): WindowLengths {
  return {
    stableSeconds: Math.ceil(stableWindowMs / 1000),
    panicSeconds: Math.max(1, Math.round((stableWindowMs * panicPercentage) / 100 / 1000))
  }
}

/** Pods at creation: the annotation, unless it is 0 where the cluster does not allow that. */
export function initialScaleOf(
  annotated: number | undefined,
  config: Pick<AutoscalerConfig, 'initialScale' | 'allowZeroInitialScale'>
): number {
  if (annotated === undefined || (annotated === 0 && !config.allowZeroInitialScale)) return config.initialScale
  return annotated
}
