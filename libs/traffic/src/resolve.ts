import { missing, revisionNotOwned, unreadyConfiguration, unreadyRevision, type TargetProblem } from './problem.ts'
import type { ConfigurationSeen, RevisionSeen, RevisionTarget, TrafficTarget } from './target.ts'

/** What traffic may point at, in the Route's own namespace. */
export interface TrafficWorld {
  configuration(name: string): ConfigurationSeen | undefined
  revision(name: string): RevisionSeen | undefined
}

/** Everything that traffic names, present or not: the Route is looked at again when one of them changes. */
export interface Referenced {
  readonly configurations: ReadonlySet<string>
  readonly revisions: ReadonlySet<string>
}

/** The targets in the order of the spec, or the problem that the Route reports. */
export type Resolution = { readonly referenced: Referenced } & (
  | { readonly kind: 'resolved'; readonly targets: readonly RevisionTarget[] }
  | { readonly kind: 'refused'; readonly problem: TargetProblem }
)

/**
 * Brings `spec.traffic` down to revisions. All targets are looked at even after a problem, so that every name is known;
 * a failure wins over something that may heal by waiting. `service` is the Service that owns the Route, '' for none.
 */
export function resolve(traffic: readonly TrafficTarget[], world: TrafficWorld, service: string): Resolution {
  const referenced = { configurations: new Set<string>(), revisions: new Set<string>() }
  let targets: RevisionTarget[] = []
  let problem: TargetProblem | undefined
  for (const target of traffic) {
    const outcome = resolveOne(target, world, service, referenced)
    if ('revision' in outcome) targets = merge(targets, outcome)
    else if (problem === undefined || outcome.status === 'False') problem = outcome
  }
  return problem === undefined ? { kind: 'resolved', targets, referenced } : { kind: 'refused', problem, referenced }
}

function resolveOne(
  target: TrafficTarget,
  world: TrafficWorld,
  service: string,
  referenced: { configurations: Set<string>; revisions: Set<string> }
): RevisionTarget | TargetProblem {
  if (target.revisionName !== undefined && target.revisionName !== '') {
    const name = target.revisionName
    referenced.revisions.add(name)
    const revision = world.revision(name)
    if (revision === undefined) return missing('Revision', name)
    if (service !== '' && revision.service !== service) return revisionNotOwned(name, service)
    if (!revision.ready) return unreadyRevision(name, revision.failed, revision.why)
    if (revision.configuration !== '') {
      referenced.configurations.add(revision.configuration)
      if (world.configuration(revision.configuration) === undefined) return missing('Configuration', revision.configuration)
    }
    return revisionTarget(target, name, revision)
  }
  const name = target.configurationName ?? ''
  referenced.configurations.add(name)
  const configuration = world.configuration(name)
  if (configuration === undefined) return missing('Configuration', name)
  const latest = configuration.latestReadyRevisionName ?? ''
  if (latest === '') return unreadyConfiguration(name, configuration.failed, configuration.why)
  referenced.revisions.add(latest)
  const revision = world.revision(latest)
  if (revision === undefined) return missing('Revision', latest)
  if (!revision.ready) return unreadyRevision(latest, revision.failed, revision.why)
  return revisionTarget(target, latest, { ...revision, configuration: name })
}

function revisionTarget(target: TrafficTarget, name: string, revision: RevisionSeen): RevisionTarget {
  return {
    tag: target.tag ?? '',
    revision: name,
    configuration: revision.configuration,
    latest: target.latestRevision ?? false,
    latestGiven: target.latestRevision !== undefined,
    percent: target.percent ?? 0,
    percentGiven: target.percent !== undefined,
    protocol: revision.protocol
  }
}

/** One entry a (tag, revision, latest): the same one given twice gets both shares. */
function merge(targets: RevisionTarget[], next: RevisionTarget): RevisionTarget[] {
  const same = targets.findIndex((t) => t.tag === next.tag && t.revision === next.revision && t.latest === next.latest)
  if (same < 0) return [...targets, next]
  return targets.map((t, i) =>
    i === same ? { ...t, percent: t.percent + next.percent, percentGiven: t.percentGiven || next.percentGiven } : t
  )
}
