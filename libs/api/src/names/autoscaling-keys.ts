/** Annotations under `autoscaling.knative.dev/`: on the template, Revision, PodAutoscaler and Metric. The first key that is there wins. */

/** The prefix of all of them. */
export const autoscalingPrefix = 'autoscaling.knative.dev/'
const keys = (...names: string[]): readonly string[] => names.map((name) => autoscalingPrefix + name)

/** Domain suffix that Knative's own autoscaler classes share. */
export const autoscalingDomain = 'autoscaling.knative.dev'
/** Class: scaled by concurrency or requests per second, to zero. */
export const kpaClass = 'kpa.autoscaling.knative.dev'
/** Class: scaled by Kubernetes' HorizontalPodAutoscaler. */
export const hpaClass = 'hpa.autoscaling.knative.dev'

/** Which autoscaler is responsible. */
export const classAnnotations = keys('class')
/** What is measured: concurrency, rps, cpu, memory or a name. */
export const metricAnnotations = keys('metric')
/** How much of the metric one pod takes. */
export const targetAnnotations = keys('target')
/** Share of the target to fill, in percent. */
export const targetUtilizationAnnotations = keys('target-utilization-percentage', 'targetUtilizationPercentage')
/** Spare capacity below which the activator stays in the path; -1 always. */
export const targetBurstCapacityAnnotations = keys('target-burst-capacity', 'targetBurstCapacity')
/** Fewest pods. */
export const minScaleAnnotations = keys('min-scale', 'minScale')
/** Most pods; 0 means no bound. */
export const maxScaleAnnotations = keys('max-scale', 'maxScale')
/** Pods at creation. */
export const initialScaleAnnotations = keys('initial-scale', 'initialScale')
/** Pods when waking from zero. */
export const activationScaleAnnotations = keys('activation-scale')
/** How long fewer pods must have been enough. */
export const scaleDownDelayAnnotations = keys('scale-down-delay', 'scaleDownDelay')
/** How long the last pod stays after traffic ends, at least. */
export const scaleToZeroPodRetentionPeriodAnnotations = keys('scale-to-zero-pod-retention-period', 'scaleToZeroPodRetentionPeriod')
/** Stable window. */
export const windowAnnotations = keys('window')
/** Panic window, in percent of the stable one. */
export const panicWindowPercentageAnnotations = keys('panic-window-percentage', 'panicWindowPercentage')
/** Load that means panic, in percent of what the ready pods take. */
export const panicThresholdPercentageAnnotations = keys('panic-threshold-percentage', 'panicThresholdPercentage')
/** How a window is averaged: linear or weighted-exponential. */
export const metricAggregationAlgorithmAnnotations = keys('metric-aggregation-algorithm', 'metricAggregationAlgorithm')

/** What autoscalers of the two known classes go by unless told. Source: Knative Serving, defaults of a PodAutoscaler. */
export const metricByClass: Readonly<Record<string, string>> = { [kpaClass]: 'concurrency', [hpaClass]: 'cpu' }
