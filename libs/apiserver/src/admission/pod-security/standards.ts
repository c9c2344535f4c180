/** The Pod Security Standards: which rules a level has, and what a pod breaks of them. */
import { baselineChecks } from './baseline-checks.ts'
import type { Check, PodLike, Violation } from './check.ts'
import { restrictedChecks } from './restricted-checks.ts'

export const LEVELS = ['privileged', 'baseline', 'restricted'] as const
export type Level = (typeof LEVELS)[number]

/** A level as of a minor version of Kubernetes 1. */
export interface Standard {
  readonly level: Level
  readonly version: number | 'latest'
}

/** `restricted:latest`, `baseline:v1.30`. */
export const standardText = ({ level, version }: Standard) => `${level}:${version === 'latest' ? version : `v1.${version}`}`

/** Everything that a pod breaks, in the reference's order: rules of baseline first, then by name. */
export function violationsOf({ level, version }: Standard, pod: PodLike): Violation[] {
  const minor = version === 'latest' ? Infinity : version
  const inForce = (checks: readonly Check[]) => checks.filter(({ since }) => since <= minor)
  const restricted = level === 'restricted' ? inForce(restrictedChecks) : []
  const baseline = level === 'privileged' ? [] : inForce(baselineChecks)
  const checks = [...baseline.filter(({ id }) => !restricted.some(({ overrides }) => overrides === id)), ...restricted]
  return checks.flatMap((check) => check.run(pod, minor) ?? [])
}

/** `privileged (container "c" must not ...), hostPort (...)` */
export const detailText = (violations: readonly Violation[]) =>
  violations.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ')
