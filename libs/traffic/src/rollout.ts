import type { TargetGroups } from './group.ts'

/** How far a new revision has taken over a configuration's share; the JSON of annotation networking.internal.knative.dev/rollout. */
export interface Rollout {
  readonly configurations: readonly ConfigurationRollout[]
}

/** One configuration under one tag. `revisions` are oldest first; their percents add up to `percent`. */
export interface ConfigurationRollout {
  readonly configurationName: string
  readonly tag?: string
  readonly percent: number
  readonly revisions: readonly RevisionShare[]
  readonly stepParams: StepParams
}

/** A revision’s share of the traffic, in percent. */
export interface RevisionShare {
  readonly revisionName: string
  readonly percent: number
}

/**
 * When the next step is due. Times are Unix nanoseconds, as upstream writes them: above 2^53, so exact to 256 ns only,
 * which is stable when read and written again.
 */
export interface StepParams {
  readonly starttime?: number
  readonly nextStepTime?: number
  readonly stepDuration?: number
  readonly stepSize?: number
}

/** The state in which every latest target is wholly at its newest revision. */
export function settledRollout(groups: TargetGroups): Rollout {
  const configurations: ConfigurationRollout[] = []
  for (const [tag, targets] of groups) {
    for (const target of targets.filter((t) => t.latest)) {
      configurations.push({
        configurationName: target.configuration,
        ...(tag === '' ? {} : { tag }),
        percent: target.percent,
        revisions: [{ revisionName: target.revision, percent: target.percent }],
        stepParams: {}
      })
    }
  }
  return sorted(configurations)
}

/** A rollout ordered by tag, then configuration. */
export function sorted(configurations: readonly ConfigurationRollout[]): Rollout {
  const keyed = [...configurations].sort((a, b) => order(a.tag ?? '', b.tag ?? '') || order(a.configurationName, b.configurationName))
  return { configurations: keyed }
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** True while any configuration is spread over two revisions or more. */
export function isInProgress(rollout: Rollout): boolean {
  return rollout.configurations.some((c) => c.revisions.length > 1)
}

/** The annotation's text: no blanks, members in upstream's order. */
export function formatRollout(rollout: Rollout): string {
  if (rollout.configurations.length === 0) return '{}'
  return JSON.stringify({
    configurations: rollout.configurations.map((c) => ({
      configurationName: c.configurationName,
      tag: c.tag,
      percent: c.percent,
      revisions: c.revisions.length === 0 ? undefined : c.revisions.map((r) => ({ revisionName: r.revisionName, percent: r.percent })),
      stepParams: {
        starttime: c.stepParams.starttime,
        nextStepTime: c.stepParams.nextStepTime,
        stepDuration: c.stepParams.stepDuration,
        stepSize: c.stepParams.stepSize
      }
    }))
  })
}

/** Reads the annotation; undefined when it is absent, not JSON, or not consistent (then the previous state is unknown). */
export function parseRollout(text: string | undefined): Rollout | undefined {
  if (text === undefined || text === '') return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Somebody edited the annotation: an unreadable state is no state, and the next one is written whole.
    return undefined
  }
  const list = isRecord(value) ? (value['configurations'] ?? []) : undefined
  if (!Array.isArray(list)) return undefined
  const configurations = list.map(readConfiguration)
  return configurations.every((c) => c !== undefined) ? { configurations } : undefined
}

function readConfiguration(value: unknown): ConfigurationRollout | undefined {
  if (!isRecord(value) || typeof value['configurationName'] !== 'string' || !isPercent(value['percent'])) return undefined
  const revisions = (Array.isArray(value['revisions']) ? value['revisions'] : []).map(readShare)
  if (!revisions.every((r) => r !== undefined)) return undefined
  const stepParams = readStep(value['stepParams'])
  const sum = revisions.reduce((total, r) => total + r.percent, 0)
  const size = stepParams.stepSize ?? 0
  if (sum !== value['percent'] || size < 0 || size > value['percent']) return undefined
  const tag = value['tag']
  return {
    configurationName: value['configurationName'],
    ...(typeof tag === 'string' && tag !== '' ? { tag } : {}),
    percent: value['percent'],
    revisions,
    stepParams
  }
}

function readShare(value: unknown): RevisionShare | undefined {
  if (!isRecord(value) || typeof value['revisionName'] !== 'string' || !isPercent(value['percent'])) return undefined
  return { revisionName: value['revisionName'], percent: value['percent'] }
}

function readStep(value: unknown): StepParams {
  if (!isRecord(value)) return {}
  const names = ['starttime', 'nextStepTime', 'stepDuration', 'stepSize'] as const
  return Object.fromEntries(names.flatMap((name) => (typeof value[name] === 'number' ? [[name, value[name]]] : [])))
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isPercent = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 100
