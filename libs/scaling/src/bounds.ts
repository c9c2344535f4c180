/** Lower and upper pod counts of a revision. Source: reference 3.6, steps 2 to 4. */
import type { AutoscalerConfig } from '@knative-ts/api'
import { firstAnnotation, intOf } from './annotation-value.ts'

/** `max` 0 means no bound. */
export interface Bounds {
  readonly min: number
  readonly max: number
}

/** Bounds from annotations, else from the configuration; nobody keeps pods of a revision that no Route leads to. */
export function boundsOf(
  annotations: Readonly<Record<string, string>>,
  config: Pick<AutoscalerConfig, 'minScale' | 'maxScale'>,
  reachable: boolean
): Bounds {
  const read = (...names: string[]) =>
    intOf(
      firstAnnotation(
        annotations,
        names.map((name) => `autoscaling.knative.dev/${name}`)
      )
    )
  return {
    min: reachable ? (read('min-scale', 'minScale') ?? config.minScale) : 0,
    max: read('max-scale', 'maxScale') ?? config.maxScale
  }
}

/** Applies bounds; a revision that has not reached its initial scale yet is not shrunk below it. */
export function bounded(
  desired: number,
  bounds: Bounds,
  initial: { readonly scale: number; readonly reached: boolean; readonly reachable: boolean }
): number {
  const min = initial.scale > 1 && !initial.reached && initial.reachable ? Math.max(bounds.min, initial.scale) : bounds.min
  const raised = Math.max(desired, min)
  return bounds.max > 0 ? Math.min(raised, bounds.max) : raised
}
