import { parseDuration, milliseconds, type AutoscalerConfig, type DeploymentConfig, type PodAutoscaler } from '@knative-ts/api'

/** The configuration that scaling depends on. */
export interface ScalerSettings {
  readonly config: AutoscalerConfig
  readonly deployment: DeploymentConfig
}

/** Settings with the object's own annotations applied; durations in milliseconds. */
export function scalerSettingsOf(pa: PodAutoscaler, { config, deployment }: ScalerSettings) {
  const annotations = pa.metadata.annotations ?? {}
  const read = (...keys: string[]): number | undefined => {
    const text = keys.map((key) => annotations[key]).find((value) => value !== undefined)
    const parsed = text === undefined ? undefined : parseDuration(text)
    return parsed?.ok === true ? milliseconds(parsed.value) : undefined
  }
  const prefix = 'autoscaling.knative.dev'
  return {
    config,
    retentionMs:
      read(`${prefix}/scale-to-zero-pod-retention-period`, `${prefix}/scaleToZeroPodRetentionPeriod`) ??
      config.scaleToZeroPodRetentionPeriodMs,
    progressDeadlineMs: read('serving.knative.dev/progress-deadline') ?? deployment.progressDeadlineMs
  }
}
