/** Series in Prometheus' notation of tests: a value a minute. */
import { parts, type PartName } from '@knative-ts/api/system'

export interface Series {
  readonly series: string
  readonly values: string
}

/** `quiet` must not fire. An alert that fires on absence has series in `quiet` alone. */
export interface Case {
  readonly fires: readonly Series[]
  readonly quiet: readonly Series[]
}

/** Labels of a pod of a part's role. */
export const podOf =
  (part: PartName) =>
  (name: string, more = ''): string =>
    `{namespace="${parts[part].namespace}",pod="${name}-6d-x"${more}}`

export const steady = (series: string, value: number): Series => ({ series, values: `${value}x120` })
export const growing = (series: string, step: number): Series => ({ series, values: `0+${step}x120` })
